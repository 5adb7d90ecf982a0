package org.domicile.ledger.mirror;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.domicile.ledger.Layout;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.tile.Bundle;
import org.domicile.ledger.tile.BundleFormatException;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint with the unfinished tiles and the unfinished bundle that it stands on, held in
 * memory: what a log may take away as soon as it has signed for more.
 *
 * @param hashes of each level, empty ones too
 * @param bundle the last entries, as their file; empty where the last bundle is full
 */
record RightEdge(Checkpoint checkpoint, List<byte[]> hashes, byte[] bundle) {
    RightEdge {
        hashes = List.copyOf(hashes);
    }

    /** Fetches them; null where the log has them no longer and must have signed for more. */
    static @Nullable RightEdge fetch(LogSource source, Checkpoint checkpoint) throws IOException {
        long size = checkpoint.size();
        byte[] bundle = new byte[0];
        if (TileTree.partialWidth(size, 0) > 0) {
            TilePath path = bundlePath(size);
            byte[] found = source.get(path);
            byte[] full = found == null ? source.get(path.full()) : null;
            if (full != null) {
                found = firstEntries(full, path.width());
            }
            if (found == null) {
                return null;
            }
            bundle = found;
        }
        List<byte[]> hashes = new ArrayList<>();
        for (int level = 0; level < TileTree.levels(size); level++) {
            int width = TileTree.partialWidth(size, level);
            byte[] tile = new byte[0];
            if (width > 0) {
                TilePath path = SignedTree.edgePath(size, level);
                byte[] found = source.get(path);
                byte[] full = found == null ? source.get(path.full()) : null;
                if (full != null) {
                    found = Arrays.copyOf(full, width * MerkleHasher.HASH_BYTES);
                }
                if (found == null) {
                    return null;
                }
                tile = found;
            }
            hashes.add(tile);
        }
        return new RightEdge(checkpoint, hashes, bundle);
    }

    private static TilePath bundlePath(long size) {
        return new TilePath(
                Kind.ENTRIES, 0, TileTree.fullTiles(size, 0), TileTree.partialWidth(size, 0));
    }

    private static byte @Nullable [] firstEntries(byte[] full, int count) {
        try {
            Bundle.split(Kind.ENTRIES, full, TileTree.TILE_WIDTH);
            return Bundle.prefix(Kind.ENTRIES, full, count);
        } catch (BundleFormatException e) {
            return null;
        }
    }

    boolean hasBundle() {
        return TileTree.partialWidth(checkpoint.size(), 0) > 0;
    }

    /** The place of the unfinished bundle, where there is one. */
    TilePath bundlePath() {
        return bundlePath(checkpoint.size());
    }

    TilePath tilePath(int level) {
        return SignedTree.edgePath(checkpoint.size(), level);
    }

    /** The entries of the unfinished bundle. */
    List<byte[]> leaves() throws LedgerDamage {
        return hasBundle() ? Leaves.split(bundlePath(), bundle) : List.of();
    }

    /** Checks that all of it leads to the signed root; a finding names the file that does not. */
    void verify(SignedTree.Tiles below) throws IOException, LedgerDamage {
        for (int level = 0; level < hashes.size(); level++) {
            int width = TileTree.partialWidth(checkpoint.size(), level);
            if (hashes.get(level).length != width * MerkleHasher.HASH_BYTES) {
                throw new Malformed(
                        Place.of(tilePath(level).text()),
                        "does not have " + width + " hashes of 32 bytes");
            }
        }
        MerkleHasher hasher = new MerkleHasher();
        if (hasRoot(hashes)) {
            if (hasBundle()) {
                Leaves.require(bundlePath(), bundle, hashes.getFirst(), hasher);
            }
            return;
        }
        for (int level = 0; level < hashes.size(); level++) {
            if (hashes.get(level).length > 0
                    && hasRoot(replaced(level, recomputed(level, below, hasher)))) {
                throw new Unverified(
                        Place.of(tilePath(level).text()),
                        "is not the tile that the checkpoint stands on");
            }
        }
        throw new Unverified(
                Place.of(Layout.CHECKPOINT),
                "the unfinished tiles that are served for it do not have the root it claims");
    }

    private boolean hasRoot(List<byte[]> tiles) {
        return Arrays.equals(
                TileTree.continued(checkpoint.size(), tiles).root(), checkpoint.root());
    }

    private List<byte[]> replaced(int level, byte[] tile) {
        List<byte[]> others = new ArrayList<>(hashes);
        others.set(level, tile);
        return others;
    }

    /** What an unfinished tile would be by what is served below it. */
    private byte[] recomputed(int level, SignedTree.Tiles below, MerkleHasher hasher)
            throws IOException, LedgerDamage {
        byte[] tile = new byte[hashes.get(level).length];
        List<byte[]> leaves = level == 0 ? leaves() : List.of();
        for (int i = 0; i * MerkleHasher.HASH_BYTES < tile.length; i++) {
            byte[] hash;
            if (level == 0) {
                hash = hasher.leaf(leaves.get(i));
            } else {
                long child = tilePath(level).tile() * TileTree.TILE_WIDTH + i;
                hash =
                        hasher.tileRoot(
                                below.read(
                                        new TilePath(
                                                Kind.HASHES,
                                                level - 1,
                                                child,
                                                TileTree.TILE_WIDTH)));
            }
            System.arraycopy(hash, 0, tile, i * MerkleHasher.HASH_BYTES, MerkleHasher.HASH_BYTES);
        }
        return tile;
    }
}
