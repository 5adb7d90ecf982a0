package org.domicile.ledger.proof;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.domicile.ledger.note.Base64Text;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.tile.MerkleHasher;

/**
 * A proof that an entry is in a log, complete but for the entry itself, C2SP tlog-proof.
 *
 * @param extra what the application needs beside it; vouched for by nobody; empty where there is
 *     none
 * @param index of the entry
 * @param path from the leaf's sibling up
 * @param checkpoint the signed note, with the cosignatures it has
 */
public record TlogProof(byte[] extra, long index, List<byte[]> path, byte[] checkpoint) {
    /** The longest path in a tree of 2^63 - 1 entries. */
    public static final int MAX_PATH = 63;

    private static final String FIRST_LINE = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,18}");

    public TlogProof {
        extra = extra.clone();
        path = path.stream().map(byte[]::clone).toList();
        checkpoint = checkpoint.clone();
        if (index < 0
                || path.size() > MAX_PATH
                || path.stream().anyMatch(hash -> hash.length != MerkleHasher.HASH_BYTES)) {
            throw new IllegalArgumentException(
                    "a proof has an index and at most " + MAX_PATH + " hashes");
        }
    }

    /** The file. */
    public byte[] toBytes() {
        StringBuilder lines = new StringBuilder(FIRST_LINE).append('\n');
        if (extra.length > 0) {
            lines.append(EXTRA).append(Base64Text.encode(extra)).append('\n');
        }
        lines.append(INDEX).append(index).append('\n');
        path.forEach(hash -> lines.append(Base64Text.encode(hash)).append('\n'));
        lines.append('\n');
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(lines.toString().getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(checkpoint);
        return file.toByteArray();
    }

    /**
     * Reads a file; what is in the checkpoint is for {@link #verify} to look at.
     *
     * @throws ProofFormatException when it is none
     */
    public static TlogProof parse(byte[] file) {
        int end = endOfProof(file);
        // Whatever is not ASCII becomes a character that no line may have.
        List<String> lines =
                List.of(new String(file, 0, end, StandardCharsets.US_ASCII).split("\n", -1));
        if (!lines.getFirst().equals(FIRST_LINE)) {
            throw new ProofFormatException("its first line is not " + FIRST_LINE);
        }
        int at = 1;
        try {
            byte[] extra = new byte[0];
            if (at < lines.size() && lines.get(at).startsWith(EXTRA)) {
                extra = Base64Text.decode("extra", lines.get(at++).substring(EXTRA.length()));
                if (extra.length == 0) {
                    throw new ProofFormatException("its line \"extra\" says nothing");
                }
            }
            long index = parseIndex(at < lines.size() ? lines.get(at++) : "");
            if (lines.size() - at > MAX_PATH) {
                throw new ProofFormatException("a proof has at most " + MAX_PATH + " hashes");
            }
            List<byte[]> path = new ArrayList<>();
            for (String line : lines.subList(at, lines.size())) {
                byte[] hash = Base64Text.decode("a hash of the proof", line);
                if (hash.length != MerkleHasher.HASH_BYTES) {
                    throw new ProofFormatException("a hash of the proof is not 32 bytes");
                }
                path.add(hash);
            }
            return new TlogProof(
                    extra, index, path, Arrays.copyOfRange(file, end + 2, file.length));
        } catch (NoteFormatException e) {
            throw new ProofFormatException(String.valueOf(e.getMessage()));
        }
    }

    /** Where the empty line before the checkpoint is; the checkpoint has another one. */
    private static int endOfProof(byte[] file) {
        for (int i = 0; i + 1 < file.length; i++) {
            if (file[i] == '\n' && file[i + 1] == '\n') {
                return i;
            }
        }
        throw new ProofFormatException("it has no empty line before a checkpoint");
    }

    private static long parseIndex(String line) {
        String number = line.startsWith(INDEX) ? line.substring(INDEX.length()) : "";
        try {
            if (NUMBER.matcher(number).matches()) {
                return Long.parseLong(number);
            }
        } catch (NumberFormatException e) {
            // more than 2^63 - 1; said below
        }
        throw new ProofFormatException("it has no line \"index\" with a plain decimal number");
    }

    /**
     * The checkpoint, once it is known that the log signed it and that the entry is under it: steps
     * 2 and 4 of the specification. Which cosignatures are asked for is the caller's to check.
     *
     * @throws ProofFormatException when the checkpoint cannot be read
     * @throws ProofUnverifiedException when the key did not sign it, or the entry is not under it
     */
    public Checkpoint verify(byte[] leafHash, VerifierKey key) {
        Checkpoint signed;
        try {
            signed = Checkpoint.open(checkpoint, key);
        } catch (NoteFormatException e) {
            throw new ProofFormatException("its checkpoint: " + e.getMessage());
        } catch (NoteUnverifiedException e) {
            throw new ProofUnverifiedException("its checkpoint: " + e.getMessage());
        }
        if (!MerkleProof.includes(leafHash, index, signed.size(), path, signed.root())) {
            throw new ProofUnverifiedException(
                    "the entry is not entry " + index + " under the signed checkpoint");
        }
        return signed;
    }

    @Override
    public byte[] extra() {
        return extra.clone();
    }

    @Override
    public byte[] checkpoint() {
        return checkpoint.clone();
    }

    /** The extra data may be private. */
    @Override
    public String toString() {
        return "TlogProof[index=" + index + ", path=" + path.size() + "]";
    }
}
