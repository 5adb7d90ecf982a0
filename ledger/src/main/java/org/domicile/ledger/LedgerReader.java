package org.domicile.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.RuleBroken;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofBuilder;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;

/**
 * Entries of a ledger from any index on, as of one checkpoint, for those who want to find something
 * and not to prove it: each entry is held against its hash in the lowest tiles and its body against
 * its digests, but nothing leads from there to the signed root. {@link LedgerVerifier} proves.
 *
 * <p>May be used while the log is being written.
 */
public final class LedgerReader {
    /** What stands where a body was erased; in a copy without bodies it stands for each. */
    private static final byte[] ERASED = {};

    private final LedgerFiles files;
    private final LedgerSnapshot snapshot;
    private final MerkleHasher hasher = new MerkleHasher();
    private final EntryDecoder decoder = new EntryDecoder();

    private LedgerReader(LedgerFiles files, LedgerSnapshot snapshot) {
        this.files = files;
        this.snapshot = snapshot;
    }

    /**
     * Reads the newest checkpoint.
     *
     * @param key what the log signs with
     */
    public static LedgerReader open(Path directory, VerifierKey key)
            throws IOException, LedgerDamage {
        LedgerFiles files = new LedgerFiles(directory);
        return new LedgerReader(files, LedgerSnapshot.read(files, key));
    }

    /** As of which the entries are. */
    public Checkpoint checkpoint() {
        return snapshot.checkpoint();
    }

    /**
     * Shows the entries from {@code first} to the checkpoint, in order.
     *
     * @throws LedgerDamage at an entry that is not what it should be, or that the visitor objects
     *     to
     */
    public void read(long first, EntryVisitor visitor) throws IOException, LedgerDamage {
        long size = checkpoint().size();
        for (long index = first; index < size; ) {
            long tile = index / TileTree.TILE_WIDTH;
            int width = (int) Math.min(TileTree.TILE_WIDTH, size - tile * TileTree.TILE_WIDTH);
            readBundle(tile, width, (int) (index % TileTree.TILE_WIDTH), width, visitor);
            index = tile * TileTree.TILE_WIDTH + width;
        }
    }

    /** One entry; nothing where the checkpoint covers none of this index. */
    public Optional<VerifiedEntry> entry(long index) throws IOException, LedgerDamage {
        long size = checkpoint().size();
        if (index < 0 || index >= size) {
            return Optional.empty();
        }
        long tile = index / TileTree.TILE_WIDTH;
        int width = (int) Math.min(TileTree.TILE_WIDTH, size - tile * TileTree.TILE_WIDTH);
        int at = (int) (index % TileTree.TILE_WIDTH);
        VerifiedEntry[] found = new VerifiedEntry[1];
        readBundle(tile, width, at, at + 1, entry -> found[0] = entry);
        return Optional.of(found[0]);
    }

    /**
     * The root that the tree had when it had so many entries, from its hash tiles.
     *
     * @throws IllegalArgumentException when it has fewer
     */
    public byte[] rootAt(long size) throws IOException {
        if (size > checkpoint().size()) {
            throw new IllegalArgumentException("the tree was never of size " + size);
        }
        return new ProofBuilder(this::hashesThen, size).root();
    }

    /** A tile of an earlier tree: the beginning of the one that is here now. */
    private byte[] hashesThen(TilePath then) throws IOException {
        boolean isFull = then.tile() < TileTree.fullTiles(checkpoint().size(), then.level());
        TilePath now =
                isFull
                        ? then.full()
                        : new TilePath(
                                Kind.HASHES,
                                then.level(),
                                then.tile(),
                                TileTree.partialWidth(checkpoint().size(), then.level()));
        try {
            return Arrays.copyOf(
                    snapshot.content(files, now), then.width() * MerkleHasher.HASH_BYTES);
        } catch (LedgerDamage damage) {
            throw new IOException(damage.getMessage(), damage);
        }
    }

    /** As {@link #read}, and then those that wait in write-ahead files for the next checkpoint. */
    void readDurable(long first, EntryVisitor visitor) throws IOException, LedgerDamage {
        read(first, visitor);
        for (LedgerSnapshot.WaitingEntry waiting : snapshot.waiting()) {
            if (waiting.index() >= Math.max(first, checkpoint().size())) {
                Place place = Place.of(waiting.file(), waiting.index());
                byte[] body = snapshot.hasBodies() ? waiting.stored().body() : ERASED;
                visit(waiting.index(), waiting.stored().leaf(), body, place, place, visitor);
            }
        }
    }

    private void readBundle(long tile, int width, int from, int to, EntryVisitor visitor)
            throws IOException, LedgerDamage {
        TilePath path = new TilePath(Kind.ENTRIES, 0, tile, width);
        TilePath bodyPath = new TilePath(Kind.BODIES, 0, tile, width);
        List<byte[]> leaves = snapshot.records(files, path);
        List<byte[]> bodies =
                snapshot.hasBodies()
                        ? snapshot.records(files, bodyPath)
                        : Collections.nCopies(width, ERASED);
        byte[] hashes = snapshot.content(files, new TilePath(Kind.HASHES, 0, tile, width));
        for (int i = from; i < to; i++) {
            long index = tile * TileTree.TILE_WIDTH + i;
            Place place = Place.of(path.text(), index);
            byte[] hash = hasher.leaf(leaves.get(i));
            int at = i * MerkleHasher.HASH_BYTES;
            if (hashes.length < at + hash.length
                    || !Arrays.equals(hash, 0, hash.length, hashes, at, at + hash.length)) {
                throw new Unverified(place, "the hash tile does not have the entry's hash");
            }
            Place bodyPlace = Place.of(bodyPath.text(), index);
            visit(index, leaves.get(i), bodies.get(i), place, bodyPlace, visitor);
        }
    }

    private void visit(
            long index,
            byte[] leafBytes,
            byte[] body,
            Place place,
            Place bodyPlace,
            EntryVisitor visitor)
            throws LedgerDamage {
        try {
            Leaf leaf = decoder.leaf(leafBytes);
            visitor.visit(
                    new VerifiedEntry(
                            index,
                            EntryTime.instant(leaf.timeMicros()),
                            leaf.fact(),
                            values(leaf, body, bodyPlace),
                            index < checkpoint().size()));
        } catch (EntryFormatException e) {
            throw new Malformed(place, "the entry " + e.getMessage());
        } catch (EntryVisitor.Objection e) {
            throw new RuleBroken(place, String.valueOf(e.getMessage()));
        }
    }

    private Optional<Map<String, String>> values(Leaf leaf, byte[] body, Place place)
            throws LedgerDamage {
        return body.length == 0 ? Optional.empty() : Optional.of(decoder.values(leaf, body, place));
    }
}
