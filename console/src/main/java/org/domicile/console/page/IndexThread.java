package org.domicile.console.page;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.domicile.console.site.Jurisdiction;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.index.LedgerIndex;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one ledger's index up to it. A platform thread, since SQLite's calls would hold a carrier
 * of virtual ones; what is asked runs on the threads of those who ask, in an instance of its own.
 */
final class IndexThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexThread.class);

    private final Jurisdiction jurisdiction;
    private final long startNanos = System.nanoTime();
    private final Thread thread;
    private final CountDownLatch first = new CountDownLatch(1);
    private final ReentrantLock asking = new ReentrantLock();
    private @Nullable LedgerIndex asked;
    private volatile boolean isClosed;
    private volatile long entries;
    private volatile boolean isWhole;

    /** Why there is no index to ask; null where there is one. */
    private volatile @Nullable String failure = "it is not open yet";

    private IndexThread(Jurisdiction jurisdiction) {
        this.jurisdiction = jurisdiction;
        this.thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("index-" + jurisdiction.name())
                        .unstarted(this::run);
    }

    static IndexThread start(Jurisdiction jurisdiction) {
        IndexThread started = new IndexThread(jurisdiction);
        started.thread.start();
        return started;
    }

    private void run() {
        while (!isClosed) {
            try (LedgerIndex index = open()) {
                entries = index.entries();
                failure = null;
                while (!isClosed) {
                    follow(index);
                    pause();
                }
            } catch (IOException | LedgerDamage e) {
                if (failure == null || first.getCount() > 0) {
                    LOG.warn("the index of {}: {}", jurisdiction.name(), e.getMessage());
                }
                failure = e.getMessage();
                first.countDown();
                forget();
                pause();
            } catch (CancellationException e) {
                return; // as soon as it is closed
            }
        }
    }

    private void follow(LedgerIndex index) throws IOException, LedgerDamage {
        if (!isWhole || jurisdiction.ledger().newestCheckpoint().size() != entries) {
            index.update((now, _) -> {
                entries = now;
                if (isClosed) {
                    throw new CancellationException();
                }
            });
            entries = index.entries();
            isWhole = true;
            first.countDown();
        }
    }

    private LedgerIndex open() throws IOException, LedgerDamage {
        Path ledger = jurisdiction.ledger().directory().toRealPath();
        return LedgerIndex.open(Indexes.file(ledger), ledger, jurisdiction.ledger().verifierKey());
    }

    private void pause() {
        try {
            Thread.sleep(Indexes.LOOK);
        } catch (InterruptedException e) {
            isClosed = true; // nobody else interrupts it
        }
    }

    /** Waits for the first update to end, well or not, but not beyond so long after the start. */
    void await(Duration patience) {
        long left = patience.toNanos() - (System.nanoTime() - startNanos);
        try {
            var _ = first.await(left, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether all of the ledger was in the index at some time since the start. */
    boolean isWhole() {
        return isWhole;
    }

    long entries() {
        return entries;
    }

    <T extends @Nullable Object> T ask(Indexes.Question<T> question)
            throws IOException, LedgerDamage {
        asking.lock();
        try {
            String why = failure;
            if (why != null) {
                throw new IOException(why);
            }
            LedgerIndex index = asked;
            if (index == null) {
                index = open();
                asked = index;
            }
            return question.ask(index);
        } finally {
            asking.unlock();
        }
    }

    /** An update that runs is not interrupted, since the file's driver is native code: it looks. */
    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        failure = "the console is closed";
        forget();
    }

    /** The file may be another when it is asked next. */
    private void forget() {
        asking.lock();
        try {
            LedgerIndex index = asked;
            asked = null;
            if (index != null) {
                index.close();
            }
        } catch (IOException e) {
            LOG.warn("an index did not close", e);
        } finally {
            asking.unlock();
        }
    }
}
