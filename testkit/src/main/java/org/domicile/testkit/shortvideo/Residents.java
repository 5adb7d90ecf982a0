package org.domicile.testkit.shortvideo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.domicile.testkit.shortvideo.World.Impression;
import org.domicile.testkit.shortvideo.World.Subject;

/**
 * The people of one store and the world they act in.
 *
 * @param people in no particular order, so that the numbering of rows tells nothing about people
 * @param shown what the people of this store were shown, in the order of time
 * @param creators of all jurisdictions, the most popular first
 */
record Residents(
        long seed,
        String jurisdiction,
        Names names,
        List<Person> people,
        List<Impression> shown,
        Map<Long, List<Impression>> shownByUser,
        World world,
        List<Long> creators) {
    private static final Duration RECENTLY = Duration.ofDays(30);

    Residents {
        people = List.copyOf(people);
        shown = List.copyOf(shown);
        shownByUser = Map.copyOf(shownByUser);
        creators = List.copyOf(creators);
    }

    static Residents of(long seed, String jurisdiction, Names names, World world) {
        List<Subject> subjects = world.subjectsIn(jurisdiction);
        Set<Long> ids = new HashSet<>();
        subjects.forEach(subject -> ids.add(subject.id()));
        List<Impression> shown = new ArrayList<>();
        Map<Long, List<Impression>> shownByUser = new HashMap<>();
        for (Impression impression : world.impressions()) {
            if (ids.contains(impression.userId())) {
                shown.add(impression);
                shownByUser
                        .computeIfAbsent(impression.userId(), id -> new ArrayList<>())
                        .add(impression);
            }
        }
        List<Person> people = new ArrayList<>();
        for (Subject subject : subjects) {
            List<Impression> own = shownByUser.getOrDefault(subject.id(), List.of());
            Instant firstSeen =
                    own.isEmpty() ? world.end() : Instant.ofEpochMilli(own.getFirst().atMillis());
            people.add(Person.of(seed, subject, names, firstSeen, world.end()));
        }
        Collections.shuffle(people, new Random(new Draw(seed, Draw.Topic.ORDER_OF_ROWS, 0).seed()));
        List<Long> creators =
                world.subjects().stream().filter(Subject::creator).map(Subject::id).toList();
        return new Residents(
                seed, jurisdiction, names, people, shown, shownByUser, world, creators);
    }

    Draw draw(Draw.Topic topic, Person person) {
        return new Draw(seed, topic, person.subject().id());
    }

    List<Impression> shownTo(Person person) {
        return shownByUser.getOrDefault(person.subject().id(), List.of());
    }

    /** Some time in the last 30 days, or since the account was made. */
    Instant recently(Draw draw, Person person) {
        Instant start = world.end().minus(RECENTLY);
        if (start.isBefore(person.createdAt())) {
            start = person.createdAt();
        }
        return start.plusMillis(draw.below(Duration.between(start, world.end()).toMillis()));
    }
}
