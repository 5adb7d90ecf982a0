package org.domicile.ledger.note;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text with signature lines, C2SP signed-note.
 *
 * @param text what is signed, its last newline included
 */
record SignedNote(String text, List<SignatureLine> signatures) {
    /** A larger note is refused unread. */
    static final int MAX_BYTES = 64 * 1024;

    /** The specification asks for at least 16. */
    static final int MAX_SIGNATURES = 64;

    private static final String LINE_START = "\u2014 ";
    private static final int KEY_ID_BYTES = 4;

    SignedNote {
        signatures = List.copyOf(signatures);
        if (!text.endsWith("\n")) {
            throw new NoteFormatException("a note's text ends in a newline");
        }
    }

    /** One line {@code — <name> <base64(key id, signature)>}. */
    record SignatureLine(String name, int keyId, byte[] signature) {
        String text() {
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
    static SignedNote parse(byte[] note) {
        String all = decode(note);
        int split = all.lastIndexOf("\n\n");
        if (split < 0 || !all.endsWith("\n") || split + 2 >= all.length()) {
            throw new NoteFormatException(
                    "a signed note is a text, an empty line, and signature lines");
        }
        String[] lines = all.substring(split + 2, all.length() - 1).split("\n", -1);
        if (lines.length > MAX_SIGNATURES) {
            throw new NoteFormatException(
                    "a note has at most " + MAX_SIGNATURES + " signature lines");
        }
        List<SignatureLine> signatures = new ArrayList<>();
        for (String line : lines) {
            signatures.add(parseLine(line));
        }
        return new SignedNote(all.substring(0, split + 1), signatures);
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
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        boolean signed = false;
        for (SignatureLine line : signatures) {
            if (line.name().equals(key.name()) && line.keyId() == key.keyId()) {
                if (!key.verifies(message, line.signature())) {
                    throw new NoteUnverifiedException(
                            "the signature by \"" + key.name() + "\" does not fit the text");
                }
                signed = true;
            }
        }
        if (!signed) {
            throw new NoteUnverifiedException("not signed by the key " + key.text());
        }
        return text;
    }

    byte[] toBytes() {
        StringBuilder out = new StringBuilder(text).append('\n');
        signatures.forEach(line -> out.append(line.text()));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
