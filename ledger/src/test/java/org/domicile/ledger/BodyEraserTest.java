package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.domicile.ledger.BodyEraser.Outcome;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I8: erasing a body destroys it wherever the ledger has it, and leaves every proof valid. */
final class BodyEraserTest {
    private static final int KILLS = 15;

    @TempDir Path temporary;
    private Path directory;
    private LogSigner signer;

    @BeforeEach
    void prepare() {
        directory = temporary.resolve("ledger");
        signer = Samples.signer(temporary);
    }

    private void closed(int entries) {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(1), entries);
        }
    }

    /**
     * A copy of a ledger at work, as a kill leaves it: some entries in the write-ahead file only.
     */
    private void killed(int entries, int pending) throws IOException {
        Path living = temporary.resolve("living");
        try (Ledger ledger = Ledger.open(living, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(1), entries);
            ledger.checkpoint();
            for (int i = 0; i < pending; i++) {
                ledger.append(Samples.applied(2 + i), Samples.privates(entries + i));
            }
            Samples.copy(living, directory);
        }
    }

    private Outcome erase(long index) throws Exception {
        return BodyEraser.erase(directory, index, BodyEraser.Why.UNSAID);
    }

    private List<Path> filesWith(String text) throws IOException {
        return Samples.filesOf(directory).stream().filter(file -> has(file, text)).toList();
    }

    private static boolean has(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Set<Long> erased() throws Exception {
        Set<Long> erased = new HashSet<>();
        LedgerVerifier.verify(
                directory,
                signer.verifierKey(),
                entry -> {
                    if (entry.privateValues().isEmpty()) {
                        erased.add(entry.index());
                    }
                });
        return erased;
    }

    @Test
    void i8ErasesInFullAndUnfinishedBundles() throws Exception {
        closed(600);
        for (long index : new long[] {2, 255, 256, 400, 512, 599}) {
            assertThat(filesWith("ana_" + (index - 1) + "\"")).hasSize(1);
            assertThat(erase(index)).isEqualTo(Outcome.ERASED);
            assertThat(filesWith("ana_" + (index - 1) + "\"")).isEmpty();
            assertThat(erase(index)).isEqualTo(Outcome.ALREADY_ERASED);
        }
        assertThat(erased()).containsExactlyInAnyOrder(2L, 255L, 256L, 400L, 512L, 599L);
        assertThat(erase(1)).isEqualTo(Outcome.HAD_NO_PRIVATE_VALUES);
        assertThat(filesWith("ana_300\"")).hasSize(1);
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(2), 300);
        }
        assertThat(erased()).hasSize(6);
    }

    @Test
    void i8ErasesWhatOnlyTheWriteAheadFileHas() throws Exception {
        killed(300, 5);
        assertThat(filesWith("ana_302\"")).hasSize(1);
        assertThat(erase(302)).isEqualTo(Outcome.ERASED);
        assertThat(filesWith("ana_302\"")).isEmpty();
        assertThat(erased()).containsExactly(302L);
        Ledger.open(directory, signer, Samples.MANUAL).close();
        assertThat(erased()).containsExactly(302L);
        assertThat(Samples.verify(directory, signer).checkpoint().size()).isEqualTo(306);
    }

    /** What a crash between the checkpoint and the deletions after it leaves. */
    @Test
    void i8ErasesEveryCopyThatACrashLeft() throws Exception {
        Path living = temporary.resolve("living");
        Path older = temporary.resolve("older");
        try (Ledger ledger = Ledger.open(living, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(1), 290);
            ledger.checkpoint();
            ledger.append(Samples.applied(2), Samples.privates(290));
            Samples.copy(living, older);
            ledger.checkpoint();
            Samples.copy(living, directory);
        }
        Path wal = Disk.list(older.resolve("wal")).getFirst();
        Files.copy(wal, directory.resolve("wal").resolve(wal.getFileName().toString()));
        Path superseded = directory.resolve("bodies/001.p/34");
        Files.copy(older.resolve("bodies/001.p/34"), superseded);
        Samples.verify(directory, signer);
        assertThat(filesWith("ana_280\"")).hasSize(2);
        assertThat(filesWith("ana_290\"")).hasSize(2);
        assertThat(erase(281)).isEqualTo(Outcome.ERASED);
        assertThat(erase(290)).isEqualTo(Outcome.ERASED);
        assertThat(filesWith("ana_280\"")).isEmpty();
        assertThat(filesWith("ana_290\"")).isEmpty();
        assertThat(superseded).doesNotExist();
        assertThat(erased()).containsExactlyInAnyOrder(281L, 290L);
        Ledger.open(directory, signer, Samples.MANUAL).close();
        assertThat(erased()).containsExactlyInAnyOrder(281L, 290L);
    }

    /** Where erasing was cut off between two copies, one of them is erased. */
    @Test
    void aCopyThatIsNotYetErasedIsNoDamage() throws Exception {
        killed(290, 3);
        Path wal = Disk.list(directory.resolve("wal")).getFirst();
        byte[] before = Files.readAllBytes(wal);
        Ledger.open(directory, signer, Samples.MANUAL).close();
        erase(291);
        Files.write(directory.resolve("wal").resolve(wal.getFileName().toString()), before);
        assertThat(erased()).containsExactly(291L);
        assertThat(erase(291)).isEqualTo(Outcome.ERASED);
        assertThat(filesWith("ana_291\"")).isEmpty();
    }

    @Test
    void besideARunningLogItErasesFullBundles() throws Exception {
        LedgerOptions quick = LedgerOptions.defaults().withCheckpointInterval(Duration.ofMillis(5));
        try (Ledger ledger = Ledger.open(directory, signer, quick)) {
            Samples.fill(ledger, new Random(1), 300);
            ledger.checkpoint();
            assertThat(erase(100)).isEqualTo(Outcome.ERASED);
            assertThatThrownBy(() -> erase(280))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("once the log has 512 entries (now 301)");
            Samples.fill(ledger, new Random(2), 300);
            ledger.checkpoint();
            assertThat(erase(280)).isEqualTo(Outcome.ERASED);
            assertThat(filesWith("ana_99\"").size()).isEqualTo(1);
        }
        assertThat(erased()).containsExactlyInAnyOrder(100L, 280L);
    }

    @Test
    void theOldFileIsOverwritten() throws Exception {
        closed(300);
        Path bundle = directory.resolve("bodies/000");
        try (FileChannel old = FileChannel.open(bundle)) {
            long size = old.size();
            erase(7);
            assertThat(old.size()).isEqualTo(size);
            ByteBuffer content = ByteBuffer.allocate((int) size);
            while (content.hasRemaining() && old.read(content, content.position()) > 0) {
                // until all is read
            }
            assertThat(content.array()).containsOnly(0);
        }
    }

    @Test
    void saysWhatItCannotDo() throws Exception {
        closed(10);
        assertThatThrownBy(() -> erase(10)).hasMessage("the ledger has no entry 10; it has 10");
        assertThatThrownBy(() -> erase(-1)).hasMessage("an entry's number is 0 or more");
        try (DirectoryLock _ = DirectoryLock.acquire(directory.resolve("bodies"))) {
            assertThatThrownBy(() -> erase(3)).hasMessageStartingWith("another erasure is at work");
        }
        Files.writeString(directory.resolve("bodies/erase.tmp"), "x");
        assertThat(Samples.verify(directory, signer).unfinishedFiles()).isEqualTo(1);
        Ledger.open(directory, signer, Samples.MANUAL).close();
        assertThat(Samples.verify(directory, signer).unfinishedFiles()).isZero();
    }

    /** Killed with SIGKILL at any moment, nothing but bodies that were to be erased is gone. */
    @Test
    void aKilledErasureLeavesAWholeLedger() throws Exception {
        closed(1000);
        Random random = new Random(9);
        Set<Long> said = new HashSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(random.nextInt(20), kill, said);
            Set<Long> erased = erased();
            assertThat(erased).containsAll(said);
            for (long index : said) {
                assertThat(filesWith("ana_" + (index - 1) + "\"")).isEmpty();
            }
        }
        assertThat(said).isNotEmpty();
    }

    private void runAndKill(int lines, int seed, Set<Long> said) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Eraser.class.getName(),
                                directory.toString(),
                                Integer.toString(seed))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = child.inputReader(StandardCharsets.US_ASCII)) {
            for (int line = 0; ; line++) {
                if (line == lines) {
                    child.toHandle().destroyForcibly();
                }
                String text = out.readLine();
                if (text == null) {
                    break;
                }
                if (text.endsWith(".")) {
                    said.add(Long.parseLong(text.substring(0, text.length() - 1)));
                }
            }
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    /** The process that is killed: prints each entry that it has erased. */
    static final class Eraser {
        private Eraser() {}

        public static void main(String[] arguments) throws Exception {
            Random random = new Random(Long.parseLong(arguments[1]));
            while (true) {
                long index = 2L + random.nextInt(998);
                BodyEraser.erase(Path.of(arguments[0]), index, BodyEraser.Why.UNSAID);
                System.out.println(index + ".");
            }
        }
    }
}
