package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the disk does, what was acknowledged is there afterwards (I1, I7). */
final class LedgerFaultTest {
    /** One short of a full tile, so that a bundle and a tile become full on the way. */
    private static final int ENTRIES_BEFORE = 254;

    private static final int MAX_OPERATIONS = 1000;

    @TempDir Path temporary;
    private LogSigner signer;
    private Path prepared;

    @BeforeEach
    void prepare() {
        signer = Samples.signer(temporary);
        prepared = temporary.resolve("prepared");
        try (Ledger ledger = Ledger.open(prepared, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(1), ENTRIES_BEFORE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachOperationOnTheDiskFailsOnce(FaultyDisk.Mode mode) throws Exception {
        int failures = 0;
        for (int operation = 0; ; operation++) {
            assertThat(operation).isLessThan(MAX_OPERATIONS);
            Path directory = temporary.resolve("ledger-" + operation);
            Samples.copy(prepared, directory);
            FaultyDisk disk = new FaultyDisk(operation, mode);
            Map<Long, Fact> acknowledged = new HashMap<>();
            try {
                work(directory, disk, acknowledged);
            } catch (LedgerException e) {
                failures++;
            }
            assertThat(disk.afterFailure()).as("operations after failed one").isZero();
            String what = mode + " at operation " + operation;
            requireAll(directory, acknowledged, what + ", before opening again");
            Ledger.open(directory, signer, Samples.MANUAL).close();
            Verification after = requireAll(directory, acknowledged, what);
            assertThat(after.pending()).isZero();
            assertThat(after.unfinishedFiles()).isZero();
            if (!disk.hasFailed()) {
                break;
            }
        }
        assertThat(failures).isGreaterThan(30);
    }

    private void work(Path directory, Disk disk, Map<Long, Fact> acknowledged) {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL, disk)) {
            for (int i = 0; i < 5; i++) {
                Fact fact = Samples.applied(100 + i);
                acknowledged.put(ledger.append(fact, Samples.privates(i)), fact);
                if (i % 2 == 1) {
                    ledger.checkpoint();
                }
            }
            ledger.putDocument(new byte[] {'{', '}'});
        }
    }

    private Verification requireAll(Path directory, Map<Long, Fact> acknowledged, String what)
            throws IOException {
        Map<Long, Fact> found = new HashMap<>();
        try {
            Verification verification =
                    LedgerVerifier.verify(
                            directory,
                            signer.verifierKey(),
                            entry -> found.put(entry.index(), entry.fact()));
            assertThat(found).as(what).containsAllEntriesOf(acknowledged);
            return verification;
        } catch (LedgerDamage e) {
            throw new AssertionError(what, e);
        }
    }

    /**
     * Opening an intact ledger creates one file (0) and fsyncs its directory (1); an entry is one
     * write (2) and one fsync (3).
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aLogThatCouldNotWriteOrFsyncAcceptsNothing(int operation) throws Exception {
        Path directory = temporary.resolve("ledger");
        Samples.copy(prepared, directory);
        FaultyDisk disk = new FaultyDisk(operation, FaultyDisk.Mode.FAILED);
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL, disk)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> ledger.append(Samples.applied(1), Map.of()))
                        .isInstanceOf(LedgerException.class)
                        .hasMessageContaining("has stopped")
                        .hasMessageContaining("No space left on device");
            }
            assertThatThrownBy(ledger::checkpoint).isInstanceOf(LedgerException.class);
            assertThatThrownBy(() -> ledger.putDocument(new byte[0]))
                    .isInstanceOf(LedgerException.class);
        }
        assertThat(disk.afterFailure()).isZero();
        // What was written but not fsynced may be there, though nobody was told so.
        assertThat(Samples.verify(directory, signer).entries())
                .isEqualTo(ENTRIES_BEFORE + (operation - 2));
    }

    @Test
    void damageBeforeAcknowledgedEntriesIsNotTakenForATornWrite() throws Exception {
        Path directory = temporary.resolve("ledger");
        try (Ledger ledger = Ledger.open(prepared, signer, Samples.MANUAL)) {
            for (int i = 0; i < 3; i++) {
                ledger.append(Samples.applied(i), Map.of());
            }
            Samples.copy(prepared, directory);
        }
        Path file = Samples.filesOf(directory.resolve("wal")).getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[WriteAheadRecord.HEADER_BYTES + 20] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> Ledger.open(directory, signer, Samples.MANUAL))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("later entries were acknowledged");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefusedWithItsReason() throws Exception {
        Path blocked = temporary.resolve("file");
        Files.write(blocked, new byte[0]);
        assertThatThrownBy(() -> Ledger.open(blocked.resolve("x"), signer, Samples.MANUAL))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("cannot open the ledger");
    }
}
