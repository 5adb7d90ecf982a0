package org.domicile.testkit.shortvideo;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who uses the app, which videos there are and who was shown what, in all jurisdictions together
 * and without identities.
 *
 * @param impressions in the order of time
 * @param end when the last of it happened
 */
record World(
        List<Subject> subjects, List<Video> videos, List<Impression> impressions, Instant end) {
    World {
        subjects = List.copyOf(subjects);
        videos = List.copyOf(videos);
        impressions = List.copyOf(impressions);
    }

    /**
     * A user as the logs know them.
     *
     * @param country where the user lives, and so which store holds them
     */
    record Subject(
            long id,
            Country country,
            String activity,
            boolean creator,
            int followers,
            int following,
            int registeredDays) {}

    /**
     * A published video; the counts are shows, plays, likes, comments, shares, follows, reports.
     */
    record Video(
            long id,
            long authorId,
            String kind,
            LocalDate uploaded,
            @Nullable Integer durationMillis,
            @Nullable Long musicId,
            @Nullable String tag,
            List<Integer> counts) {
        static final int COUNTS = 7;

        Video {
            counts = List.copyOf(counts);
            if (counts.size() != COUNTS) {
                throw new IllegalArgumentException("a video has " + COUNTS + " counts");
            }
        }
    }

    /** A video shown to a user. */
    record Impression(
            long userId,
            Video video,
            long atMillis,
            int tab,
            int playMillis,
            boolean click,
            boolean like,
            boolean follow,
            boolean comment,
            boolean forward,
            boolean hate,
            boolean longView) {}

    List<Subject> subjectsIn(String jurisdiction) {
        return subjects.stream()
                .filter(subject -> subject.country().jurisdiction().equals(jurisdiction))
                .toList();
    }

    Map<Long, List<Impression>> impressionsByUser() {
        return impressions.stream().collect(Collectors.groupingBy(Impression::userId));
    }
}
