package org.domicile.ledger.witness;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.SignedNote;

/**
 * The body of a request to cosign, C2SP tlog-witness {@code add-checkpoint}.
 *
 * @param oldSize of the checkpoint that the proof begins at
 * @param proof RFC 6962 section 2.1.2
 * @param note the new checkpoint as the log signed it
 */
record AddCheckpoint(long oldSize, List<byte[]> proof, byte[] note) {
    static final int MAX_PROOF_HASHES = 63;

    private static final int HASH_LINE_BYTES = 45;
    private static final int MAX_SIZE_LINE_BYTES = 24;

    /** A larger body is refused unread. */
    static final int MAX_BYTES =
            MAX_SIZE_LINE_BYTES + MAX_PROOF_HASHES * HASH_LINE_BYTES + 1 + SignedNote.MAX_BYTES;

    private static final Pattern OLD_SIZE = Pattern.compile("old (0|[1-9][0-9]{0,17})");
    private static final Pattern HASH = Pattern.compile("[A-Za-z0-9+/]{43}=");

    AddCheckpoint {
        proof = List.copyOf(proof);
        if (oldSize < 0 || proof.size() > MAX_PROOF_HASHES) {
            throw new NoteFormatException(
                    "a proof has at most "
                            + MAX_PROOF_HASHES
                            + " hashes, and a size is not below 0");
        }
    }

    /**
     * Reads a body.
     *
     * @throws NoteFormatException when it is none
     */
    static AddCheckpoint parse(byte[] body) {
        int end = endOfHead(body);
        String[] lines = new String(body, 0, end, StandardCharsets.ISO_8859_1).split("\n", -1);
        Matcher oldSize = OLD_SIZE.matcher(lines[0]);
        if (!oldSize.matches()) {
            throw new NoteFormatException("the first line is \"old <size>\"");
        }
        List<byte[]> proof = new ArrayList<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            proof.add(hash(line));
            if (proof.size() > MAX_PROOF_HASHES) {
                throw new NoteFormatException("a proof has at most 63 hashes");
            }
        }
        return new AddCheckpoint(
                Long.parseLong(oldSize.group(1)),
                proof,
                Arrays.copyOfRange(body, end + 2, body.length));
    }

    /** Where the first empty line's newline before it is. */
    private static int endOfHead(byte[] body) {
        for (int i = 0; i + 1 < body.length; i++) {
            if (body[i] == '\n' && body[i + 1] == '\n') {
                return i;
            }
        }
        throw new NoteFormatException("an empty line comes before the checkpoint");
    }

    private static byte[] hash(String line) {
        if (HASH.matcher(line).matches()) {
            byte[] hash = Base64.getDecoder().decode(line);
            if (Base64.getEncoder().encodeToString(hash).equals(line)) {
                return hash;
            }
        }
        throw new NoteFormatException("a proof's line is 32 bytes in base64");
    }

    byte[] toBytes() {
        StringBuilder head = new StringBuilder("old ").append(oldSize).append('\n');
        for (byte[] hash : proof) {
            head.append(Base64.getEncoder().encodeToString(hash)).append('\n');
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(head.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(note);
        return body.toByteArray();
    }

    /** For messages. */
    static String describe(Checkpoint checkpoint) {
        return "size "
                + checkpoint.size()
                + " root "
                + Base64.getEncoder().encodeToString(checkpoint.root());
    }
}
