package org.domicile.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The thread {@code ledger-writer}: takes what gathered in line while the last group was made
 * durable, gives it time and index, makes it durable, and hands it to {@link Answers}.
 */
final class EntryWriter {
    /** One write and fsync takes at most so many entries, or so many bytes. */
    static final int MAX_GROUP_ENTRIES = 4096;

    static final int MAX_GROUP_BYTES = 4 * 1024 * 1024;

    private final Intake intake;
    private final Answers answers;
    private final WriteAhead writeAhead;
    private final InstantSource clock;
    private final Runnable hurryIntegrator;
    private final Function<Throwable, LedgerException> stop;
    private final Thread thread;
    private long lastTimeMicros;
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong groups = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param stop ends the log for good and says why
     */
    EntryWriter(
            Intake intake,
            Answers answers,
            WriteAhead writeAhead,
            InstantSource clock,
            long lastTimeMicros,
            Runnable hurryIntegrator,
            Function<Throwable, LedgerException> stop) {
        this.intake = intake;
        this.answers = answers;
        this.writeAhead = writeAhead;
        this.clock = clock;
        this.lastTimeMicros = lastTimeMicros;
        this.hurryIntegrator = hurryIntegrator;
        this.stop = stop;
        this.thread = Thread.ofPlatform().daemon().name("ledger-writer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Waits until the line is closed and everybody in it was answered. */
    void join() throws InterruptedException {
        thread.join();
    }

    /** An entry that its caller waits for. */
    static final class Waiting implements AppendListener {
        private final CompletableFuture<Long> index = new CompletableFuture<>();

        @Override
        public void durable(long durableIndex) {
            index.complete(durableIndex);
        }

        @Override
        public void failed(LedgerException reason) {
            index.completeExceptionally(reason);
        }

        /** Waits through interrupts too: whether the entry is durable must be known. */
        long await() {
            try {
                return index.join();
            } catch (CompletionException e) {
                throw LedgerException.from(e.getCause());
            }
        }
    }

    /** This thread would wait for itself. */
    void requireOtherThread() {
        if (thread.equals(Thread.currentThread())) {
            throw new IllegalStateException("a listener may not wait for the ledger");
        }
    }

    private void run() {
        int written = writeAll(intake.take());
        while (written > 0) {
            if (written >= GATHER_AFTER) {
                // Those just answered will be back soon; one fsync for all of them costs less than
                // one for each few that come first.
                LockSupport.parkNanos(GATHER_NANOS);
            }
            written = writeAll(intake.take());
        }
    }

    /** A frame of its own, so that nothing holds these entries while the next are waited for. */
    private int writeAll(List<PendingEntry> taken) {
        int from = 0;
        while (from < taken.size()) {
            int to = endOfGroup(taken, from);
            write(taken.subList(from, to));
            from = to;
        }
        return taken.size();
    }

    /** After a group of so many, as PostgreSQL's {@code commit_siblings}, */
    private static final int GATHER_AFTER = 4;

    /** the writer waits so long for more, as its {@code commit_delay}. */
    private static final long GATHER_NANOS = 300_000;

    private static int endOfGroup(List<PendingEntry> taken, int from) {
        int last = Math.min(taken.size(), from + MAX_GROUP_ENTRIES);
        long bytes = taken.get(from).bytes();
        int to = from + 1;
        while (to < last && (bytes += taken.get(to).bytes()) <= MAX_GROUP_BYTES) {
            to++;
        }
        return to;
    }

    private void write(List<PendingEntry> group) {
        long first;
        try {
            first = makeDurable(group);
        } catch (IOException | RuntimeException | Error e) {
            answers.failed(group, stop.apply(e));
            return;
        }
        answers.durable(first, group);
    }

    private long makeDurable(List<PendingEntry> group) throws IOException {
        writeAhead.awaitRoom(hurryIntegrator);
        lastTimeMicros = Math.max(lastTimeMicros, EntryTime.micros(clock.instant()));
        byte[] time = EntryTime.text(lastTimeMicros).getBytes(StandardCharsets.US_ASCII);
        group.forEach(entry -> entry.stamp(time));
        long first = writeAhead.append(group);
        entries.addAndGet(group.size());
        groups.incrementAndGet();
        for (PendingEntry entry : group) {
            bytes.addAndGet(entry.bytes());
        }
        return first;
    }

    /** What was made durable since the start. */
    LedgerWrites writes() {
        return new LedgerWrites(entries.get(), groups.get(), bytes.get());
    }
}
