package org.domicile.ledger;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who added entries what became of them, in order: at once, or when what {@link
 * Release} waits for has come. Entries that wait still count in the {@link Intake}, whose bound so
 * is the bound of what is held here.
 */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    private final Intake intake;
    private final Release release;
    private final Duration patience;
    private final Deque<Held> held = new ArrayDeque<>();
    private long releasedSize;
    private @Nullable LedgerException ended;

    /** A group that is durable and not released. */
    private record Held(long first, List<PendingEntry> group, long sinceNanos) {
        private long end() {
            return first + group.size();
        }
    }

    /**
     * @param patience how long an entry may wait after it is durable
     */
    Answers(Intake intake, Release release, Duration patience) {
        this.intake = intake;
        this.release = release;
        this.patience = patience;
    }

    /** A group is on disk. On the writer's thread. */
    void durable(long first, List<PendingEntry> group) {
        Held durable = new Held(first, group, System.nanoTime());
        LedgerException reason;
        synchronized (held) {
            boolean isReleased = release == Release.DURABLE || durable.end() <= releasedSize;
            reason = isReleased ? null : ended;
            if (!isReleased && reason == null) {
                held.add(durable);
                return;
            }
        }
        if (reason != null) {
            failed(group, reason);
        } else {
            tellDurable(durable);
        }
    }

    /** Entries before {@code size} have got as far as {@code stage}. */
    void reached(Release stage, long size) {
        if (stage != release) {
            return;
        }
        List<Held> released = new ArrayList<>();
        synchronized (held) {
            releasedSize = Math.max(releasedSize, size);
            while (!held.isEmpty() && held.getFirst().end() <= releasedSize) {
                released.add(held.removeFirst());
            }
        }
        released.forEach(this::tellDurable);
    }

    /** Gives up on entries that have waited too long. */
    void expire() {
        List<Held> late = new ArrayList<>();
        synchronized (held) {
            while (!held.isEmpty()
                    && System.nanoTime() - held.getFirst().sinceNanos() > patience.toNanos()) {
                late.add(held.removeFirst());
            }
        }
        if (!late.isEmpty()) {
            LedgerException reason =
                    new LedgerException(
                            "the entry is in the ledger but was not "
                                    + release.name().toLowerCase(Locale.ROOT)
                                    + " within "
                                    + patience.toMillis()
                                    + " ms");
            late.forEach(group -> failed(group.group(), reason));
        }
    }

    /** Nothing will release what is held, or comes later. */
    void end(LedgerException reason) {
        List<Held> left;
        synchronized (held) {
            ended = reason;
            left = List.copyOf(held);
            held.clear();
        }
        left.forEach(group -> failed(group.group(), reason));
    }

    void failed(List<PendingEntry> group, LedgerException reason) {
        intake.leave(group);
        group.forEach(entry -> tell(() -> entry.listener().failed(reason)));
    }

    private void tellDurable(Held durable) {
        intake.leave(durable.group());
        long index = durable.first();
        for (PendingEntry entry : durable.group()) {
            long own = index++;
            tell(() -> entry.listener().durable(own));
        }
    }

    /** What a listener throws is its own affair; of it, nothing is logged but its kind. */
    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a listener failed with {} when told of its entry", e.getClass().getName());
        }
    }
}
