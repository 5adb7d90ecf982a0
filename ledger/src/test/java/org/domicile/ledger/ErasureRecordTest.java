package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.domicile.ledger.BodyEraser.Outcome;
import org.domicile.ledger.BodyEraser.Why;
import org.domicile.ledger.Verification.Finding;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An erasure is an entry, and it is recorded before anything is destroyed. */
final class ErasureRecordTest {
    private static final Why WHY =
            new Why(Optional.of("request of the subject"), Optional.of("olga"));
    private static final int ENTRIES = 300;
    private static final String UNTOLD = "its private values were erased, and no entry tells of it";

    @TempDir Path temporary;
    private Path directory;
    private LogSigner signer;

    @BeforeEach
    void fill() {
        directory = temporary.resolve("ledger");
        signer = Samples.signer(temporary);
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(1), ENTRIES);
        }
    }

    private Verification verified() throws LedgerDamage {
        return Samples.verify(directory, signer);
    }

    private List<VerifiedEntry> told() throws Exception {
        List<VerifiedEntry> told = new ArrayList<>();
        LedgerVerifier.verify(
                directory,
                signer.verifierKey(),
                entry -> {
                    if (entry.fact() instanceof Fact.BodyErased) {
                        told.add(entry);
                    }
                });
        return told;
    }

    @Test
    void withoutALogItIsDurableAtOnceAndSignedAtTheNextOpening() throws Exception {
        assertThat(BodyEraser.erase(directory, 7, WHY)).isEqualTo(Outcome.ERASED);
        assertThat(verified().pending()).isEqualTo(1);
        assertThat(verified().findings()).isEmpty();
        Ledger.open(directory, signer, Samples.MANUAL).close();
        assertThat(verified().pending()).isZero();
        assertThat(verified().findings()).isEmpty();
        VerifiedEntry entry = told().getFirst();
        assertThat(entry.index()).isEqualTo(ENTRIES);
        assertThat(entry.fact()).isEqualTo(new Fact.BodyErased(7));
        assertThat(entry.privateValues())
                .contains(Map.of("reason", "request of the subject", "operator", "olga"));
        assertThat(BodyEraser.erase(directory, 7, WHY)).isEqualTo(Outcome.ALREADY_ERASED);
        assertThat(told()).hasSize(1);
        assertThat(BodyEraser.erase(directory, 1, WHY)).isEqualTo(Outcome.HAD_NO_PRIVATE_VALUES);
        assertThat(told()).hasSize(1);
    }

    /** The values of such an entry are private values as all others. */
    @Test
    void whyItWasErasedCanBeErased() throws Exception {
        BodyEraser.erase(directory, 7, WHY);
        assertThat(BodyEraser.erase(directory, ENTRIES, Why.UNSAID)).isEqualTo(Outcome.ERASED);
        assertThat(told()).hasSize(2);
        assertThat(verified().findings()).isEmpty();
        for (Path file : Samples.filesOf(directory)) {
            assertThat(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))
                    .doesNotContain("olga");
        }
    }

    @Test
    void aRunningLogRecordsIt() throws Exception {
        LedgerOptions quick = LedgerOptions.defaults().withCheckpointInterval(Duration.ofMillis(5));
        try (Ledger ledger = Ledger.open(directory, signer, quick)) {
            assertThat(BodyEraser.erase(directory, 7, WHY)).isEqualTo(Outcome.ERASED);
            assertThat(told()).hasSize(1).allMatch(VerifiedEntry::checkpointed);
            assertThat(directory.resolve("bodies/erase.request")).doesNotExist();
            assertThat(ledger.append(Samples.applied(9), Map.of())).isEqualTo(ENTRIES + 1);
        }
        assertThat(told().getFirst().privateValues().orElseThrow())
                .containsEntry("operator", "olga");
        assertThat(verified().findings()).isEmpty();
    }

    /** One that makes no checkpoint, as where its disk hangs. */
    @Test
    void whatIsNotRecordedIsNotErased() throws Exception {
        try (Ledger _ = Ledger.open(directory, signer, Samples.MANUAL)) {
            assertThatThrownBy(() -> BodyEraser.erase(directory, 7, WHY))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("nothing was erased");
            assertThat(directory.resolve("bodies/erase.request")).doesNotExist();
            assertThat(verified().erased()).isZero();
        }
    }

    @Test
    void aRequestThatNobodyWaitsForIsNotRecorded() throws Exception {
        Path request = directory.resolve("bodies/erase.request");
        Files.write(request, request(new Fact.BodyErased(7)));
        assertThat(verified().unfinishedFiles()).isEqualTo(1);
        LedgerOptions quick = LedgerOptions.defaults().withCheckpointInterval(Duration.ofMillis(5));
        try (Ledger ledger = Ledger.open(directory, signer, quick)) {
            assertThat(request).doesNotExist();
            Files.write(request, request(new Fact.BodyErased(7)));
            for (int i = 0; i < 5; i++) {
                ledger.append(Samples.applied(i), Map.of());
                ledger.checkpoint();
            }
        }
        assertThat(told()).isEmpty();
    }

    private static byte[] request(Fact fact) {
        List<PendingEntry> entries =
                List.of(
                        EntryEncoder.ofThread()
                                .encode(fact, WHY.fields(), new EntryWriter.Waiting()));
        ByteBuffer out = ByteBuffer.allocate(WriteAheadRecord.encodedBytes(entries));
        WriteAheadRecord.encode(0, entries, out);
        return out.array();
    }

    /** Whatever fails and whenever: what is gone is told. */
    @ParameterizedTest
    @EnumSource(FaultyDisk.Mode.class)
    void noFailureErasesWithoutAWord(FaultyDisk.Mode mode) throws Exception {
        Path whole = temporary.resolve("whole");
        Files.move(directory, whole);
        boolean wasErased = false;
        for (int operation = 0; ; operation++) {
            directory = temporary.resolve("copy-" + operation);
            Samples.copy(whole, directory);
            FaultyDisk disk = new FaultyDisk(operation, mode);
            try {
                BodyEraser.erase(directory, 7, WHY, disk);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space");
            }
            Verification after = verified();
            assertThat(after.findings()).extracting(Finding::problem).doesNotContain(UNTOLD);
            wasErased |= after.erased() == 1;
            if (!disk.hasFailed()) {
                assertThat(after.erased()).isEqualTo(1);
                break;
            }
            assertThat(BodyEraser.erase(directory, 7, WHY)).isNotNull();
            assertThat(verified().findings()).isEmpty();
            assertThat(verified().erased()).isEqualTo(1);
            Ledger.open(directory, signer, Samples.MANUAL).close();
            assertThat(verified().findings()).isEmpty();
        }
        assertThat(wasErased).isTrue();
    }

    /** A killed log may leave half a record at the end of its write-ahead file. */
    @Test
    void afterAWriteThatWasCutOffItIsRecordedToo() throws Exception {
        for (int pending : new int[] {0, 2}) {
            Path living = temporary.resolve("living-" + pending);
            directory = temporary.resolve("killed-" + pending);
            try (Ledger ledger = Ledger.open(living, signer, Samples.MANUAL)) {
                Samples.fill(ledger, new Random(1), ENTRIES);
                ledger.checkpoint();
                for (int i = 0; i < pending; i++) {
                    ledger.append(Samples.applied(2 + i), Samples.privates(ENTRIES + i));
                }
                Samples.copy(living, directory);
            }
            Path wal = Disk.list(directory.resolve("wal")).getLast();
            Files.write(wal, Arrays.copyOf(Samples.PLAN, 9), StandardOpenOption.APPEND);
            assertThat(verified().cutOffBytes()).isEqualTo(9);
            assertThat(BodyEraser.erase(directory, 7, WHY)).isEqualTo(Outcome.ERASED);
            assertThat(verified().entries()).isEqualTo(ENTRIES + pending + 1);
            Ledger.open(directory, signer, Samples.MANUAL).close();
            assertThat(told().getFirst().index()).isEqualTo(ENTRIES + pending);
            assertThat(verified().findings()).isEmpty();
        }
    }

    @Test
    void aBodyThatIsGoneWithoutAWordIsAFinding() throws Exception {
        Path before = temporary.resolve("before");
        Samples.copy(directory, before);
        BodyEraser.erase(directory, 7, WHY);
        BodyEraser.erase(directory, 9, WHY);
        Path told = Disk.list(directory.resolve("wal")).getFirst();
        Files.copy(
                directory.resolve("bodies/000"),
                before.resolve("bodies/000"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.copy(told, before.resolve("wal").resolve(told.getFileName().toString()));
        directory = before;
        assertThat(verified().findings()).containsExactly(new Finding(9, UNTOLD));
        assertThat(BodyEraser.erase(directory, 9, WHY)).isEqualTo(Outcome.ALREADY_ERASED);
        assertThat(verified().findings()).isEmpty();
    }

    @Test
    void aBodyThatIsToldToBeGoneAndIsHereIsAFinding() throws Exception {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            ledger.append(new Fact.BodyErased(7), Map.of());
        }
        assertThat(verified().findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.entry()).isEqualTo(7));
        BodyEraser.erase(directory, 7, WHY);
        assertThat(verified().findings()).isEmpty();
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            ledger.append(new Fact.BodyErased(5_000), Map.of());
        }
        assertThatThrownBy(this::verified)
                .isInstanceOf(LedgerDamage.class)
                .hasMessageContaining("entry 5000 was erased, which does not come before it");
    }

    @Test
    void whatWasOpenedComesBefore() throws Exception {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            ledger.append(new Fact.BodyOpened(7), Map.of("by", "overseer"));
        }
        assertThat(verified().entriesByType()).containsEntry("body-opened", 1L);
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            ledger.append(new Fact.BodyOpened(5_000), Map.of("by", "overseer"));
        }
        assertThatThrownBy(this::verified)
                .isInstanceOf(LedgerDamage.class)
                .hasMessageContaining("entry 5000 was opened, which does not come before it");
    }

    @Test
    void whatWasNotedUponComesBefore() throws Exception {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            ledger.append(new Fact.Noted(7L), Map.of("by", "overseer", "text", "asked why"));
            ledger.append(new Fact.Noted(null), Map.of("by", "overseer", "text", "all quiet"));
        }
        assertThat(verified().entriesByType()).containsEntry("noted", 2L);
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            ledger.append(new Fact.Noted(5_000L), Map.of("by", "overseer", "text", "too early"));
        }
        assertThatThrownBy(this::verified)
                .isInstanceOf(LedgerDamage.class)
                .hasMessageContaining("entry 5000 was noted upon, which does not come before it");
    }

    @Test
    void anythingElseIsNoRequest() {
        byte[] good = request(new Fact.BodyErased(7));
        assertThat(ErasureRecord.requested(good, 8)).isNotNull();
        assertThat(ErasureRecord.requested(good, 7)).isNull();
        assertThat(ErasureRecord.requested(request(Samples.applied(1)), 8)).isNull();
        Random random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = Arrays.copyOf(good, good.length - random.nextInt(3));
            if (changed.length == good.length) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertThat(ErasureRecord.requested(changed, 8)).isNull();
        }
    }

    @Test
    void whyIsBounded() {
        assertThatThrownBy(() -> new Why(Optional.of("x".repeat(256)), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reason");
        assertThat(WHY.toString()).doesNotContain("olga");
    }
}
