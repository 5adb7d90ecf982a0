package org.domicile.ledger.mirror;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;

/**
 * The hash tiles under one signed root: a tile is believed when its own root is the hash that a
 * believed tile above it has, and the topmost are the unfinished ones that make the root itself.
 * For one thread.
 */
final class SignedTree {
    private final long size;
    private final List<byte[]> edge;
    private final Tiles tiles;
    private final MerkleHasher hasher = new MerkleHasher();
    private final SortedMap<String, byte[]> believed = new TreeMap<>();

    /** Where tiles come from, unverified. */
    interface Tiles {
        byte[] read(TilePath path) throws IOException, LedgerDamage;
    }

    /**
     * @param edge the unfinished tile of each level, empty ones too, that have the signed root
     */
    SignedTree(long size, List<byte[]> edge, Tiles tiles) {
        this.size = size;
        this.edge = List.copyOf(edge);
        this.tiles = tiles;
    }

    /** The place of a level's unfinished tile in a tree of some size, which is not empty. */
    static TilePath edgePath(long size, int level) {
        return new TilePath(
                Kind.HASHES,
                level,
                TileTree.fullTiles(size, level),
                TileTree.partialWidth(size, level));
    }

    /** The root that the first {@code earlier} entries of this tree have. */
    byte[] rootAt(long earlier) throws IOException, LedgerDamage {
        List<byte[]> earlierEdge = new ArrayList<>();
        for (int level = 0; level < TileTree.levels(earlier); level++) {
            int width = TileTree.partialWidth(earlier, level);
            earlierEdge.add(
                    width == 0
                            ? new byte[0]
                            : Arrays.copyOf(
                                    hashes(level, TileTree.fullTiles(earlier, level)),
                                    width * MerkleHasher.HASH_BYTES));
        }
        return TileTree.continued(earlier, earlierEdge).root();
    }

    private byte[] hashes(int level, long tile) throws IOException, LedgerDamage {
        if (tile == TileTree.fullTiles(size, level)) {
            return edge.get(level);
        }
        TilePath path = new TilePath(Kind.HASHES, level, tile, TileTree.TILE_WIDTH);
        byte[] known = believed.get(path.text());
        if (known != null) {
            return known;
        }
        byte[] above = hashes(level + 1, tile / TileTree.TILE_WIDTH);
        byte[] read = tiles.read(path);
        require(path, read, hash(above, (int) (tile % TileTree.TILE_WIDTH)), hasher);
        believed.put(path.text(), read);
        return read;
    }

    /** The hash at a position of a tile. */
    static byte[] hash(byte[] hashes, int position) {
        int from = position * MerkleHasher.HASH_BYTES;
        return Arrays.copyOfRange(hashes, from, from + MerkleHasher.HASH_BYTES);
    }

    /** Checks a full tile against the hash that the tile above it has. */
    static void require(TilePath path, byte[] hashes, byte[] expected, MerkleHasher hasher)
            throws LedgerDamage {
        if (hashes.length != TileTree.TILE_WIDTH * MerkleHasher.HASH_BYTES) {
            throw new Malformed(
                    Place.of(path.text()),
                    "does not have " + TileTree.TILE_WIDTH + " hashes of 32 bytes");
        }
        if (!Arrays.equals(hasher.tileRoot(hashes), expected)) {
            throw new Unverified(
                    Place.of(path.text()), "is not the tile that the checkpoint stands on");
        }
    }

    /** Every tile that was looked at so far, by its path. */
    SortedMap<String, byte[]> lookedAt() {
        SortedMap<String, byte[]> all = new TreeMap<>(believed);
        for (int level = 0; level < edge.size(); level++) {
            if (edge.get(level).length > 0) {
                all.put(edgePath(size, level).text(), edge.get(level));
            }
        }
        return all;
    }
}
