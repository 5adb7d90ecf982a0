package org.domicile.ledger.note;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A text with signature lines, C2SP signed-note.
 *
 * @param text what is signed, its last newline included
 */
public record SignedNote(String text, List<SignatureLine> signatures) {
    /** A larger note is refused unread. */
    public static final int MAX_BYTES = 64 * 1024;

    /** The specification asks for at least 16. */
    public static final int MAX_SIGNATURES = 64;

    private static final String LINE_START = "\u2014 ";
    private static final int KEY_ID_BYTES = 4;

    public SignedNote {
        signatures = List.copyOf(signatures);
        if (!text.endsWith("\n")) {
            throw new NoteFormatException("a note's text ends in a newline");
        }
    }

    /** One line {@code — <name> <base64(key id, signature)>}. */
    public record SignatureLine(String name, int keyId, byte[] signature) {
        public SignatureLine {
            signature = signature.clone();
        }

        /** Of whatever text; whether it fits one, {@link SignedNote#lineOf} finds out. */
        public boolean isOf(VerifierKey key) {
            return name.equals(key.name()) && keyId == key.keyId();
        }

        /** The time of a cosignature, in seconds since 1970; 0 where it says none. */
        public long timestamp() {
            return signature.length < Cosignature.TIMESTAMP_BYTES
                    ? 0
                    : Cosignature.timestamp(signature);
        }

        @Override
        public byte[] signature() {
            return signature.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SignatureLine that && text().equals(that.text());
        }

        @Override
        public int hashCode() {
            return 31 * keyId + Arrays.hashCode(signature);
        }

        /** As it stands in a note, with its newline. */
        public String text() {
            ByteBuffer bytes = ByteBuffer.allocate(KEY_ID_BYTES + signature.length);
            bytes.putInt(keyId).put(signature);
            return LINE_START + name + " " + Base64Text.encode(bytes.array()) + "\n";
        }
    }

    /**
     * Reads a note.
     *
     * @throws NoteFormatException when it is not one
     */
    public static SignedNote parse(byte[] note) {
        String all = decode(note);
        int split = all.lastIndexOf("\n\n");
        if (split < 0 || !all.endsWith("\n") || split + 2 >= all.length()) {
            throw new NoteFormatException(
                    "a signed note is a text, an empty line, and signature lines");
        }
        return new SignedNote(
                all.substring(0, split + 1), signatureLines(all.substring(split + 2)));
    }

    /**
     * Reads signature lines, each with its newline.
     *
     * @throws NoteFormatException when they are none
     */
    public static List<SignatureLine> parseLines(byte[] lines) {
        return signatureLines(decode(lines));
    }

    private static List<SignatureLine> signatureLines(String text) {
        if (!text.endsWith("\n")) {
            throw new NoteFormatException("a signature line ends in a newline");
        }
        String[] lines = text.substring(0, text.length() - 1).split("\n", -1);
        if (lines.length > MAX_SIGNATURES) {
            throw new NoteFormatException(
                    "a note has at most " + MAX_SIGNATURES + " signature lines");
        }
        List<SignatureLine> signatures = new ArrayList<>();
        for (String line : lines) {
            signatures.add(parseLine(line));
        }
        return signatures;
    }

    private static SignatureLine parseLine(String line) {
        int space = line.indexOf(' ', LINE_START.length());
        if (!line.startsWith(LINE_START) || space < 0) {
            throw new NoteFormatException("a signature line is \"\u2014 <name> <base64>\"");
        }
        byte[] bytes = Base64Text.decode("a signature", line.substring(space + 1));
        if (bytes.length <= KEY_ID_BYTES) {
            throw new NoteFormatException("a signature is a key id and a signature");
        }
        return new SignatureLine(
                VerifierKey.requireName(line.substring(LINE_START.length(), space)),
                ByteBuffer.wrap(bytes).getInt(),
                Arrays.copyOfRange(bytes, KEY_ID_BYTES, bytes.length));
    }

    private static String decode(byte[] note) {
        if (note.length > MAX_BYTES) {
            throw new NoteFormatException("a note has at most " + MAX_BYTES + " bytes");
        }
        String all;
        try {
            all = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(note)).toString();
        } catch (CharacterCodingException e) {
            throw new NoteFormatException("the note is not UTF-8");
        }
        if (all.chars().anyMatch(c -> c < 0x20 && c != '\n')) {
            throw new NoteFormatException("the note has a control character");
        }
        return all;
    }

    /**
     * The text, once the key's signature was checked. Lines of other keys are ignored, as the
     * specification asks.
     *
     * @throws NoteUnverifiedException when the key did not sign, or a signature of it does not fit
     */
    String textSignedBy(VerifierKey key) {
        if (lineOf(key).isEmpty()) {
            throw new NoteUnverifiedException("not signed by the key " + key.text());
        }
        return text;
    }

    /**
     * The last line that the key signed with, once each of its lines was checked.
     *
     * @return nothing when the key did not sign
     * @throws NoteUnverifiedException when a line has the key's name and id and does not fit
     */
    public Optional<SignatureLine> lineOf(VerifierKey key) {
        SignatureLine found = null;
        for (SignatureLine line : signatures) {
            if (line.isOf(key)) {
                if (!key.verifies(text, line.signature)) {
                    throw new NoteUnverifiedException(
                            "the signature by \"" + key.name() + "\" does not fit the text");
                }
                found = line;
            }
        }
        return Optional.ofNullable(found);
    }

    public byte[] toBytes() {
        StringBuilder out = new StringBuilder(text).append('\n');
        signatures.forEach(line -> out.append(line.text()));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
