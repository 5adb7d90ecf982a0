package org.domicile.ledger.note;

import java.util.Base64;

/** Base64 with exactly one spelling per value: padding required, unused bits zero. */
final class Base64Text {
    private Base64Text() {}

    static byte[] decode(String what, String text) {
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

    static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
