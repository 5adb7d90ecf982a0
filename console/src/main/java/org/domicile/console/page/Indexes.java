package org.domicile.console.page;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.domicile.console.site.Jurisdiction;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.index.LedgerIndex;
import org.jspecify.annotations.Nullable;

/**
 * The search indexes of the ledgers, each in its file beside its ledger and brought up to it by a
 * thread of its own. Pages ask what is there, by a second way in, so that none of them waits while
 * a large ledger is taken in; until the first time that it was, they are told what is missing.
 */
public final class Indexes implements AutoCloseable {
    /** How soon a new checkpoint is noticed. */
    static final Duration LOOK = Duration.ofMillis(250);

    /** How long after the start whoever asks waits for an index, so that small ones are whole. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Map<String, IndexThread> threads = new HashMap<>();

    Indexes(Collection<Jurisdiction> jurisdictions) {
        jurisdictions.forEach(one -> threads.put(one.name(), IndexThread.start(one)));
    }

    /** What is asked of an index. */
    @FunctionalInterface
    interface Question<T extends @Nullable Object> {
        T ask(LedgerIndex index) throws IOException;
    }

    /**
     * Asks, one after the other for each ledger.
     *
     * @throws IllegalStateException when the ledger or its index cannot be read
     */
    <T extends @Nullable Object> T ask(Jurisdiction jurisdiction, Question<T> question) {
        IndexThread of = of(jurisdiction);
        of.await(PATIENCE);
        try {
            return of.ask(question);
        } catch (IOException | LedgerDamage e) {
            throw new IllegalStateException(
                    "the index of " + jurisdiction.name() + " cannot be used: " + e.getMessage());
        }
    }

    /** How many entries can be found: those below this one. */
    long entries(Jurisdiction jurisdiction) {
        return of(jurisdiction).entries();
    }

    /** Waits, not for long, until an entry that was just made can be found. */
    void await(Jurisdiction jurisdiction, long entry) {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (entries(jurisdiction) <= entry && System.nanoTime() < untilNanos) {
            try {
                Thread.sleep(LOOK.dividedBy(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** How many cannot, where the ledger is still taken in for the first time; 0 afterwards. */
    long behind(Jurisdiction jurisdiction) {
        IndexThread of = of(jurisdiction);
        return of.isWhole()
                ? 0
                : Math.max(0, jurisdiction.ledger().newestCheckpoint().size() - of.entries());
    }

    private IndexThread of(Jurisdiction jurisdiction) {
        return Objects.requireNonNull(threads.get(jurisdiction.name()), jurisdiction.name());
    }

    /** Where the index of a ledger is. */
    static Path file(Path ledger) {
        return ledger.resolveSibling(ledger.getFileName() + ".index");
    }

    @Override
    public void close() {
        threads.values().forEach(IndexThread::close);
    }
}
