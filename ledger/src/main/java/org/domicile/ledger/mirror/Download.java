package org.domicile.ledger.mirror;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.domicile.ledger.Layout;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.NamedDocuments;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * One run that brings every full tile and bundle under a checkpoint from the top down, so that each
 * is checked by itself, in any order and in parallel.
 *
 * <p>A tile above the lowest level is written when all below it is here and durable. So a run that
 * was killed is resumed by looking which of these are there; what lies below one that is missing is
 * read again from disk, and fetched again only where it is not what it should be.
 */
final class Download implements AutoCloseable {
    /** Bundles that wait for each worker. */
    private static final int QUEUED_PER_WORKER = 4;

    private static final int TILE_WIDTH_BITS = 8;

    private final LogSource source;
    private final MirrorFiles files;
    private final long from;
    private final Progress progress;
    private final int permits;
    private final Semaphore queue;
    private final ExecutorService workers;
    private final Set<String> documents = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /** Told from any worker how many entries more are here. */
    interface Progress {
        void arrived(long entries);
    }

    /**
     * @param from the entries that the copy has already
     */
    Download(LogSource source, MirrorFiles files, long from, int parallel, Progress progress) {
        this.source = source;
        this.files = files;
        this.from = from;
        this.progress = progress;
        this.permits = parallel * QUEUED_PER_WORKER;
        this.queue = new Semaphore(permits);
        this.workers =
                Executors.newFixedThreadPool(
                        parallel, Thread.ofPlatform().daemon().name("mirror-", 0).factory());
    }

    /** A full tile above the lowest level, and how many of the 256 below it are still to come. */
    private record Group(@Nullable Group above, TilePath path, byte[] hashes, AtomicInteger left) {}

    /** Returns when everything is here and durable. */
    void run(RightEdge edge) throws IOException, LedgerDamage {
        long size = edge.checkpoint().size();
        List<TilePath> top = new ArrayList<>();
        for (int level = edge.hashes().size() - 1; level > 0; level--) {
            byte[] hashes = edge.hashes().get(level);
            long first = TileTree.fullTiles(size, level) * TileTree.TILE_WIDTH;
            for (int i = 0; i * MerkleHasher.HASH_BYTES < hashes.length; i++) {
                TilePath path =
                        new TilePath(Kind.HASHES, level - 1, first + i, TileTree.TILE_WIDTH);
                if (!isHere(path)) {
                    require(path, SignedTree.hash(hashes, i), null);
                    top.add(path);
                }
            }
        }
        if (edge.hasBundle()) {
            bringDocuments(edge.leaves());
        }
        await(permits);
        // Those whose tile above is an unfinished one belong to no group.
        files.forceNames(top.stream().flatMap(Download::withBundle).toList());
    }

    /** A tile and, where it is of the lowest level, the bundle of its entries. */
    private static Stream<TilePath> withBundle(TilePath path) {
        return path.level() > 0 ? Stream.of(path) : Stream.of(path, bundleOf(path));
    }

    private static TilePath bundleOf(TilePath path) {
        return new TilePath(Kind.ENTRIES, 0, path.tile(), path.width());
    }

    private boolean isHere(TilePath path) {
        // All entries below end before the first that the copy does not have.
        return path.tile() < TileTree.fullTiles(from, path.level());
    }

    /** Sees to it that a tile and all below it come here. */
    private void require(TilePath path, byte[] expected, @Nullable Group above)
            throws IOException, LedgerDamage {
        if (isHere(path)) {
            done(above);
            return;
        }
        files.prepare(path);
        if (path.level() == 0) {
            files.prepare(bundleOf(path));
            submit(path, expected, above);
            return;
        }
        MerkleHasher hasher = new MerkleHasher();
        byte[] own = files.read(path);
        if (own != null && isTile(own, expected, hasher)) {
            files.force(path);
            done(above);
            progress.arrived(newEntries(path));
            return;
        }
        byte[] hashes = source.required(path);
        SignedTree.require(path, hashes, expected, hasher);
        Group group = new Group(above, path, hashes, new AtomicInteger(TileTree.TILE_WIDTH));
        for (int i = 0; i < TileTree.TILE_WIDTH; i++) {
            require(below(path, i), SignedTree.hash(hashes, i), group);
        }
    }

    private static TilePath below(TilePath path, int i) {
        return new TilePath(
                Kind.HASHES,
                path.level() - 1,
                path.tile() * TileTree.TILE_WIDTH + i,
                TileTree.TILE_WIDTH);
    }

    /** How many entries under a full tile the copy does not have yet. */
    private long newEntries(TilePath path) {
        int shift = TILE_WIDTH_BITS * (path.level() + 1);
        return ((path.tile() + 1) << shift) - Math.max(from, path.tile() << shift);
    }

    private static boolean isTile(byte[] hashes, byte[] expected, MerkleHasher hasher) {
        return hashes.length == TileTree.TILE_WIDTH * MerkleHasher.HASH_BYTES
                && Arrays.equals(hasher.tileRoot(hashes), expected);
    }

    private void submit(TilePath path, byte[] expected, @Nullable Group above)
            throws IOException, LedgerDamage {
        await(1);
        workers.execute(() -> {
            Exception problem = new IOException("a worker ended, out of memory perhaps");
            try {
                bring(path, bundleOf(path), expected);
                done(above);
                progress.arrived(newEntries(path));
                problem = null;
            } catch (IOException | LedgerDamage | RuntimeException e) {
                problem = e;
            } finally {
                if (problem != null) {
                    failure.compareAndSet(null, problem);
                }
                queue.release();
            }
        });
    }

    /** Waits until so many bundles are done; the first failure of any of them ends the run. */
    private void await(int count) throws IOException, LedgerDamage {
        try {
            queue.acquire(count);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        switch (failure.get()) {
            case null -> {}
            case IOException e -> throw e;
            case LedgerDamage e -> throw e;
            case Exception e -> throw new IllegalStateException("a worker failed", e);
        }
    }

    /** One lowest tile and its bundle, from disk where an earlier run left them whole. */
    private void bring(TilePath path, TilePath bundlePath, byte[] expected)
            throws IOException, LedgerDamage {
        MerkleHasher hasher = new MerkleHasher();
        byte[] hashes = files.read(path);
        if (hashes != null && isTile(hashes, expected, hasher)) {
            files.force(path);
        } else {
            hashes = source.required(path);
            SignedTree.require(path, hashes, expected, hasher);
            files.write(path, hashes);
        }
        List<byte[]> leaves = ownLeaves(bundlePath, hashes, hasher);
        if (leaves == null) {
            byte[] bundle = source.required(bundlePath);
            leaves = Leaves.require(bundlePath, bundle, hashes, hasher);
            files.write(bundlePath, bundle);
        } else {
            files.force(bundlePath);
        }
        bringDocuments(leaves);
    }

    private @Nullable List<byte[]> ownLeaves(TilePath path, byte[] hashes, MerkleHasher hasher)
            throws IOException {
        byte[] own = files.read(path);
        try {
            return own == null ? null : Leaves.require(path, own, hashes, hasher);
        } catch (LedgerDamage unfinished) {
            return null;
        }
    }

    private void bringDocuments(List<byte[]> leaves) throws IOException, LedgerDamage {
        for (byte[] leaf : leaves) {
            Optional<String> digest = NamedDocuments.newlyNamed(leaf, documents::contains);
            if (digest.isPresent()) {
                bringDocument(digest.get());
            }
        }
    }

    private synchronized void bringDocument(String digest) throws IOException, LedgerDamage {
        if (!documents.contains(digest) && !files.hasDocument(digest)) {
            Place place = Place.of(Layout.DOCUMENTS + "/" + digest + Layout.DOCUMENT_ENDING);
            byte[] content = source.document(digest);
            if (content == null) {
                throw new Unverified(place, "is missing, and an entry names it");
            }
            if (!Layout.sha256Hex(content).equals(digest)) {
                throw new Unverified(place, "does not have the digest that is its name");
            }
            files.writeDocument(digest, content);
        }
        documents.add(digest);
    }

    /** One more of a group is here; the last one makes the group's tile, and so on upwards. */
    private void done(@Nullable Group group) throws IOException {
        if (group == null || group.left().decrementAndGet() > 0) {
            return;
        }
        TilePath path = group.path();
        files.forceNames(
                IntStream.range(0, TileTree.TILE_WIDTH)
                        .mapToObj(i -> below(path, i))
                        .flatMap(Download::withBundle)
                        .toList());
        files.write(path, group.hashes());
        done(group.above());
    }

    @Override
    public void close() {
        workers.shutdownNow();
        workers.close();
    }
}
