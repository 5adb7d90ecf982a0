package org.domicile.console.page;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.domicile.console.site.Jurisdiction;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.index.LedgerIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search indexes of the ledgers, each in its file beside its ledger, brought up to it when
 * somebody asks and it has not been for a moment. One who asks at a time, for each ledger.
 */
public final class Indexes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Indexes.class);

    /** A checkpoint comes once a second; more often there is nothing new. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Map<String, Opened> opened = new HashMap<>();

    private static final class Opened {
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable LedgerIndex index;
        private long updatedNanos;
    }

    /** What is asked of an index. */
    @FunctionalInterface
    interface Question<T extends @Nullable Object> {
        T ask(LedgerIndex index) throws IOException;
    }

    /**
     * Asks.
     *
     * @throws IllegalStateException when the ledger or its index cannot be read
     */
    <T extends @Nullable Object> T ask(Jurisdiction jurisdiction, Question<T> question) {
        Opened known;
        synchronized (opened) {
            known = opened.computeIfAbsent(jurisdiction.name(), _ -> new Opened());
        }
        known.lock.lock();
        try {
            return question.ask(fresh(known, jurisdiction));
        } catch (IOException | LedgerDamage e) {
            throw new IllegalStateException(
                    "the index of " + jurisdiction.name() + " cannot be used: " + e.getMessage());
        } finally {
            known.lock.unlock();
        }
    }

    private static LedgerIndex fresh(Opened known, Jurisdiction jurisdiction)
            throws IOException, LedgerDamage {
        LedgerIndex index = known.index;
        if (index == null) {
            Path ledger = jurisdiction.ledger().directory().toRealPath();
            index =
                    LedgerIndex.open(
                            ledger.resolveSibling(ledger.getFileName() + ".index"),
                            ledger,
                            jurisdiction.ledger().verifierKey());
            known.index = index;
        } else if (System.nanoTime() - known.updatedNanos < FRESH.toNanos()) {
            return index;
        }
        index.update((_, _) -> {});
        known.updatedNanos = System.nanoTime();
        return index;
    }

    @Override
    public void close() {
        synchronized (opened) {
            for (Opened known : opened.values()) {
                known.lock.lock();
                try {
                    LedgerIndex index = known.index;
                    known.index = null;
                    if (index != null) {
                        index.close();
                    }
                } catch (IOException e) {
                    LOG.warn("an index did not close", e);
                } finally {
                    known.lock.unlock();
                }
            }
        }
    }
}
