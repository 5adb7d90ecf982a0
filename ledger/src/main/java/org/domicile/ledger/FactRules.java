package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.domicile.ledger.note.Handover;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.VerifierKey;

/**
 * The spelling rules of an entry's fields, one place for every reader and writer. A message names
 * the field and never repeats its value.
 */
final class FactRules {
    static final int MAX_PRIVATE_FIELDS = 16;

    /** More than a qualified PostgreSQL name or a transform's text can have. */
    static final int MAX_SHORT_TEXT = 255;

    /** The longest name of a key, a plus and eight digits. */
    private static final int MAX_WITNESS = 264;

    private static final int MAX_NAME = 63;
    private static final int MAX_CATEGORY = 128;
    private static final int SESSION_DIGITS = 32;
    private static final int DIGEST_DIGITS = 64;
    private static final int SQL_STATE_CHARACTERS = 5;

    /** 1 for each character that is no lower-case hexadecimal digit. */
    private static final byte[] NOT_HEX = notHex();

    private FactRules() {}

    static void requireSession(String session, long sequence, String plan, String counterparty) {
        require(isHex(session, SESSION_DIGITS), "session", "32 lower-case hexadecimal digits");
        requireCount("sequence", sequence);
        requireDigest("plan", plan);
        requireName("counterparty", counterparty);
    }

    static void requireWitness(String witness, long size) {
        require(
                !witness.isEmpty() && witness.length() <= MAX_WITNESS,
                "witness",
                "a name and a key id of at most " + MAX_WITNESS + " characters");
        requireCount("size", size);
    }

    static void requireHandover(String note) {
        try {
            var _ = Handover.open(note.getBytes(StandardCharsets.UTF_8));
        } catch (NoteFormatException | NoteUnverifiedException e) {
            throw new IllegalArgumentException("handover: " + e.getMessage(), e);
        }
    }

    static void requireVerifierKey(String key) {
        try {
            var _ = VerifierKey.parse(key);
        } catch (NoteFormatException e) {
            throw new IllegalArgumentException("key: " + e.getMessage(), e);
        }
    }

    static void requireName(String field, String value) {
        require(
                isName(value, MAX_NAME, '_'),
                field,
                "lower-case letters, digits and _, 1 to 63, a letter first");
    }

    static void requireDigest(String field, String value) {
        require(isDigest(value), field, "64 lower-case hexadecimal digits");
    }

    static boolean isDigest(String value) {
        return isHex(value, DIGEST_DIGITS);
    }

    static void requireSqlState(String value) {
        boolean fits = value.length() == SQL_STATE_CHARACTERS;
        for (int i = 0; fits && i < value.length(); i++) {
            char c = value.charAt(i);
            fits = isDigit(c) || (c >= 'A' && c <= 'Z');
        }
        require(fits, "sqlState", "five digits or capital letters");
    }

    /** A stable word for a rule. */
    static void requireWord(String field, String value) {
        require(
                isName(value, MAX_NAME, '-'),
                field,
                "lower-case letters, digits and -, 1 to 63, a letter first");
    }

    static void requireCategory(String field, String value) {
        boolean fits = value.length() <= MAX_CATEGORY;
        int start = 0;
        while (fits && start <= value.length()) {
            int dot = value.indexOf('.', start);
            int end = dot < 0 ? value.length() : dot;
            fits = isName(value, start, end, '_');
            start = end + 1;
        }
        require(fits, field, "data categories, dotted names of at most 128 characters");
    }

    /** A relation, a column or a transform. */
    static void requireShortText(String field, String value) {
        if (value.isEmpty() || value.length() > MAX_SHORT_TEXT) {
            throw new IllegalArgumentException(
                    field + " must have 1 to " + MAX_SHORT_TEXT + " characters");
        }
    }

    static void requireCount(String field, long value) {
        if (value < 0 || value > CanonicalJson.MAX_NUMBER) {
            throw new IllegalArgumentException(field + " must be from 0 to 2^53 - 1");
        }
    }

    private static boolean isName(String value, int maxLength, char joint) {
        return value.length() <= maxLength && isName(value, 0, value.length(), joint);
    }

    /** Lower-case letters, digits and {@code joint}, a letter first. */
    private static boolean isName(String value, int from, int to, char joint) {
        if (from == to || !isLetter(value.charAt(from))) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            char c = value.charAt(i);
            if (!isLetter(c) && !isDigit(c) && c != joint) {
                return false;
            }
        }
        return true;
    }

    static boolean isHex(String value, int digits) {
        if (value.length() != digits) {
            return false;
        }
        // Other characters become a question mark; a table costs less than ranges.
        byte[] characters = value.getBytes(StandardCharsets.ISO_8859_1);
        int others = 0;
        for (byte character : characters) {
            others |= NOT_HEX[character & 0xff];
        }
        return others == 0;
    }

    private static byte[] notHex() {
        byte[] others = new byte[256];
        Arrays.fill(others, (byte) 1);
        for (byte digit : "0123456789abcdef".getBytes(StandardCharsets.US_ASCII)) {
            others[digit] = 0;
        }
        return others;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static void require(boolean fits, String field, String rule) {
        if (!fits) {
            throw new IllegalArgumentException(field + " must be " + rule);
        }
    }
}
