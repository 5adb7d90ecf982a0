package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.domicile.ledger.Fact.Heartbeat.State;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SilenceTest {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");
    private static final long INTERVAL = 60;

    @TempDir Path temporary;
    private long seconds;

    /** Appends at given seconds; null stands for a fact of a session. */
    private Verification log(Object... secondsAndStates) throws Exception {
        LogSigner signer = Samples.signer(temporary);
        Path directory = temporary.resolve("ledger");
        LedgerOptions options = Samples.MANUAL.withClock(() -> START.plusSeconds(seconds));
        try (Ledger ledger = Ledger.open(directory, signer, options)) {
            ledger.putDocument(Samples.PLAN);
            for (int i = 0; i < secondsAndStates.length; i += 2) {
                seconds = (Integer) secondsAndStates[i];
                Fact fact =
                        secondsAndStates[i + 1] instanceof State state
                                ? new Fact.Heartbeat(state, INTERVAL)
                                : (Fact) secondsAndStates[i + 1];
                ledger.append(fact, Map.of());
            }
        }
        return Samples.verify(directory, signer);
    }

    @Test
    void aLogThatIsHeardOfHasNoFinding() throws Exception {
        assertThat(
                        log(
                                        0,
                                        Samples.applied(1),
                                        900,
                                        State.STARTED,
                                        960,
                                        State.RUNNING,
                                        1080,
                                        State.RUNNING,
                                        1200,
                                        Samples.applied(2),
                                        1310,
                                        State.STOPPED,
                                        99_000,
                                        State.STARTED,
                                        99_010,
                                        State.STOPPED)
                                .findings())
                .isEmpty();
    }

    @Test
    void aSilentLogIsAFinding() throws Exception {
        Verification verification =
                log(
                        0,
                        State.STARTED,
                        121,
                        Samples.applied(1),
                        122,
                        State.RUNNING,
                        9000,
                        State.STARTED);
        assertThat(verification.findingsInAll()).isEqualTo(2);
        assertThat(verification.findings().get(0).toString())
                .isEqualTo(
                        "entry 1: the log was silent for 121 s before it, from"
                                + " 2026-11-22T08:00:00.000000Z on, and had not said that it stopped");
        assertThat(verification.findings().get(1).entry()).isEqualTo(3);
    }

    @Test
    void aLogThatGoesOnAfterItStoppedIsAFinding() throws Exception {
        Verification verification =
                log(
                        0,
                        State.STARTED,
                        10,
                        State.STOPPED,
                        5000,
                        Samples.applied(1),
                        5001,
                        Samples.opened(Samples.SESSION));
        assertThat(verification.findings())
                .containsExactly(
                        new Verification.Finding(
                                3, "is of a session, after the log said that it stopped"));
    }

    @Test
    void findingsAreCountedBeyondThoseKept() throws Exception {
        Object[] entries = new Object[2 * (Findings.MAX_KEPT + 6)];
        for (int i = 0; i < entries.length; i += 2) {
            entries[i] = 1000 * i;
            entries[i + 1] = State.RUNNING;
        }
        Verification verification = log(entries);
        assertThat(verification.findings()).hasSize(Findings.MAX_KEPT);
        assertThat(verification.findingsInAll()).isEqualTo(Findings.MAX_KEPT + 5);
    }
}
