package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofFormatException;
import org.domicile.ledger.proof.ProofUnverifiedException;
import org.domicile.ledger.proof.TlogProof;
import org.domicile.ledger.tile.MerkleHasher;

/**
 * One entry to be handed on, with the private fields that were opened for this, and the proof that
 * it is in the log. Specified in {@code docs/formats/receipt.md}.
 */
public final class Receipt {
    /** The largest entry and body, as JSON in base64, a path and a note fit. */
    public static final int MAX_BYTES = 1024 * 1024;

    private static final int VERSION = 1;

    private final TlogProof proof;
    private final byte[] leafBytes;
    private final Leaf leaf;
    private final Body opened;

    private Receipt(TlogProof proof, byte[] leafBytes, Leaf leaf, Body opened) {
        this.proof = proof;
        this.leafBytes = leafBytes;
        this.leaf = leaf;
        this.opened = opened;
    }

    /** Puts together what was read from a ledger; {@code proof} has no extra data yet. */
    static Receipt of(TlogProof proof, byte[] leafBytes, Body opened) {
        Leaf leaf = Leaf.decode(leafBytes);
        byte[] extra = extra(leafBytes, opened);
        return new Receipt(
                new TlogProof(extra, proof.index(), proof.path(), proof.checkpoint()),
                leafBytes,
                leaf,
                opened);
    }

    private static byte[] extra(byte[] leafBytes, Body opened) {
        CanonicalJson json = new CanonicalJson();
        json.beginObject();
        json.member("entry", new String(leafBytes, StandardCharsets.UTF_8));
        json.name("opened").raw(opened.encode());
        json.member("receipt", VERSION);
        return json.endObject().toBytes();
    }

    /**
     * Reads a file; believes nothing of it yet.
     *
     * @throws ProofFormatException when it is none, byte for byte
     */
    public static Receipt parse(byte[] file) {
        if (file.length > MAX_BYTES) {
            throw new ProofFormatException("a receipt has at most " + MAX_BYTES + " bytes");
        }
        TlogProof proof = TlogProof.parse(file);
        byte[] extra = proof.extra();
        if (extra.length == 0) {
            throw new ProofFormatException(
                    "it is a proof without its entry; a receipt has the entry in its line"
                            + " \"extra\"");
        }
        try {
            JsonObject object = JsonObject.parse(extra);
            if (object.number("receipt") != VERSION) {
                throw new ProofFormatException("it is not a receipt of version " + VERSION);
            }
            byte[] leafBytes = object.string("entry").getBytes(StandardCharsets.UTF_8);
            Body opened = Body.decode(object.object("opened"));
            object.end();
            if (!Arrays.equals(extra(leafBytes, opened), extra)) {
                throw new ProofFormatException("its line \"extra\" is not in canonical form");
            }
            return new Receipt(proof, leafBytes, Leaf.decode(leafBytes), opened);
        } catch (EntryFormatException e) {
            throw new ProofFormatException("its line \"extra\" " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ProofFormatException("its line \"extra\": " + e.getMessage());
        }
    }

    /** The file. */
    public byte[] toBytes() {
        return proof.toBytes();
    }

    /** The signed note that the receipt stands on, with the cosignatures it has. */
    public byte[] checkpointNote() {
        return proof.checkpoint();
    }

    /** The entry's public half, as the tree has it. */
    public String leafText() {
        return new String(leafBytes, StandardCharsets.UTF_8);
    }

    /**
     * What a verified receipt says.
     *
     * @param entry with the private values that were opened
     * @param closed names of private fields that the entry has and the receipt does not open
     */
    public record Verified(Checkpoint checkpoint, VerifiedEntry entry, Set<String> closed) {
        public Verified {
            closed = Set.copyOf(closed);
        }
    }

    /**
     * Checks all that a receipt claims: the log signed the checkpoint, the entry is under it, and
     * each opened value is the one whose salted digest the entry has.
     *
     * @throws ProofFormatException when the checkpoint cannot be read
     * @throws ProofUnverifiedException naming what does not hold, and no private value
     */
    public Verified verify(VerifierKey key) {
        Checkpoint checkpoint = proof.verify(new MerkleHasher().leaf(leafBytes), key);
        Map<String, String> digests = leaf.digests();
        for (Map.Entry<String, String> field : opened.digests().entrySet()) {
            if (!field.getValue().equals(digests.get(field.getKey()))) {
                throw new ProofUnverifiedException(
                        "the opened field \""
                                + field.getKey()
                                + "\" is not the one that the entry has the digest of");
            }
        }
        Set<String> closed = new TreeSet<>(digests.keySet());
        closed.removeAll(opened.digests().keySet());
        return new Verified(
                checkpoint,
                new VerifiedEntry(
                        proof.index(),
                        EntryTime.instant(leaf.timeMicros()),
                        leaf.fact(),
                        Optional.of(opened.values()),
                        true),
                closed);
    }

    /** Keeps people's data out of log lines. */
    @Override
    public String toString() {
        return "Receipt[" + proof + "]";
    }
}
