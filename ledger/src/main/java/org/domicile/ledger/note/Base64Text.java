package org.domicile.ledger.note;

import java.util.Base64;

/** Base64 with exactly one spelling per value: padding required, unused bits zero. */
public final class Base64Text {
    private Base64Text() {}

    /**
     * Reads the one spelling.
     *
     * @param what for the message, which repeats nothing of the text
     * @throws NoteFormatException when it is none
     */
    public static byte[] decode(String what, String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new NoteFormatException(what + " is not base64");
        }
        if (!encode(bytes).equals(text)) {
            throw new NoteFormatException(what + " is not in the one canonical base64 spelling");
        }
        return bytes;
    }

    public static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
