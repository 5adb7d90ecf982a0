package org.domicile.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.LedgerFiles;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.proof.MerkleProof;
import org.domicile.ledger.proof.ProofBuilder;
import org.domicile.ledger.proof.TileReader;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * A log that is filled with many entries: whether the memory of appending stays flat, how long the
 * log takes to open, and how long an inclusion proof takes to make from files that are in memory.
 */
final class LargeLog {
    private static final int ENTRIES_OF_A_SESSION = 50;
    private static final byte[] PLAN = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String STATEMENT = "SELECT id FROM users WHERE handle = $1";
    private static final Map<String, String> FIELDS = Map.of("accessor", "parent_analyst");
    private static final int PROOFS = 2_000;
    private static final int REPORTED_EVERY = 1_000_000;
    private static final double MEGA = 1e6;

    private static final double HEAP_GOAL_MEGABYTES = 16;
    private static final double OPEN_GOAL_SECONDS = 5;
    private static final double PROOF_GOAL_MICROS = 1_000;

    private final Path directory;
    private final long entries;
    private final Consumer<String> progress;
    private final AtomicReference<@Nullable LedgerException> failure = new AtomicReference<>();

    /**
     * @param directory an empty one, which has the log afterwards
     */
    LargeLog(Path directory, long entries, Consumer<String> progress) {
        this.directory = directory;
        this.entries = entries;
        this.progress = progress;
    }

    List<LedgerMeasure> run() {
        List<LedgerMeasure> measures = new ArrayList<>();
        try {
            LogSigner signer =
                    LogSigner.generate(directory.resolve("log.key"), "bench.example/large");
            Path place = directory.resolve("ledger");
            try (Ledger ledger = Ledger.open(place, signer, LedgerOptions.defaults())) {
                fill(ledger, measures);
            }
            long start = System.nanoTime();
            Checkpoint checkpoint;
            try (Ledger ledger = Ledger.open(place, signer, LedgerOptions.defaults())) {
                double seconds = (System.nanoTime() - start) / 1e9;
                measures.add(LedgerMeasure.atMost("  opened", seconds, "s", OPEN_GOAL_SECONDS));
                checkpoint = ledger.checkpoint();
            }
            prove(new LedgerFiles(place), checkpoint, measures);
            return measures;
        } catch (IOException | UncheckedIOException e) {
            throw new BenchException("cannot measure a large log: " + e.getMessage(), e);
        }
    }

    /** The heap is looked at when every entry so far is in its tile, and none in line. */
    private void fill(Ledger ledger, List<LedgerMeasure> measures) {
        String plan = ledger.putDocument(PLAN);
        long start = System.nanoTime();
        double heapBefore = 0;
        for (long i = 0; i < entries; i++) {
            if (i % REPORTED_EVERY == 0) {
                progress.accept(
                        String.format(Locale.ROOT, "large log: %,d of %,d entries", i, entries));
            }
            if (i + 1 == entries / 10 || i + 1 == entries) {
                ledger.append(entry(plan, i), FIELDS); // all before it are durable too
                ledger.checkpoint();
                heapBefore = i + 1 == entries ? heapBefore : heapMegabytes();
            } else {
                append(ledger, entry(plan, i));
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double heapAfter = heapMegabytes();
        measures.add(LedgerMeasure.of("large log, entries", (double) entries, ""));
        measures.add(LedgerMeasure.of("  appended by one thread", entries / seconds, "/s"));
        measures.add(LedgerMeasure.of("  heap after a tenth", heapBefore, "MB"));
        measures.add(
                LedgerMeasure.atMost(
                        "  heap after all",
                        heapAfter,
                        "MB",
                        Math.ceil(heapBefore + HEAP_GOAL_MEGABYTES)));
    }

    private static Fact entry(String plan, long number) {
        return new Fact.Refusal(
                "%032x".formatted(number / ENTRIES_OF_A_SESSION),
                number % ENTRIES_OF_A_SESSION,
                plan,
                "parent",
                "parent_analytics",
                "analytics",
                "42501",
                "purpose-unset",
                STATEMENT);
    }

    private void append(Ledger ledger, Fact fact) {
        while (!ledger.append(fact, FIELDS, listener)) {
            LockSupport.parkNanos(100_000);
        }
        LedgerException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private final AppendListener listener =
            new AppendListener() {
                @Override
                public void durable(long index) {}

                @Override
                public void failed(LedgerException reason) {
                    failure.compareAndSet(null, reason);
                }
            };

    private static double heapMegabytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEGA;
    }

    /** Each proof reads its tiles anew; all of them once before, so that the disk is not asked. */
    private void prove(LedgerFiles files, Checkpoint checkpoint, List<LedgerMeasure> measures)
            throws IOException {
        progress.accept("large log: " + PROOFS + " inclusion proofs");
        TileReader tiles = path -> read(files, path);
        long[] indexes = new Random(1).longs(PROOFS, 0, checkpoint.size()).toArray();
        double[] micros = new double[PROOFS];
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < PROOFS; i++) {
                long start = System.nanoTime();
                List<byte[]> proof =
                        new ProofBuilder(tiles, checkpoint.size()).inclusion(indexes[i]);
                micros[i] = (System.nanoTime() - start) / 1e3;
                requireProof(tiles, checkpoint, indexes[i], proof);
            }
        }
        Arrays.sort(micros);
        measures.add(LedgerMeasure.of("  inclusion proof, p50", micros[PROOFS / 2], "us"));
        measures.add(
                LedgerMeasure.atMost(
                        "  inclusion proof, p99",
                        micros[PROOFS * 99 / 100],
                        "us",
                        PROOF_GOAL_MICROS));
    }

    private static void requireProof(
            TileReader tiles, Checkpoint checkpoint, long index, List<byte[]> proof)
            throws IOException {
        long tile = index / TileTree.TILE_WIDTH;
        int width = (int) Math.min(TileTree.TILE_WIDTH, checkpoint.size() - tile * 256);
        byte[] hashes = tiles.hashes(new TilePath(TilePath.Kind.HASHES, 0, tile, width));
        int at = (int) (index % TileTree.TILE_WIDTH) * MerkleHasher.HASH_BYTES;
        byte[] hash = Arrays.copyOfRange(hashes, at, at + MerkleHasher.HASH_BYTES);
        if (!MerkleProof.includes(hash, index, checkpoint.size(), proof, checkpoint.root())) {
            throw new BenchException("the proof of entry " + index + " does not hold");
        }
    }

    private static byte[] read(LedgerFiles files, TilePath path) throws IOException {
        try {
            return files.readRequired(path);
        } catch (LedgerDamage e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
