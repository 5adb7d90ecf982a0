package org.domicile.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.VerifierKey;

/** A ledger that a test writes to, for tests outside of this package. */
public final class TestLedger implements AutoCloseable {
    /** Shared, so that no two ledgers have a session in common. */
    private static final Random RANDOM = new Random(21);

    private final Ledger ledger;

    private TestLedger(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Opens one whose key lies in {@code temporary}; checkpoints come when asked for. */
    public static TestLedger open(Path directory, Path temporary) {
        return new TestLedger(Ledger.open(directory, Samples.signer(temporary), Samples.MANUAL));
    }

    /** As {@link #open(Path, Path)}, with a checkpoint at an interval. */
    public static TestLedger open(Path directory, Path temporary, Duration interval) {
        return new TestLedger(
                Ledger.open(
                        directory,
                        Samples.signer(temporary),
                        LedgerOptions.defaults().withCheckpointInterval(interval)));
    }

    /** Puts so many entries under one checkpoint of a closed ledger, without waiting for each. */
    public static void grow(Path directory, Path temporary, int entries) throws IOException {
        open(directory, temporary).close();
        Files.createDirectories(directory.resolve(Layout.DOCUMENTS));
        Files.write(Layout.document(directory, Samples.PLAN_DIGEST), Samples.PLAN);
        Integrator integrator = Integrator.load(directory, new Disk(), Samples.signer(temporary));
        long first = integrator.size();
        List<StoredEntry> stored = new ArrayList<>();
        for (long i = 0; i < entries; i++) {
            SortedMap<String, String> digests =
                    new TreeMap<>(Map.of("roster", Layout.sha256Hex(new byte[] {(byte) i})));
            Leaf leaf =
                    new Leaf(integrator.lastTimeMicros() + i, Samples.applied(first + i), digests);
            stored.add(new StoredEntry(leaf.encode(), new byte[0]));
        }
        integrator.integrate(first, stored);
    }

    public static LogSigner signer(Path temporary) {
        return Samples.signer(temporary);
    }

    public static VerifierKey key(Path temporary) {
        return Samples.signer(temporary).verifierKey();
    }

    /** Appends a session of so many entries, at least two. */
    public void fill(int entries) {
        Samples.fill(ledger, RANDOM, entries);
    }

    /** Appends one entry that no other ledger has. */
    public void append(long number) {
        ledger.putDocument(Samples.PLAN);
        ledger.append(Samples.applied(number), Samples.privates(number));
    }

    public void checkpoint() {
        ledger.checkpoint();
    }

    public static List<Path> filesOf(Path directory) throws IOException {
        return Samples.filesOf(directory);
    }

    public static void copy(Path from, Path to) throws IOException {
        Samples.copy(from, to);
    }

    @Override
    public void close() {
        ledger.close();
    }
}
