package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told when, where release waits for more than the disk (I1). */
final class ReleaseTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir Path temporary;
    private LogSigner signer;
    private Path directory;
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @BeforeEach
    void prepare() {
        signer = Samples.signer(temporary);
        directory = temporary.resolve("ledger");
    }

    private final AppendListener news =
            new AppendListener() {
                @Override
                public void durable(long index) {
                    told.add(index);
                }

                @Override
                public void failed(LedgerException reason) {
                    told.add(reason);
                }
            };

    private Object next() throws InterruptedException {
        Object one = told.poll(1, TimeUnit.MINUTES);
        assertThat(one).as("nothing was told").isNotNull();
        return one;
    }

    private Ledger open(Release release, Duration patience) {
        return Ledger.open(directory, signer, Samples.MANUAL.withRelease(release, patience));
    }

    /** Adds one and waits until it is on disk, which the write-ahead file shows. */
    private void add(Ledger ledger, long version) throws Exception {
        assertThat(ledger.append(Samples.applied(version), Map.of(), news)).isTrue();
        String mark = "\"version\":" + version + "}";
        while (Samples.filesOf(directory.resolve("wal")).stream()
                .noneMatch(file -> contains(file, mark))) {
            Thread.sleep(1);
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void checkpointedIsToldAfterTheCheckpointAndNotBefore() throws Exception {
        try (Ledger ledger = open(Release.CHECKPOINTED, LONG)) {
            ledger.putDocument(Samples.PLAN);
            for (int i = 0; i < 3; i++) {
                add(ledger, i);
            }
            assertThat(told).isEmpty();
            ledger.checkpoint();
            for (long index = 0; index < 3; index++) {
                assertThat(next()).isEqualTo(index);
            }
            add(ledger, 4);
            assertThat(told).isEmpty();
        }
        // Closing signs a checkpoint.
        assertThat(next()).isEqualTo(3L);
    }

    @Test
    void witnessedIsToldAfterAQuorumOfItsCheckpointAndNotBefore() throws Exception {
        Cosigner witness =
                Cosigner.generate(
                        temporary.resolve("w"),
                        "example.com/w",
                        VerifierKey.Type.COSIGNATURE_ED25519);
        try (Ledger ledger = open(Release.WITNESSED, LONG)) {
            ledger.putDocument(Samples.PLAN);
            add(ledger, 0);
            ledger.checkpoint();
            SignedCheckpoint first = ledger.newestCheckpoint();
            add(ledger, 1);
            ledger.checkpoint();
            assertThat(told).isEmpty();
            SignedCheckpoint cosigned = cosign(first, witness);
            ledger.cosigned(cosigned, false);
            assertThat(told).isEmpty();
            // Of an older checkpoint: it releases what it covers, and stays out of the file.
            ledger.cosigned(cosigned, true);
            assertThat(next()).isEqualTo(0L);
            assertThat(told).isEmpty();
            assertThat(note().signatures()).hasSize(1);
            ledger.cosigned(cosign(ledger.newestCheckpoint(), witness), true);
            assertThat(next()).isEqualTo(1L);
            assertThat(note().lineOf(witness.verifierKey())).isPresent();
            assertThat(Samples.verify(directory, signer).entries()).isEqualTo(2);
            assertThatThrownBy(() ->
                            ledger.cosigned(
                                    new SignedCheckpoint(
                                            first.checkpoint(), ledger.newestCheckpoint().note()),
                                    true))
                    .isInstanceOf(IllegalArgumentException.class);
            add(ledger, 2);
        }
        assertThat(next()).isInstanceOf(LedgerException.class);
        // It was not released, but it is in the log.
        assertThat(Samples.verify(directory, signer).entries()).isEqualTo(3);
        // A cosigned checkpoint is opened again as it is.
        open(Release.WITNESSED, LONG).close();
    }

    private SignedNote note() throws Exception {
        return SignedNote.parse(Files.readAllBytes(directory.resolve("checkpoint")));
    }

    private static SignedCheckpoint cosign(SignedCheckpoint checkpoint, Cosigner witness) {
        SignedNote note = SignedNote.parse(checkpoint.note());
        return new SignedCheckpoint(
                checkpoint.checkpoint(),
                new SignedNote(
                                note.text(),
                                List.of(
                                        note.signatures().getFirst(),
                                        witness.cosign(note.text(), Instant.ofEpochSecond(9))))
                        .toBytes());
    }

    @Test
    void whoWaitsTooLongIsToldSo() throws Exception {
        try (Ledger ledger = open(Release.WITNESSED, Duration.ofMillis(50))) {
            assertThat(ledger.append(Samples.applied(0), Map.of(), news)).isTrue();
            assertThat(next())
                    .isInstanceOfSatisfying(
                            LedgerException.class,
                            reason ->
                                    assertThat(reason)
                                            .hasMessageContaining("not witnessed within 50 ms"));
            assertThatThrownBy(() -> ledger.append(Samples.applied(1), Map.of()))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("not witnessed");
        }
    }

    /** What is held counts: the bound of the line is the bound of what waits for witnesses. */
    @Test
    void whatWaitsForItsReleaseStillCounts() throws Exception {
        Map<String, String> large = Map.of("subjects", "x".repeat(300_000));
        LedgerOptions small =
                Samples.MANUAL
                        .withRelease(Release.CHECKPOINTED, LONG)
                        .withMaxWaitingBytes(LedgerOptions.MIN_WAITING_BYTES);
        try (Ledger ledger = Ledger.open(directory, signer, small)) {
            int taken = 0;
            while (ledger.append(Samples.applied(taken), large, news)) {
                taken++;
            }
            assertThat(taken).isEqualTo(3);
            Thread.sleep(200);
            assertThat(ledger.append(Samples.applied(9), large, news)).isFalse();
            while (told.isEmpty()) {
                ledger.checkpoint();
            }
            for (long index = 0; index < taken; index++) {
                assertThat(next()).isEqualTo(index);
            }
            assertThat(ledger.append(Samples.applied(9), large, news)).isTrue();
        }
    }

    @Test
    void aLogThatStopsTellsThoseWhoWait() throws Exception {
        int failed = 0;
        try (Ledger ledger =
                Ledger.open(
                        directory,
                        signer,
                        Samples.MANUAL.withRelease(Release.WITNESSED, LONG),
                        new FaultyDisk(40, FaultyDisk.Mode.FAILED))) {
            int taken = 0;
            try {
                while (ledger.append(Samples.applied(taken), Map.of(), news)) {
                    taken++;
                }
            } catch (LedgerException e) {
                for (int i = 0; i < taken; i++) {
                    assertThat(next()).isInstanceOf(LedgerException.class);
                    failed++;
                }
            }
        }
        assertThat(failed).isPositive();
        assertThat(told).isEmpty();
    }

    @Test
    void aListenerMayNotWaitForTheLedger() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        try (Ledger ledger = open(Release.CHECKPOINTED, LONG)) {
            AppendListener waits =
                    new AppendListener() {
                        @Override
                        public void durable(long index) {
                            try {
                                ledger.append(Samples.applied(1), Map.of());
                                thrown.complete(new AssertionError("it waited"));
                            } catch (RuntimeException e) {
                                thrown.complete(e);
                            }
                        }

                        @Override
                        public void failed(LedgerException reason) {
                            thrown.complete(reason);
                        }
                    };
            ledger.append(Samples.applied(0), Map.of(), waits);
            while (!thrown.isDone()) {
                ledger.checkpoint();
            }
            assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
        }
    }
}
