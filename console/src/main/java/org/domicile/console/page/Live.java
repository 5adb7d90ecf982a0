package org.domicile.console.page;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.domicile.console.access.Door;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.DeskClosedException;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.request.RequestState;
import org.jspecify.annotations.Nullable;

/**
 * The parts of pages that change by themselves. For each there is a version, which is another one
 * whenever the part would look different to the visitor, and costs little to ask for.
 */
public final class Live {
    /** How old what is known of a store's requests may be, for all who look together. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** What changes with the time alone is looked at again so often: ages, silence, hours. */
    private static final Duration SLOW = Duration.ofMinutes(1);

    private final Site site;
    private final Indexes indexes;
    private final InstantSource clock;
    private final Map<String, Queue> queues = new HashMap<>();

    /** A page with a live part, which is the element {@code live} of it. */
    public enum Part {
        OVERVIEW(Door.OVERVIEW),
        REQUESTS(Door.REQUESTS),
        LEDGER(Door.LEDGER);

        private final Door door;

        Part(Door door) {
            this.door = door;
        }

        /** Whose page it is: who may read that may be told. */
        public Door door() {
            return door;
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Part> parse(String text) {
            return Arrays.stream(values()).filter(part -> part.text().equals(text)).findFirst();
        }
    }

    /**
     * The requests of a store.
     *
     * @param acts how many acts there were when they were read
     * @param lookedAt when that was found to be so still
     */
    private record Queue(
            long acts, Instant readAt, Instant lookedAt, Optional<List<RequestState>> states) {}

    Live(Site site, Indexes indexes, InstantSource clock) {
        this.site = site;
        this.indexes = indexes;
        this.clock = clock;
    }

    /**
     * How a part is now for somebody.
     *
     * @throws IllegalStateException when that cannot be told
     */
    public int version(Part part, Visitor visitor) {
        return switch (part) {
            case OVERVIEW ->
                    ofAll(one ->
                            Objects.hash(
                                    indexes.entries(one),
                                    indexes.behind(one) > 0,
                                    one.sessions().get().size(),
                                    one.freezes().get().inForce()));
            case REQUESTS -> ofAll(one -> visible(one, visitor));
            case LEDGER ->
                    ofAll(one ->
                            Objects.hash(
                                    indexes.entries(one),
                                    Arrays.hashCode(one.ledger().newestCheckpoint().note())));
        };
    }

    private int ofAll(Function<Jurisdiction, Integer> version) {
        Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        return Objects.hash(minute, site.jurisdictions().stream().map(version).toList());
    }

    private int visible(Jurisdiction jurisdiction, Visitor visitor) {
        return requests(jurisdiction)
                .map(states ->
                        states.stream()
                                .filter(state -> Requests.isSeenBy(visitor, state))
                                .map(state ->
                                        Objects.hash(
                                                state.digest(),
                                                state.word(),
                                                OneRequest.agreed(state)))
                                .toList()
                                .hashCode())
                .orElse(0);
    }

    /** A store's requests as of a moment ago; empty where it cannot be asked. */
    Optional<List<RequestState>> requests(Jurisdiction jurisdiction) {
        synchronized (queues) {
            Instant now = clock.instant();
            Queue known = queues.get(jurisdiction.name());
            if (known == null || !now.isBefore(known.lookedAt().plus(LOOK))) {
                known = look(jurisdiction, known, now);
                queues.put(jurisdiction.name(), known);
            }
            return known.states();
        }
    }

    private static Queue look(Jurisdiction jurisdiction, @Nullable Queue known, Instant now) {
        try {
            long acts = jurisdiction.desk().requestActs();
            boolean isSame =
                    known != null
                            && known.states().isPresent()
                            && known.acts() == acts
                            && now.isBefore(known.readAt().plus(SLOW));
            return known != null && isSame
                    ? new Queue(acts, known.readAt(), now, known.states())
                    : new Queue(acts, now, now, Optional.of(jurisdiction.desk().requests()));
        } catch (DeskClosedException e) {
            return new Queue(0, now, now, Optional.empty());
        }
    }
}
