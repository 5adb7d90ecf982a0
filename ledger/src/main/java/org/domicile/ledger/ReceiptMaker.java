package org.domicile.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofBuilder;
import org.domicile.ledger.proof.ProofUnverifiedException;
import org.domicile.ledger.proof.TlogProof;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;

/**
 * Opens single entries of a ledger for others: reads one entry, its body and its proof, as of one
 * moment, and checks them before they leave the house. Works beside a running log.
 */
public final class ReceiptMaker {
    private final LedgerFiles files;
    private final LedgerSnapshot snapshot;

    private ReceiptMaker(LedgerFiles files, LedgerSnapshot snapshot) {
        this.files = files;
        this.snapshot = snapshot;
    }

    /**
     * Makes a receipt under the ledger's current checkpoint.
     *
     * @param fields the private fields to open; may be none
     * @throws IllegalArgumentException when the ledger has no such entry or field, or no longer
     * @throws LedgerDamage when what is in the ledger does not prove what it should
     */
    public static Receipt make(Path directory, VerifierKey key, long index, Set<String> fields)
            throws IOException, LedgerDamage {
        LedgerFiles files = new LedgerFiles(directory);
        return new ReceiptMaker(files, LedgerSnapshot.read(files, key)).make(key, index, fields);
    }

    private Receipt make(VerifierKey key, long index, Set<String> fields)
            throws IOException, LedgerDamage {
        Checkpoint checkpoint = snapshot.checkpoint();
        requireEntry(index, checkpoint.size());
        byte[] leaf = record(Kind.ENTRIES, index);
        Body body = body(index, fields);
        TlogProof proof =
                new TlogProof(
                        new byte[0],
                        index,
                        new ProofBuilder(this::hashes, checkpoint.size()).inclusion(index),
                        snapshot.note());
        Receipt receipt;
        try {
            receipt = Receipt.of(proof, leaf, body.only(fields));
            Set<String> unknown = new TreeSet<>(fields);
            unknown.removeAll(body.digests().keySet());
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException(
                        "entry "
                                + index
                                + " has no private field "
                                + String.join(", ", unknown)
                                + "; it has "
                                + String.join(", ", body.digests().keySet()));
            }
            receipt.verify(key);
        } catch (EntryFormatException | ProofUnverifiedException e) {
            throw new Unverified(
                    Place.of(bundle(Kind.ENTRIES, index).text(), index),
                    String.valueOf(e.getMessage()));
        }
        return receipt;
    }

    private void requireEntry(long index, long size) {
        if (index < 0 || index >= size) {
            boolean isPending =
                    snapshot.waiting().stream().anyMatch(waiting -> waiting.index() == index);
            throw new IllegalArgumentException(
                    isPending
                            ? "entry "
                                    + index
                                    + " is durable but not yet under a signed checkpoint; try"
                                    + " again in a moment"
                            : "the ledger has no entry " + index + "; it has " + size);
        }
    }

    private Body body(long index, Set<String> fields) throws IOException, LedgerDamage {
        byte[] bytes = record(Kind.BODIES, index);
        if (bytes.length == 0) {
            if (!fields.isEmpty()) {
                throw new IllegalArgumentException(
                        "the private values of entry "
                                + index
                                + " were erased; without --fields its public half can still be"
                                + " disclosed");
            }
            return Body.NONE;
        }
        try {
            return Body.decode(bytes);
        } catch (EntryFormatException e) {
            throw new Malformed(
                    Place.of(bundle(Kind.BODIES, index).text(), index),
                    "the body " + e.getMessage());
        }
    }

    private byte[] record(Kind kind, long index) throws IOException, LedgerDamage {
        return snapshot.records(files, bundle(kind, index))
                .get((int) (index % TileTree.TILE_WIDTH));
    }

    private TilePath bundle(Kind kind, long index) {
        long size = snapshot.checkpoint().size();
        long tile = index / TileTree.TILE_WIDTH;
        return new TilePath(
                kind,
                0,
                tile,
                tile < TileTree.fullTiles(size, 0)
                        ? TileTree.TILE_WIDTH
                        : TileTree.partialWidth(size, 0));
    }

    private byte[] hashes(TilePath path) throws IOException {
        try {
            return snapshot.content(files, path);
        } catch (LedgerDamage damage) {
            throw new IOException(damage.getMessage(), damage);
        }
    }
}
