package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerTest {
    @TempDir Path temporary;
    private LogSigner signer;
    private Path directory;

    @BeforeEach
    void prepare() {
        signer = Samples.signer(temporary);
        directory = temporary.resolve("ledger");
    }

    @Test
    void anEmptyLedgerVerifies() throws Exception {
        Ledger.open(directory, signer, Samples.MANUAL).close();
        Verification found = Samples.verify(directory, signer);
        assertThat(found.entries()).isZero();
        // RFC 6962 section 2.1: the hash of an empty list is the hash of an empty string.
        assertThat(found.checkpoint().root())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(new byte[0]));
    }

    @Test
    void entriesComeBackAsTheyWentIn() throws Exception {
        Instant now = Instant.parse("2026-11-22T08:14:00.123456Z");
        List<Fact> facts = new ArrayList<>();
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL.withClock(() -> now))) {
            ledger.putDocument(Samples.PLAN);
            facts.add(Samples.applied(1));
            facts.add(Samples.opened(Samples.SESSION));
            facts.add(Samples.disclosure(Samples.SESSION, 1));
            facts.add(Samples.refusal(Samples.SESSION, 2));
            for (int i = 0; i < facts.size(); i++) {
                assertThat(ledger.append(facts.get(i), Samples.privates(i))).isEqualTo(i);
            }
        }
        List<VerifiedEntry> seen = new ArrayList<>();
        Verification found = LedgerVerifier.verify(directory, signer.verifierKey(), seen::add);
        assertThat(seen).extracting(VerifiedEntry::fact).isEqualTo(facts);
        assertThat(seen).extracting(VerifiedEntry::time).containsOnly(now);
        assertThat(seen).allMatch(VerifiedEntry::checkpointed);
        for (int i = 0; i < facts.size(); i++) {
            assertThat(seen.get(i).privateValues()).contains(Samples.privates(i));
        }
        assertThat(found.entriesByType())
                .isEqualTo(
                        Map.of(
                                "policy-applied",
                                1L,
                                "session-opened",
                                1L,
                                "disclosure",
                                1L,
                                "refusal",
                                1L));
        assertThat(found.documents()).isEqualTo(1);
    }

    @Test
    void growsOverManyTilesAndOpenings() throws Exception {
        Random random = new Random(1);
        int[] sizes = {3, 255, 256, 257, 300, 513, 1030};
        int entries = 0;
        for (int size : sizes) {
            try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
                Samples.fill(ledger, random, size - entries < 2 ? 2 : size - entries);
            }
            entries += Math.max(2, size - entries);
            assertThat(Samples.verify(directory, signer).checkpoint().size()).isEqualTo(entries);
        }
        assertThat(directory.resolve("tile/entries/000.p")).doesNotExist();
        assertThat(directory.resolve("wal")).isEmptyDirectory();
    }

    @Test
    void pendingEntriesAreSeenAndPutUnderACheckpointAtTheNextOpening() throws Exception {
        Path crashed = temporary.resolve("crashed");
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(2), 10);
            ledger.checkpoint();
            Samples.fill(ledger, new Random(3), 5);
            Samples.copy(directory, crashed);
        }
        Verification found = Samples.verify(crashed, signer);
        assertThat(found.checkpoint().size()).isEqualTo(10);
        assertThat(found.pending()).isEqualTo(5);
        Ledger.open(crashed, signer, Samples.MANUAL).close();
        assertThat(Samples.verify(crashed, signer).checkpoint())
                .isEqualTo(Samples.verify(directory, signer).checkpoint());
    }

    @Test
    void timeDoesNotRunBack() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(2_000_000_000));
        List<VerifiedEntry> seen = new ArrayList<>();
        for (int opening = 0; opening < 3; opening++) {
            try (Ledger ledger =
                    Ledger.open(directory, signer, Samples.MANUAL.withClock(now::get))) {
                ledger.putDocument(Samples.PLAN);
                ledger.append(Samples.applied(opening), Map.of());
                now.updateAndGet(instant -> instant.minusSeconds(60));
                ledger.append(Samples.applied(opening), Map.of());
            }
        }
        LedgerVerifier.verify(directory, signer.verifierKey(), seen::add);
        assertThat(seen)
                .extracting(VerifiedEntry::time)
                .containsOnly(Instant.ofEpochSecond(2_000_000_000));
    }

    @Test
    void manyWritersEachGetTheirOwnIndex() throws Exception {
        Map<Long, Fact> byIndex = new ConcurrentHashMap<>();
        try (Ledger ledger =
                        Ledger.open(
                                directory,
                                signer,
                                Samples.MANUAL.withCheckpointInterval(Duration.ofMillis(20)));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ledger.putDocument(Samples.PLAN);
            for (int writer = 0; writer < 64; writer++) {
                String session = Samples.session(new Random(writer));
                threads.execute(() -> {
                    for (int i = 0; i < 20; i++) {
                        Fact fact = Samples.disclosure(session, i);
                        byIndex.put(ledger.append(fact, Samples.privates(i)), fact);
                    }
                });
            }
        }
        List<Fact> seen = new ArrayList<>();
        LedgerVerifier.verify(directory, signer.verifierKey(), entry -> seen.add(entry.fact()));
        assertThat(seen).hasSize(64 * 20);
        byIndex.forEach((index, fact) -> assertThat(seen.get(index.intValue())).isEqualTo(fact));
        assertThat(byIndex).hasSize(64 * 20);
    }

    @Test
    void aLedgerHasOneWriter() throws Exception {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            assertThatThrownBy(() -> Ledger.open(directory, signer, Samples.MANUAL))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("one writer");
            ledger.append(Samples.applied(1), Map.of());
        }
        Ledger.open(directory, signer, Samples.MANUAL).close();
    }

    @Test
    void anotherKeyMayNotContinue() throws Exception {
        Ledger.open(directory, signer, Samples.MANUAL).close();
        LogSigner other =
                LogSigner.generate(temporary.resolve("other.key"), "example.com/ledger/us");
        assertThatThrownBy(() -> Ledger.open(directory, other, Samples.MANUAL))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("belongs to another key");
    }

    @Test
    void aDirectoryWithoutItsCheckpointIsNotBegunAnew() throws Exception {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(4), 3);
        }
        Files.delete(directory.resolve("checkpoint"));
        assertThatThrownBy(() -> Ledger.open(directory, signer, Samples.MANUAL))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("no checkpoint");
    }

    @Test
    void aClosedLedgerRefuses() {
        Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL);
        ledger.close();
        ledger.close();
        assertThatThrownBy(() -> ledger.append(Samples.applied(1), Map.of()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> ledger.putDocument(new byte[0]))
                .isInstanceOf(LedgerException.class);
        assertThatThrownBy(ledger::checkpoint).isInstanceOf(LedgerException.class);
    }

    @Test
    void bodiesAreForTheCustodianOnly() throws Exception {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(5), 3);
            ledger.checkpoint();
            for (String name : List.of("wal", "bodies")) {
                assertThat(Files.getPosixFilePermissions(directory.resolve(name)))
                        .as(name)
                        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            }
        }
    }
}
