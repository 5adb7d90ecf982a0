package org.domicile.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofBuilder;
import org.domicile.ledger.proof.ProofUnverifiedException;
import org.domicile.ledger.proof.TlogProof;
import org.domicile.ledger.tile.MerkleHasher;
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

    /** What the receipt stands on: of the snapshot's tree, or of an earlier one of it. */
    private final SignedCheckpoint under;

    private ReceiptMaker(LedgerFiles files, LedgerSnapshot snapshot, SignedCheckpoint under) {
        this.files = files;
        this.snapshot = snapshot;
        this.under = under;
    }

    /**
     * Makes a receipt, under the last checkpoint that had a quorum of witnesses where that covers
     * the entry, else under the current one.
     *
     * @param fields the private fields to open; may be none
     * @throws IllegalArgumentException when the ledger has no such entry or field, or no longer
     * @throws LedgerDamage when what is in the ledger does not prove what it should
     */
    public static Receipt make(Path directory, VerifierKey key, long index, Set<String> fields)
            throws IOException, LedgerDamage {
        LedgerFiles files = new LedgerFiles(directory);
        byte[] witnessed = files.read(Layout.WITNESSED, LedgerFiles.MAX_SMALL_BYTES);
        LedgerSnapshot snapshot = LedgerSnapshot.read(files, key);
        SignedCheckpoint under = snapshot.signed();
        if (witnessed != null) {
            SignedCheckpoint last =
                    SignedCheckpoint.open(witnessed, snapshot.keys(), Layout.WITNESSED);
            boolean isOfNewestKey =
                    SignedNote.parse(witnessed).lineOf(snapshot.keys().newest()).isPresent();
            under = index < last.size() && isOfNewestKey ? last : under;
        }
        return new ReceiptMaker(files, snapshot, under).make(key, index, fields);
    }

    private Receipt make(VerifierKey key, long index, Set<String> fields)
            throws IOException, LedgerDamage {
        requireEntry(index, snapshot.checkpoint().size());
        byte[] leaf = record(Kind.ENTRIES, index);
        Body body = body(index, fields);
        TlogProof proof =
                new TlogProof(
                        new byte[0],
                        index,
                        new ProofBuilder(this::hashes, under.size()).inclusion(index),
                        under.note());
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
        if (!snapshot.hasBodies()) {
            if (!fields.isEmpty()) {
                throw new IllegalArgumentException(
                        "this copy has no private values, which the log itself keeps; without"
                                + " --fields the public half of entry "
                                + index
                                + " can be disclosed");
            }
            return Body.NONE;
        }
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
        return whole(new TilePath(kind, 0, index / TileTree.TILE_WIDTH, TileTree.TILE_WIDTH));
    }

    /** A tile as wide as the snapshot has it. */
    private TilePath whole(TilePath path) {
        long size = snapshot.checkpoint().size();
        int width =
                path.tile() < TileTree.fullTiles(size, path.level())
                        ? TileTree.TILE_WIDTH
                        : TileTree.partialWidth(size, path.level());
        return new TilePath(path.kind(), path.level(), path.tile(), width);
    }

    /** An earlier tree's unfinished tile is the beginning of a wider one. */
    private byte[] hashes(TilePath path) throws IOException {
        try {
            return Arrays.copyOf(
                    snapshot.content(files, whole(path)), path.width() * MerkleHasher.HASH_BYTES);
        } catch (LedgerDamage damage) {
            throw new IOException(damage.getMessage(), damage);
        }
    }
}
