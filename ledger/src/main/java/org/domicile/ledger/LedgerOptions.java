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
 * @param queueCapacity how many entries may wait for the disk before {@code append} blocks
 */
public record LedgerOptions(InstantSource clock, Duration checkpointInterval, int queueCapacity) {
    public static final Duration DEFAULT_CHECKPOINT_INTERVAL = Duration.ofSeconds(1);
    public static final int DEFAULT_QUEUE_CAPACITY = 1024;

    public LedgerOptions {
        if (checkpointInterval.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("checkpointInterval must be at least 1 ms");
        }
        if (queueCapacity < 1) {
            throw new IllegalArgumentException("queueCapacity must be at least 1");
        }
    }

    public static LedgerOptions defaults() {
        return new LedgerOptions(
                Clock.systemUTC(), DEFAULT_CHECKPOINT_INTERVAL, DEFAULT_QUEUE_CAPACITY);
    }

    public LedgerOptions withClock(InstantSource otherClock) {
        return new LedgerOptions(otherClock, checkpointInterval, queueCapacity);
    }

    public LedgerOptions withCheckpointInterval(Duration interval) {
        return new LedgerOptions(clock, interval, queueCapacity);
    }
}
