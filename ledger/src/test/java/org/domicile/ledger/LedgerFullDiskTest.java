package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that is really full. Needs the right to mount one, and is skipped without. */
final class LedgerFullDiskTest {
    private static final int MAX_ENTRIES = 100_000;

    @TempDir Path temporary;
    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(temporary.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()),
                "cannot mount a small file system here");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", disk.toString());
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (java.io.IOException e) {
            return false; // no such program
        }
    }

    @Test
    void whatWasAcknowledgedBeforeIsThereAndTheLogGoesOnWithMoreSpace() throws Exception {
        LogSigner signer = Samples.signer(temporary);
        Path directory = disk.resolve("ledger");
        Map<Long, Fact> acknowledged = new HashMap<>();
        LedgerOptions options =
                LedgerOptions.defaults().withCheckpointInterval(Duration.ofMillis(20));
        try (Ledger ledger = Ledger.open(directory, signer, options)) {
            ledger.putDocument(Samples.PLAN);
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < MAX_ENTRIES; i++) {
                                    Fact fact = Samples.applied(i);
                                    acknowledged.put(
                                            ledger.append(fact, Samples.privates(i)), fact);
                                }
                            })
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("has stopped");
        }
        assertThat(acknowledged).hasSizeGreaterThan(100);

        assertThat(run("mount", "-o", "remount,size=64m", disk.toString())).isTrue();
        try (Ledger ledger = Ledger.open(directory, signer, options)) {
            Fact fact = Samples.applied(MAX_ENTRIES);
            acknowledged.put(ledger.append(fact, Map.of()), fact);
        }
        Map<Long, Fact> found = new HashMap<>();
        LedgerVerifier.verify(
                directory, signer.verifierKey(), entry -> found.put(entry.index(), entry.fact()));
        assertThat(found).containsAllEntriesOf(acknowledged);
    }
}
