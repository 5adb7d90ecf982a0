package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.tile.Bundle;
import org.domicile.ledger.tile.TilePath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LedgerVerifierTest {
    private static final int SAMPLES = 150;

    @TempDir Path temporary;
    private LogSigner signer;
    private Path directory;

    @BeforeEach
    void prepare() {
        signer = Samples.signer(temporary);
        directory = temporary.resolve("ledger");
    }

    private void closed(int entries) {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(entries), entries);
        }
    }

    /** As a process leaves it that was killed: some entries are only in the write-ahead file. */
    private void killed(int entries, int pending) throws IOException {
        Path running = temporary.resolve("running");
        try (Ledger ledger = Ledger.open(running, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(entries), entries);
            ledger.checkpoint();
            Samples.fill(ledger, new Random(~pending), pending);
            Samples.copy(running, directory);
        }
    }

    private LedgerDamage damage() {
        return catchThrowableOfType(LedgerDamage.class, () -> Samples.verify(directory, signer));
    }

    private String name(Path file) {
        return directory.relativize(file).toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyFlippedByteIsFoundWhereItIs(boolean killed) throws Exception {
        if (killed) {
            killed(2, 2);
        } else {
            closed(4);
        }
        Random random = new Random(7);
        for (Path file : Samples.filesOf(directory)) {
            byte[] intact = Files.readAllBytes(file);
            for (int at = 0; at < intact.length; at++) {
                flipAndLook(file, intact, at, 1 << random.nextInt(8));
            }
        }
        Samples.verify(directory, signer);
    }

    @Test
    void flippedBitsInALargeLedgerAreFoundWhereTheyAre() throws Exception {
        killed(600, 300);
        Random random = new Random(8);
        var files =
                Samples.filesOf(directory).stream()
                        .filter(file -> !file.endsWith(DirectoryLock.FILE))
                        .toList();
        for (int sample = 0; sample < SAMPLES; sample++) {
            Path file =
                    sample < files.size()
                            ? files.get(sample)
                            : files.get(random.nextInt(files.size()));
            byte[] intact = Files.readAllBytes(file);
            flipAndLook(file, intact, random.nextInt(intact.length), 1 << random.nextInt(8));
        }
    }

    private void flipAndLook(Path file, byte[] intact, int at, int bits) throws IOException {
        byte[] flipped = intact.clone();
        flipped[at] ^= (byte) bits;
        Files.write(file, flipped);
        LedgerDamage damage = damage();
        String what = name(file) + " byte " + at + " bits " + bits;
        assertThat(damage).as(what).isNotNull();
        assertThat(damage.place().file())
                .as(what + ": " + damage.getMessage())
                .isEqualTo(name(file));
        Files.write(file, intact);
    }

    @Test
    void everyShortenedOrMissingFileIsFound() throws Exception {
        closed(300);
        for (Path file : Samples.filesOf(directory)) {
            byte[] intact = Files.readAllBytes(file);
            if (intact.length > 0) {
                for (int length : new int[] {0, intact.length / 2, intact.length - 1}) {
                    Files.write(file, Arrays.copyOf(intact, length));
                    assertThat(damage()).as(name(file) + " cut to " + length).isNotNull();
                }
                Files.write(file, Arrays.copyOf(intact, intact.length + 1));
                assertThat(damage()).as(name(file) + " longer").isNotNull();
                Files.delete(file);
                LedgerDamage damage = damage();
                assertThat(damage).as(name(file) + " missing").isNotNull();
                assertThat(damage.place().file()).isEqualTo(name(file));
                Files.write(file, intact);
            }
        }
        Samples.verify(directory, signer);
    }

    @Test
    void aWriteThatWasCutOffIsReportedButNoDamage() throws Exception {
        killed(3, 2);
        Path file = Samples.filesOf(directory.resolve("wal")).getLast();
        byte[] intact = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(intact, intact.length - 1));
        Verification found = Samples.verify(directory, signer);
        assertThat(found.pending()).isEqualTo(1);
        assertThat(found.cutOffBytes()).isPositive();
        Ledger.open(directory, signer, Samples.MANUAL).close();
        assertThat(Samples.verify(directory, signer).checkpoint().size()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stray",
                "tile/9/000",
                "tile/0/1",
                "tile/0/007",
                "tile/0/000.p/9",
                "tile/entries/000.p/9",
                "bodies/001",
                "documents/readme.txt",
                "wal/1",
                "x/y"
            })
    void aFileThatDoesNotBelongIsFound(String name) throws Exception {
        closed(5);
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[32]);
        LedgerDamage damage = damage();
        assertThat(damage).isNotNull();
        assertThat(name).startsWith(damage.place().file());
    }

    @Test
    void aSymbolicLinkIsFound() throws Exception {
        closed(3);
        Path tile = directory.resolve("tile/0/000.p/3");
        Path elsewhere = temporary.resolve("elsewhere");
        Files.move(tile, elsewhere);
        Files.createSymbolicLink(tile, elsewhere);
        assertThat(damage()).isNotNull();
    }

    @Test
    void anOlderCheckpointDoesNotExplainNewerFiles() throws Exception {
        closed(3);
        byte[] old = Files.readAllBytes(directory.resolve("checkpoint"));
        Path oldTile = directory.resolve("tile/0/000.p/3");
        byte[] oldHashes = Files.readAllBytes(oldTile);
        byte[] oldEntries = Files.readAllBytes(directory.resolve("tile/entries/000.p/3"));
        byte[] oldBodies = Files.readAllBytes(directory.resolve("bodies/000.p/3"));
        closed(2);
        Files.write(directory.resolve("checkpoint"), old);
        Files.write(oldTile, oldHashes);
        Files.write(directory.resolve("tile/entries/000.p/3"), oldEntries);
        Files.write(directory.resolve("bodies/000.p/3"), oldBodies);
        assertThatThrownBy(() -> Samples.verify(directory, signer))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessageContaining("beyond the checkpoint");
    }

    @Test
    void anotherKeyIsNotBelieved() throws Exception {
        closed(3);
        LogSigner other = LogSigner.generate(temporary.resolve("other"), "example.com/ledger/us");
        assertThatThrownBy(() -> Samples.verify(directory, other))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessageStartingWith("checkpoint: not signed by the key");
        assertThat(LedgerVerifier.ownKey(directory)).isEqualTo(signer.verifierKey());
    }

    @Test
    void aGapInASessionIsFound() throws Exception {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            ledger.putDocument(Samples.PLAN);
            ledger.append(Samples.opened(Samples.SESSION), Map.of());
            ledger.append(Samples.disclosure(Samples.SESSION, 2), Map.of());
        }
        assertThatThrownBy(() -> Samples.verify(directory, signer))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessage(
                        "tile/entries/000.p/2, entry 1: has sequence 2 in its session, where 1"
                                + " should come next");
    }

    @Test
    void aPlanThatIsNotThereIsFound() throws Exception {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            ledger.append(Samples.opened(Samples.SESSION), Map.of());
        }
        assertThatThrownBy(() -> Samples.verify(directory, signer))
                .hasMessage(
                        "documents/"
                                + Samples.PLAN_DIGEST
                                + ".json, entry 0: the plan that the entry names is missing");
    }

    /** A log that signs what it should not have written. */
    private void signed(byte[]... leaves) throws IOException {
        closed(2);
        Disk disk = new Disk();
        Integrator.load(directory, disk, signer)
                .integrate(
                        2,
                        Stream.of(leaves)
                                .map(leaf -> new StoredEntry(leaf, new byte[] {'{', '}'}))
                                .toList());
    }

    @Test
    void aSignedTimeThatRunsBackIsFound() throws Exception {
        long later = EntryTime.micros(Instant.parse("2100-01-01T00:00:00Z"));
        signed(
                new Leaf(later, Samples.applied(2), new TreeMap<>()).encode(),
                new Leaf(later - 1, Samples.applied(3), new TreeMap<>()).encode());
        assertThatThrownBy(() -> Samples.verify(directory, signer))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessage(
                        "tile/entries/000.p/4, entry 3: the entry's time is before that of the"
                                + " entry before it");
    }

    @Test
    void aSignedEntryThatIsNotCanonicalIsFound() throws Exception {
        long later = EntryTime.micros(Instant.parse("2100-01-01T00:00:00Z"));
        String leaf =
                new String(
                        new Leaf(later, Samples.applied(2), new TreeMap<>()).encode(),
                        StandardCharsets.UTF_8);
        signed(
                leaf.replace("{}", "{ }").getBytes(StandardCharsets.UTF_8),
                leaf.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> Samples.verify(directory, signer))
                .isInstanceOf(LedgerDamage.Malformed.class)
                .hasMessageContaining("entry 2: the entry is not in canonical form");
    }

    @Test
    void aVisitorsObjectionIsAFindingWithItsPlace() throws Exception {
        closed(4);
        assertThatThrownBy(() ->
                        LedgerVerifier.verify(
                                directory,
                                signer.verifierKey(),
                                entry -> {
                                    if (entry.index() == 3) {
                                        throw new EntryVisitor.Objection("not allowed");
                                    }
                                }))
                .isInstanceOf(LedgerDamage.RuleBroken.class)
                .hasMessage("tile/entries/000.p/4, entry 3: not allowed");
    }

    @Test
    void aBodyOfAnotherEntryIsFoundAndAnErasedOneCounted() throws Exception {
        closed(4);
        Path file = directory.resolve("bodies/000.p/4");
        byte[] intact = Files.readAllBytes(file);
        var bodies = Bundle.split(TilePath.Kind.BODIES, intact, 4);
        var swapped = new Bundle(TilePath.Kind.BODIES);
        for (int i : new int[] {0, 1, 3, 2}) {
            swapped.add(bodies.get(i));
        }
        Files.write(file, swapped.toBytes());
        assertThatThrownBy(() -> Samples.verify(directory, signer))
                .hasMessage(
                        "bodies/000.p/4, entry 2: the body does not have the digests that the"
                                + " entry names");
        var erased = new Bundle(TilePath.Kind.BODIES);
        for (int i = 0; i < 4; i++) {
            erased.add(i == 2 ? new byte[0] : bodies.get(i));
        }
        Files.write(file, erased.toBytes());
        assertThat(Samples.verify(directory, signer).erased()).isEqualTo(1);
    }

    @Test
    void aLedgerThatIsBeingWrittenVerifies() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (Ledger ledger =
                Ledger.open(
                        directory,
                        signer,
                        Samples.MANUAL.withCheckpointInterval(Duration.ofMillis(3)))) {
            Samples.fill(ledger, new Random(9), 3);
            Thread writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; !done.get(); i++) {
                                    ledger.append(Samples.applied(i), Samples.privates(i));
                                }
                            });
            try {
                long before = 0;
                for (int round = 0; round < 25; round++) {
                    long entries = Samples.verify(directory, signer).entries();
                    assertThat(entries).isGreaterThanOrEqualTo(before);
                    before = entries;
                }
            } finally {
                done.set(true);
                writer.join();
            }
            // Verifying in the same process did not give the lock away.
            assertThat(DirectoryLock.isHeld(directory)).isTrue();
        }
        assertThat(DirectoryLock.isHeld(directory)).isFalse();
        Samples.verify(directory, signer);
    }
}
