package org.domicile.ledger.note;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A log's claim about itself at one moment, C2SP tlog-checkpoint.
 *
 * @param origin the log's identity; of our logs always the name of their key, others' may be any
 *     line
 * @param size how many entries
 * @param root RFC 6962 Merkle tree hash of them
 */
public record Checkpoint(String origin, long size, byte[] root) {
    public static final int ROOT_BYTES = 32;

    /** A larger note is refused unread. */
    public static final int MAX_NOTE_BYTES = SignedNote.MAX_BYTES;

    /** A longer origin is refused. */
    static final int MAX_ORIGIN_LENGTH = 255;

    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");

    public Checkpoint {
        if (origin.isEmpty()
                || origin.length() > MAX_ORIGIN_LENGTH
                || origin.chars().anyMatch(Character::isISOControl)) {
            throw new NoteFormatException(
                    "a checkpoint's origin is a line of 1 to " + MAX_ORIGIN_LENGTH + " characters");
        }
        root = root.clone();
        if (size < 0 || root.length != ROOT_BYTES) {
            throw new IllegalArgumentException("a checkpoint has a size and a 32-byte root");
        }
    }

    /** The note text: three lines, no extension lines. */
    public String text() {
        return origin + "\n" + size + "\n" + Base64Text.encode(root) + "\n";
    }

    /**
     * Reads a checkpoint of one of our logs that {@code key} signed: it has no extension lines, and
     * its origin is the key's name.
     *
     * @throws NoteFormatException when it is none
     * @throws NoteUnverifiedException when the key did not sign it, or signed for another origin
     */
    public static Checkpoint open(byte[] note, VerifierKey key) {
        String text = SignedNote.parse(note).textSignedBy(key);
        Checkpoint checkpoint = parse(text);
        if (!checkpoint.text().equals(text)) {
            throw new NoteFormatException("a checkpoint of this log has exactly three lines");
        }
        if (!checkpoint.origin().equals(key.name())) {
            throw new NoteUnverifiedException("the checkpoint's origin is not the key's name");
        }
        return checkpoint;
    }

    /**
     * Reads a note's text, of anybody's log; extension lines are passed over.
     *
     * @throws NoteFormatException when it is no checkpoint's
     */
    public static Checkpoint parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length < 4 || !lines[lines.length - 1].isEmpty()) {
            throw new NoteFormatException("a checkpoint has at least three lines");
        }
        for (int i = 3; i < lines.length - 1; i++) {
            if (lines[i].isEmpty()) {
                throw new NoteFormatException("a checkpoint's extension line is empty");
            }
        }
        if (!SIZE.matcher(lines[1]).matches()) {
            throw new NoteFormatException("the checkpoint's size is not a plain decimal number");
        }
        byte[] root = Base64Text.decode("the checkpoint's root", lines[2]);
        if (root.length != ROOT_BYTES) {
            throw new NoteFormatException("the checkpoint's root is not 32 bytes");
        }
        return new Checkpoint(lines[0], Long.parseLong(lines[1]), root);
    }

    @Override
    public byte[] root() {
        return root.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && origin.equals(that.origin)
                && size == that.size
                && Arrays.equals(root, that.root);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(root);
    }

    @Override
    public String toString() {
        return origin + " size " + size + " root " + HexFormat.of().formatHex(root);
    }
}
