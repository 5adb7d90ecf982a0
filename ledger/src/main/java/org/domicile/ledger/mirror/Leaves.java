package org.domicile.ledger.mirror;

import java.util.Arrays;
import java.util.List;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.tile.Bundle;
import org.domicile.ledger.tile.BundleFormatException;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TileTree;

/** Entries of a bundle beside their hash tile. */
final class Leaves {
    private Leaves() {}

    static List<byte[]> split(TilePath path, byte[] bundle) throws LedgerDamage {
        try {
            return Bundle.split(path.kind(), bundle, path.width());
        } catch (BundleFormatException e) {
            throw new Malformed(
                    Place.of(path.text(), path.tile() * TileTree.TILE_WIDTH + e.record()),
                    String.valueOf(e.getMessage()));
        }
    }

    /** The entries of a bundle, once each has the hash that a believed tile has for it. */
    static List<byte[]> require(TilePath path, byte[] bundle, byte[] hashes, MerkleHasher hasher)
            throws LedgerDamage {
        List<byte[]> leaves = split(path, bundle);
        for (int i = 0; i < leaves.size(); i++) {
            byte[] hash = hasher.leaf(leaves.get(i));
            int from = i * MerkleHasher.HASH_BYTES;
            if (!Arrays.equals(hash, 0, hash.length, hashes, from, from + hash.length)) {
                throw new Unverified(
                        Place.of(path.text(), path.tile() * TileTree.TILE_WIDTH + i),
                        "the entry is not the one that the checkpoint stands on");
            }
        }
        return leaves;
    }
}
