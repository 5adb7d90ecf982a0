package org.domicile.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Whether the log was heard of all the time, by its heartbeats: from the first one on, nothing is
 * silent for more than {@value #MAX_MISSED} of the interval that the last one named, unless that
 * said that the log stops. A log that was killed did not say so, and its silence is a finding.
 */
final class SilenceChecks {
    /** One heartbeat may be late by as much as it is long. */
    static final int MAX_MISSED = 2;

    private static final long MICROS = 1_000_000;

    private final Findings findings;
    private Fact.@Nullable Heartbeat last;
    private long lastTimeMicros;

    SilenceChecks(Findings findings) {
        this.findings = findings;
    }

    void check(long index, Leaf leaf) {
        Fact.Heartbeat before = last;
        if (before != null) {
            if (before.state() == Fact.Heartbeat.State.STOPPED) {
                if (leaf.fact() instanceof Fact.OfSession) {
                    findings.add(index, "is of a session, after the log said that it stopped");
                }
            } else {
                long silentMicros = leaf.timeMicros() - lastTimeMicros;
                if (silentMicros > MAX_MISSED * before.intervalSeconds() * MICROS) {
                    findings.add(
                            index,
                            "the log was silent for %,d s before it, from %s on, and had not said that it stopped"
                                    .formatted(
                                            silentMicros / MICROS, EntryTime.text(lastTimeMicros)));
                }
            }
        }
        lastTimeMicros = leaf.timeMicros();
        if (leaf.fact() instanceof Fact.Heartbeat heartbeat) {
            last = heartbeat;
        }
    }
}
