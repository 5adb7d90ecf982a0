package org.domicile.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a ledger is run.
 *
 * @param clock tells the time of each entry
 * @param checkpointInterval how long an entry may wait, durable, before tiles and a signed
 *     checkpoint cover it
 * @param maxWaitingBytes of entries may wait for the disk before {@code append} waits, or says no;
 *     an entry counts with its bytes and {@value PendingEntry#OVERHEAD_BYTES} more, until it is
 *     released
 * @param release what an entry waits for before {@code append} answers
 * @param releasePatience how long, once it is durable; then {@code append} fails though the entry
 *     is in the log
 */
public record LedgerOptions(
        InstantSource clock,
        Duration checkpointInterval,
        long maxWaitingBytes,
        Release release,
        Duration releasePatience) {
    public static final Duration DEFAULT_CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    /** Enough for the largest entry. */
    public static final long MIN_WAITING_BYTES = 1024L * 1024;

    public static final long DEFAULT_MAX_WAITING_BYTES = 64L * 1024 * 1024;

    public static final Duration DEFAULT_RELEASE_PATIENCE = Duration.ofSeconds(10);

    public LedgerOptions {
        if (checkpointInterval.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("checkpointInterval must be at least 1 ms");
        }
        if (maxWaitingBytes < MIN_WAITING_BYTES) {
            throw new IllegalArgumentException(
                    "maxWaitingBytes must be at least " + MIN_WAITING_BYTES);
        }
        if (releasePatience.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("releasePatience must be at least 1 ms");
        }
    }

    public static LedgerOptions defaults() {
        return new LedgerOptions(
                Clock.systemUTC(),
                DEFAULT_CHECKPOINT_INTERVAL,
                DEFAULT_MAX_WAITING_BYTES,
                Release.DURABLE,
                DEFAULT_RELEASE_PATIENCE);
    }

    public LedgerOptions withClock(InstantSource otherClock) {
        return new LedgerOptions(
                otherClock, checkpointInterval, maxWaitingBytes, release, releasePatience);
    }

    public LedgerOptions withCheckpointInterval(Duration interval) {
        return new LedgerOptions(clock, interval, maxWaitingBytes, release, releasePatience);
    }

    public LedgerOptions withMaxWaitingBytes(long bytes) {
        return new LedgerOptions(clock, checkpointInterval, bytes, release, releasePatience);
    }

    /**
     * @param patience counts from when an entry is durable
     */
    public LedgerOptions withRelease(Release stage, Duration patience) {
        return new LedgerOptions(clock, checkpointInterval, maxWaitingBytes, stage, patience);
    }
}
