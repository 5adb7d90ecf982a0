package org.domicile.ledger.tile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A growing Merkle tree, of which only the right edge is kept: for each level of tiles, the hashes
 * of the last tile as long as it is not full. For one thread.
 */
public final class TileTree {
    /** Hashes in a full tile. */
    public static final int TILE_WIDTH = 256;

    private static final int TILE_WIDTH_BITS = 8;
    private static final int TILE_BYTES = TILE_WIDTH * MerkleHasher.HASH_BYTES;

    private final MerkleHasher hasher = new MerkleHasher();
    private final List<Level> levels = new ArrayList<>();
    private long size;

    /** A tile that has become full, and so will never change. */
    public record FullTile(TilePath path, byte[] hashes) {}

    /** The unfinished tile of one level. */
    private static final class Level {
        /** One more than a tile has, for {@link TileTree#root()}. */
        private final byte[] hashes = new byte[TILE_BYTES + MerkleHasher.HASH_BYTES];

        private int width;

        private void put(int position, byte[] hash) {
            System.arraycopy(
                    hash, 0, hashes, position * MerkleHasher.HASH_BYTES, MerkleHasher.HASH_BYTES);
        }
    }

    /** How many hashes the last, unfinished tile of a level has in a tree of {@code size}. */
    public static int partialWidth(long size, int level) {
        return (int) (hashesAt(size, level) % TILE_WIDTH);
    }

    /** How many full tiles a level has in a tree of {@code size}. */
    public static long fullTiles(long size, int level) {
        return hashesAt(size, level) / TILE_WIDTH;
    }

    /** How many levels have a tile, full or not, in a tree of {@code size}. */
    public static int levels(long size) {
        int levels = 0;
        while (hashesAt(size, levels) > 0) {
            levels++;
        }
        return levels;
    }

    private static long hashesAt(long size, int level) {
        int shift = TILE_WIDTH_BITS * level;
        return shift < Long.SIZE ? size >>> shift : 0;
    }

    /** Continues a tree of {@code size} from the unfinished tile of each level, empty ones too. */
    public static TileTree continued(long size, List<byte[]> partialTiles) {
        TileTree tree = new TileTree();
        tree.size = size;
        for (int level = 0; level < partialTiles.size(); level++) {
            byte[] hashes = partialTiles.get(level);
            if (hashes.length != partialWidth(size, level) * MerkleHasher.HASH_BYTES) {
                throw new IllegalArgumentException(
                        "level " + level + " does not have the width of a tree of " + size);
            }
            Level edge = new Level();
            edge.width = partialWidth(size, level);
            System.arraycopy(hashes, 0, edge.hashes, 0, hashes.length);
            tree.levels.add(edge);
        }
        return tree;
    }

    /** Adds a leaf's hash; the tiles it completes, lowest level first. */
    public List<FullTile> add(byte[] leafHash) {
        size++;
        byte[] hash = leafHash;
        List<FullTile> completed = List.of();
        for (int level = 0; ; level++) {
            if (level == levels.size()) {
                levels.add(new Level());
            }
            Level edge = levels.get(level);
            edge.put(edge.width++, hash);
            if (edge.width < TILE_WIDTH) {
                return completed;
            }
            if (level == 0) {
                completed = new ArrayList<>();
            }
            long tile = fullTiles(size, level) - 1;
            completed.add(
                    new FullTile(
                            new TilePath(TilePath.Kind.HASHES, level, tile, TILE_WIDTH),
                            Arrays.copyOf(edge.hashes, TILE_BYTES)));
            hash = hasher.root(edge.hashes, 0, TILE_WIDTH);
            edge.width = 0;
        }
    }

    public long size() {
        return size;
    }

    /** The hashes of a level's unfinished tile, none where it is empty. */
    public byte[] partialTile(int level) {
        if (level >= levels.size()) {
            return new byte[0];
        }
        Level edge = levels.get(level);
        return Arrays.copyOf(edge.hashes, edge.width * MerkleHasher.HASH_BYTES);
    }

    /**
     * RFC 6962 section 2.1 Merkle tree hash. What lies right of a level's full subtrees is one
     * more, smaller subtree at their right.
     */
    public byte[] root() {
        byte[] right = null;
        for (Level edge : levels) {
            int count = edge.width;
            if (right != null) {
                edge.put(count++, right);
            }
            if (count > 0) {
                right = hasher.root(edge.hashes, 0, count);
            }
        }
        return right == null ? hasher.emptyRoot() : right;
    }
}
