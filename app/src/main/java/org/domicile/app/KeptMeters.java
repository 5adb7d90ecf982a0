package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.domicile.control.meter.BulkMeters;
import org.domicile.control.meter.MeterRebuild;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A jurisdiction's meters while its gateway runs: made from the ledger at the start, and written
 * into a snapshot then, once a day, and at the end, so that the next start has less to read. The
 * ledger alone is what counts; the snapshot may be deleted at any time.
 */
final class KeptMeters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeptMeters.class);
    private static final Duration BETWEEN_SNAPSHOTS = Duration.ofDays(1);

    private final Ledger ledger;
    private final Rules rules;
    private final Path snapshot;
    private final BulkMeters meters;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("meters-snapshot").factory());

    private KeptMeters(Ledger ledger, Rules rules, Path snapshot) {
        this.ledger = ledger;
        this.rules = rules;
        this.snapshot = snapshot;
        this.meters = countAndKeep();
    }

    /**
     * Counts what the ledger has, which nobody may be appending disclosures to.
     *
     * @throws CommandFailure when it cannot be read: without it nothing may be shown (I7)
     */
    static KeptMeters start(Ledger ledger, Rules rules, Path snapshot) {
        KeptMeters kept = new KeptMeters(ledger, rules, snapshot);
        long seconds = BETWEEN_SNAPSHOTS.toSeconds();
        var _ =
                kept.thread.scheduleAtFixedRate(
                        kept::keepQuietly, seconds, seconds, TimeUnit.SECONDS);
        return kept;
    }

    BulkMeters meters() {
        return meters;
    }

    private BulkMeters countAndKeep() {
        try {
            return MeterRebuild.andSnapshot(
                    ledger.directory(),
                    ledger.verifierKey(),
                    rules,
                    Instant.now(),
                    snapshot,
                    entries -> LOG.info("meters: {} entries counted", entries));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot count the ledger " + ledger.directory(), e);
        } catch (LedgerDamage e) {
            throw new CommandFailure(
                    "the meters cannot be made from the ledger "
                            + ledger.directory()
                            + ": "
                            + e.getMessage()
                            + "; run domicile verify");
        }
    }

    /** Not what the running meters have: what is durable of it. */
    private void keepQuietly() {
        try {
            ledger.checkpoint();
            var _ = countAndKeep();
        } catch (UncheckedIOException | CommandFailure | LedgerException e) {
            LOG.warn("the meters' snapshot was not written, the next start takes longer", e);
        }
    }

    @Override
    public void close() {
        thread.close();
        keepQuietly();
    }
}
