package org.domicile.ledger.proof;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;

/**
 * The proofs of one tree, made from its hash tiles, RFC 9162 section 2.1. Tiles are taken as they
 * come: whoever did not write them compares {@link #root()} with a signed one, and checks the proof
 * with {@link MerkleProof}. For one thread.
 */
public final class ProofBuilder {
    /** Tiles that are kept; a proof in the largest tree reads at most two of each level. */
    private static final int MAX_KEPT_TILES = 16;

    private static final int TILE_HEIGHT = Integer.numberOfTrailingZeros(TileTree.TILE_WIDTH);

    private final TileReader tiles;
    private final long size;
    private final MerkleHasher hasher = new MerkleHasher();
    private final Map<TilePath, byte[]> kept =
            new LinkedHashMap<>(2 * MAX_KEPT_TILES, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<TilePath, byte[]> eldest) {
                    return size() > MAX_KEPT_TILES;
                }
            };

    /**
     * Prepares; reads nothing yet.
     *
     * @param tiles of a tree that has at least {@code size} entries
     */
    public ProofBuilder(TileReader tiles, long size) {
        if (size < 0) {
            throw new IllegalArgumentException("a tree has no negative size");
        }
        this.tiles = tiles;
        this.size = size;
    }

    /** Section 2.1.1: the Merkle tree hash. */
    public byte[] root() throws IOException {
        return size == 0 ? hasher.emptyRoot() : hash(0, size);
    }

    /**
     * Section 2.1.3.1: the hashes beside the way from an entry to the root, lowest first.
     *
     * @throws IllegalArgumentException when the tree has no such entry
     */
    public List<byte[]> inclusion(long index) throws IOException {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("the tree has no entry " + index);
        }
        List<byte[]> path = new ArrayList<>();
        long from = 0;
        long to = size;
        while (to - from > 1) {
            long middle = from + leftSize(to - from);
            if (index < middle) {
                path.addFirst(hash(middle, to));
                to = middle;
            } else {
                path.addFirst(hash(from, middle));
                from = middle;
            }
        }
        return path;
    }

    /**
     * Section 2.1.4.1: what shows that the tree begins with the one of {@code first} entries.
     * Nothing for the empty tree and for the tree itself.
     *
     * @throws IllegalArgumentException when the tree was never of that size
     */
    public List<byte[]> consistency(long first) throws IOException {
        if (first < 0 || first > size) {
            throw new IllegalArgumentException("the tree was never of size " + first);
        }
        List<byte[]> path = new ArrayList<>();
        if (first == 0 || first == size) {
            return path;
        }
        long from = 0;
        long to = size;
        while (to != first) {
            long middle = from + leftSize(to - from);
            if (first <= middle) {
                path.addFirst(hash(middle, to));
                to = middle;
            } else {
                path.addFirst(hash(from, middle));
                from = middle;
            }
        }
        if (from > 0) {
            path.addFirst(hash(from, to));
        }
        return path;
    }

    /** The largest power of two below {@code count}. */
    private static long leftSize(long count) {
        return Long.highestOneBit(count - 1);
    }

    /** The hash of a subtree, whose entries begin at a multiple of its size's next power of two. */
    private byte[] hash(long from, long to) throws IOException {
        long count = to - from;
        if (Long.bitCount(count) == 1) {
            return fullHash(from, Long.numberOfTrailingZeros(count));
        }
        long middle = from + leftSize(count);
        return hasher.node(hash(from, middle), hash(middle, to));
    }

    /** The hash of a full subtree of 2^height entries: one hash of a tile, or some together. */
    private byte[] fullHash(long from, int height) throws IOException {
        int level = height / TILE_HEIGHT;
        long position = from >>> (TILE_HEIGHT * level);
        int hashes = 1 << (height % TILE_HEIGHT);
        int offset = (int) (position % TileTree.TILE_WIDTH) * MerkleHasher.HASH_BYTES;
        byte[] tile = tile(level, position / TileTree.TILE_WIDTH);
        return hasher.tileRoot(
                Arrays.copyOfRange(tile, offset, offset + hashes * MerkleHasher.HASH_BYTES));
    }

    private byte[] tile(int level, long number) throws IOException {
        int width =
                number < TileTree.fullTiles(size, level)
                        ? TileTree.TILE_WIDTH
                        : TileTree.partialWidth(size, level);
        TilePath path = new TilePath(Kind.HASHES, level, number, width);
        byte[] hashes = kept.get(path);
        if (hashes == null) {
            hashes = tiles.hashes(path);
            if (hashes.length != width * MerkleHasher.HASH_BYTES) {
                throw new IOException(path.text() + " does not have " + width + " hashes");
            }
            kept.put(path, hashes);
        }
        return hashes;
    }
}
