package org.domicile.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.domicile.ledger.note.Handover;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;
import org.jspecify.annotations.Nullable;

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

    /** More than a note of a passkey has with all that a browser may say. */
    private static final int MAX_NOTE_LENGTH = 1400;

    private static final int SECOND_CHARACTERS = 20;
    private static final int SESSION_DIGITS = 32;
    private static final int DIGEST_DIGITS = 64;
    private static final int SQL_STATE_CHARACTERS = 5;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    /** Accepted before; they come again and again as the very same objects. */
    private static final AtomicReferenceArray<@Nullable String> NAMES =
            new AtomicReferenceArray<>(256);

    private static final AtomicReferenceArray<@Nullable String> WORDS =
            new AtomicReferenceArray<>(256);
    private static final AtomicReferenceArray<@Nullable String> PLANS =
            new AtomicReferenceArray<>(256);

    private FactRules() {}

    static void requireSession(String session, long sequence, String plan, String counterparty) {
        require(isHex(session, SESSION_DIGITS), "session", "32 lower-case hexadecimal digits");
        requireCount("sequence", sequence);
        if (!isKnown(PLANS, plan)) {
            requireDigest("plan", plan);
            know(PLANS, plan);
        }
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

    /** Of any key; whose signature it has, whoever verifies finds out. */
    static void requireNote(String field, String note) {
        try {
            boolean same =
                    Arrays.equals(
                            SignedNote.parse(note.getBytes(StandardCharsets.UTF_8)).toBytes(),
                            note.getBytes(StandardCharsets.UTF_8));
            require(
                    same && note.length() <= MAX_NOTE_LENGTH,
                    field,
                    "signed notes of at most " + MAX_NOTE_LENGTH + " characters");
        } catch (NoteFormatException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    /** A time in UTC to the second. */
    static void requireSecond(String field, String value) {
        boolean fits = value.length() == SECOND_CHARACTERS;
        try {
            fits = fits && Instant.parse(value).toString().equals(value);
        } catch (DateTimeException e) {
            fits = false;
        }
        require(fits, field, "a time such as 2026-11-22T18:00:00Z");
    }

    static void requireVerifierKey(String key) {
        try {
            var _ = VerifierKey.parse(key);
        } catch (NoteFormatException e) {
            throw new IllegalArgumentException("key: " + e.getMessage(), e);
        }
    }

    static void requireName(String field, String value) {
        if (!isKnown(NAMES, value)) {
            require(
                    isName(value, MAX_NAME, '_'),
                    field,
                    "lower-case letters, digits and _, 1 to 63, a letter first");
            know(NAMES, value);
        }
    }

    @SuppressWarnings("ReferenceEquality") // comparing the characters would cost as much as a check
    private static boolean isKnown(AtomicReferenceArray<@Nullable String> known, String value) {
        return known.getPlain(value.hashCode() & (known.length() - 1)) == value;
    }

    private static void know(AtomicReferenceArray<@Nullable String> known, String accepted) {
        known.setPlain(accepted.hashCode() & (known.length() - 1), accepted);
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
        if (!isKnown(WORDS, value)) {
            require(
                    isName(value, MAX_NAME, '-'),
                    field,
                    "lower-case letters, digits and -, 1 to 63, a letter first");
            know(WORDS, value);
        }
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
        // Other characters than of Latin-1 become a question mark.
        byte[] characters = value.getBytes(StandardCharsets.ISO_8859_1);
        int at = 0;
        for (; at <= digits - Long.BYTES; at += Long.BYTES) {
            long eight = (long) EIGHT_BYTES.get(characters, at);
            if (((inRange(eight, '0', '9') | inRange(eight, 'a', 'f')) & ~eight & HIGH_BITS)
                    != HIGH_BITS) {
                return false;
            }
        }
        for (; at < digits; at++) {
            byte c = characters[at];
            if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    /** Of eight bytes below 0x80: the highest bit of each that is in the range. */
    private static long inRange(long eight, char first, char last) {
        return (eight + (0x80 - first) * ONES) & ~(eight + (0x7f - last) * ONES);
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
