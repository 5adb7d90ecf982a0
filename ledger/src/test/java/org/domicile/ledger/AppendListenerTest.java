package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appending without waiting: told after the fsync, never blocked, never forgotten. */
final class AppendListenerTest {
    @TempDir Path temporary;
    private LogSigner signer;
    private Path directory;

    @BeforeEach
    void prepare() {
        signer = Samples.signer(temporary);
        directory = temporary.resolve("ledger");
    }

    /** What became of entries, in the order in which it was told. */
    private static final class News implements AppendListener {
        private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

        @Override
        public void durable(long index) {
            told.add(index);
        }

        @Override
        public void failed(LedgerException reason) {
            told.add(reason);
        }

        Object next() throws InterruptedException {
            Object news = told.poll(1, TimeUnit.MINUTES);
            assertThat(news).as("nothing was told").isNotNull();
            return news;
        }
    }

    /** A disk of which each fsync of an open file waits for a permit. */
    private static final class SlowDisk extends Disk {
        private final Semaphore permits = new Semaphore(0);
        private final Semaphore begun = new Semaphore(0);
        private volatile boolean broken;

        @Override
        public void force(FileChannel channel) throws IOException {
            if (Thread.currentThread().getName().equals("ledger-writer")) {
                begun.release();
                permits.acquireUninterruptibly();
                if (broken) {
                    throw new IOException("No space left on device");
                }
            }
            super.force(channel);
        }
    }

    @Test
    void aListenerIsToldAfterTheFsyncAndNotBefore() throws Exception {
        SlowDisk disk = new SlowDisk();
        News news = new News();
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL, disk)) {
            assertThat(ledger.append(Samples.applied(1), Map.of(), news)).isTrue();
            disk.begun.acquire();
            for (int i = 2; i <= 5; i++) {
                assertThat(ledger.append(Samples.applied(i), Map.of(), news)).isTrue();
            }
            assertThat(news.told).isEmpty();
            disk.permits.release();
            assertThat(news.next()).isEqualTo(0L);
            // The four that gathered meanwhile are one group: one more fsync.
            disk.begun.acquire();
            assertThat(news.told).isEmpty();
            disk.permits.release();
            for (long index = 1; index < 5; index++) {
                assertThat(news.next()).isEqualTo(index);
            }
            assertThat(disk.begun.availablePermits()).isZero();
        }
    }

    @Test
    void aFullLineSaysNoAndTakesAgainLater() throws Exception {
        SlowDisk disk = new SlowDisk();
        News news = new News();
        LedgerOptions small = Samples.MANUAL.withMaxWaitingBytes(LedgerOptions.MIN_WAITING_BYTES);
        Map<String, String> large = Map.of("subjects", "x".repeat(300_000));
        int taken = 0;
        try (Ledger ledger = Ledger.open(directory, signer, small, disk)) {
            while (ledger.append(Samples.applied(1), large, news)) {
                taken++;
            }
            assertThat(taken).isBetween(1, (int) (LedgerOptions.MIN_WAITING_BYTES / 300_000));
            // Those with the writer count too, as they are still in memory.
            disk.begun.acquire();
            assertThat(ledger.append(Samples.applied(1), large, news)).isFalse();
            disk.permits.release(1000);
            for (long index = 0; index < taken; index++) {
                assertThat(news.next()).isEqualTo(index);
            }
            assertThat(ledger.append(Samples.applied(1), large, news)).isTrue();
            assertThat(news.next()).isEqualTo((long) taken);
        }
        assertThat(news.told).isEmpty();
    }

    @Test
    void everybodyInLineIsToldWhenTheLogStops() throws Exception {
        SlowDisk disk = new SlowDisk();
        News news = new News();
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL, disk)) {
            assertThat(ledger.append(Samples.applied(1), Map.of(), news)).isTrue();
            disk.begun.acquire();
            assertThat(ledger.append(Samples.applied(2), Map.of(), news)).isTrue();
            disk.broken = true;
            disk.permits.release();
            for (int i = 0; i < 2; i++) {
                assertThat(news.next())
                        .isInstanceOfSatisfying(
                                LedgerException.class,
                                reason -> assertThat(reason).hasMessageContaining("No space left"));
            }
            assertThatThrownBy(() -> ledger.append(Samples.applied(3), Map.of(), news))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("No space left");
        }
        assertThat(news.told).isEmpty();
    }

    @Test
    void whatOneListenerThrowsHurtsNobodyElse() throws Exception {
        News news = new News();
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            AppendListener faulty =
                    new AppendListener() {
                        @Override
                        public void durable(long index) {
                            throw new AssertionError("a listener's own affair");
                        }

                        @Override
                        public void failed(LedgerException reason) {
                            throw new IllegalStateException(reason);
                        }
                    };
            for (int i = 0; i < 10; i++) {
                assertThat(ledger.append(Samples.applied(i), Map.of(), i % 2 == 0 ? faulty : news))
                        .isTrue();
            }
            for (long index = 1; index < 10; index += 2) {
                assertThat(news.next()).isEqualTo(index);
            }
            assertThat(ledger.append(Samples.applied(10), Map.of())).isEqualTo(10);
        }
    }

    @Test
    void aListenerMayAppendButNotWait() throws Exception {
        News news = new News();
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            AppendListener again =
                    new AppendListener() {
                        @Override
                        public void durable(long index) {
                            try {
                                ledger.append(Samples.applied(2), Map.of());
                            } catch (IllegalStateException e) {
                                thrown.add(e);
                            }
                            assertThat(ledger.append(Samples.applied(2), Map.of(), news)).isTrue();
                        }

                        @Override
                        public void failed(LedgerException reason) {
                            thrown.add(reason);
                        }
                    };
            assertThat(ledger.append(Samples.applied(1), Map.of(), again)).isTrue();
            assertThat(news.next()).isEqualTo(1L);
            assertThat(thrown.poll(1, TimeUnit.MINUTES)).hasMessageContaining("may not wait");
        }
    }

    /** Sixty-four sessions, each of which adds its next entry when it is told of the last. */
    @Test
    void sessionsThatNeverWaitEachGetTheirOwnIndexes() throws Exception {
        int sessions = 64;
        int each = 40;
        Map<Long, Fact> byIndex = new ConcurrentHashMap<>();
        CountDownLatch done = new CountDownLatch(sessions);
        try (Ledger ledger =
                Ledger.open(
                        directory,
                        signer,
                        Samples.MANUAL.withCheckpointInterval(Duration.ofMillis(20)))) {
            ledger.putDocument(Samples.PLAN);
            for (int number = 0; number < sessions; number++) {
                String session = "%032x".formatted(number);
                AppendListener next =
                        new AppendListener() {
                            private int sequence;

                            @Override
                            public void durable(long index) {
                                byIndex.put(index, Samples.disclosure(session, sequence++));
                                if (sequence == each) {
                                    done.countDown();
                                } else {
                                    append();
                                }
                            }

                            void append() {
                                ledger.append(
                                        Samples.disclosure(session, sequence),
                                        Samples.privates(sequence),
                                        this);
                            }

                            @Override
                            public void failed(LedgerException reason) {
                                throw reason;
                            }
                        };
                ledger.append(Samples.disclosure(session, 0), Samples.privates(0), next);
            }
            assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
        }
        List<Fact> seen = new ArrayList<>();
        LedgerVerifier.verify(directory, signer.verifierKey(), entry -> seen.add(entry.fact()));
        assertThat(seen).hasSize(sessions * each);
        byIndex.forEach((index, fact) -> assertThat(seen.get(index.intValue())).isEqualTo(fact));
        assertThat(byIndex).hasSize(sessions * each);
    }
}
