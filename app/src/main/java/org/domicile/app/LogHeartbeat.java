package org.domicile.app;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Fact.Heartbeat.State;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerException;

/**
 * Says in a ledger that its log is there: when it starts, at an interval, and when it stops. Runs
 * on a thread of its own, {@code ledger-heartbeat}, which ends by itself once the ledger has
 * stopped.
 */
final class LogHeartbeat implements AutoCloseable {
    static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);

    private final Ledger ledger;
    private final long intervalSeconds;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("ledger-heartbeat").factory());

    private LogHeartbeat(Ledger ledger, Duration interval) {
        this.ledger = ledger;
        this.intervalSeconds = interval.toSeconds();
    }

    static LogHeartbeat start(Ledger ledger, Duration interval) {
        LogHeartbeat heartbeat = new LogHeartbeat(ledger, interval);
        heartbeat.say(State.STARTED);
        // Once it throws it is not called again, and the ledger has said why.
        var _ =
                heartbeat.thread.scheduleAtFixedRate(
                        () -> heartbeat.say(State.RUNNING),
                        heartbeat.intervalSeconds,
                        heartbeat.intervalSeconds,
                        TimeUnit.SECONDS);
        return heartbeat;
    }

    private void say(State state) {
        ledger.append(new Fact.Heartbeat(state, intervalSeconds), Map.of());
    }

    /** Says that the log stops, unless it has stopped already and said so otherwise. */
    @Override
    public void close() {
        thread.close();
        try {
            say(State.STOPPED);
        } catch (LedgerException e) {
            // It stopped before, and has told its reason where it happened.
        }
    }
}
