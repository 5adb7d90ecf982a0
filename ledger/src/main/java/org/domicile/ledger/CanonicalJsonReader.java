package org.domicile.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A reader of canonical JSON, RFC 8785, of the kinds of values an entry has. It takes exactly what
 * {@link CanonicalJson} writes, so nothing has to be written again to be compared: no space,
 * members in order and each once, one spelling for each string and number. For one document.
 */
final class CanonicalJsonReader {
    /** An entry nests three objects: itself, {@code columns}, a relation. */
    static final int MAX_DEPTH = 3;

    /** Digits of {@link CanonicalJson#MAX_NUMBER}. */
    private static final int MAX_DIGITS = 16;

    /**
     * Names of members that came before; a slot is taken over by the next name that falls on it.
     */
    private static final AtomicReferenceArray<@Nullable KnownName> NAMES =
            new AtomicReferenceArray<>(4096);

    private static final int MAX_KNOWN_NAME = 64;
    private static final String ESCAPES = "\"\\bfnrt";
    private static final String ESCAPED = "\"\\\b\f\n\r\t";

    private final byte[] document;
    private int at;

    CanonicalJsonReader(byte[] document) {
        this.document = document;
    }

    private record KnownName(byte[] bytes, String name) {}

    /**
     * The one object that the document is.
     *
     * @throws EntryFormatException when it is not, or not canonical
     */
    JsonObject document() {
        if (document.length == 0 || document[0] != '{') {
            throw new EntryFormatException("is not a JSON object");
        }
        JsonObject object = object(1);
        if (at != document.length) {
            throw notCanonical();
        }
        return object;
    }

    private JsonObject object(int depth) {
        if (depth > MAX_DEPTH) {
            throw new EntryFormatException("nests deeper than an entry does");
        }
        int start = at;
        expect('{');
        JsonObject object = new JsonObject();
        if (peek() == '}') {
            at++;
            object.source(document, start, at);
            return object;
        }
        String before = null;
        while (true) {
            String name = name();
            if (before != null && before.compareTo(name) >= 0) {
                throw notCanonical();
            }
            before = name;
            expect(':');
            object.add(name, value(depth));
            if (peek() == '}') {
                at++;
                object.source(document, start, at);
                return object;
            }
            expect(',');
        }
    }

    private @Nullable Object value(int depth) {
        return switch (peek()) {
            case '"' -> string();
            case '{' -> object(depth + 1);
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw new EntryFormatException("has a kind of value that no entry has");
        };
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
        return value;
    }

    private Long number() {
        long number = 0;
        int start = at;
        while (at < document.length && document[at] >= '0' && document[at] <= '9') {
            if (at - start == MAX_DIGITS) {
                throw new EntryFormatException("has a number beyond 2^53 - 1");
            }
            number = 10 * number + (document[at++] - '0');
        }
        if (number > CanonicalJson.MAX_NUMBER) {
            throw new EntryFormatException("has a number beyond 2^53 - 1");
        }
        if (document[start] == '0' && at - start > 1) {
            throw notCanonical();
        }
        return number;
    }

    private String name() {
        expect('"');
        int end = endOfPlain(at);
        int length = end - at;
        if (end == document.length || document[end] != '"' || length > MAX_KNOWN_NAME) {
            at--;
            return string();
        }
        int slot = 0;
        if (length > 0) {
            // Enough to keep an entry's names apart; a clash costs time and nothing else.
            slot = 31 * length + document[at];
            slot = 31 * slot + document[at + length / 2];
            slot = (31 * slot + document[end - 1]) & (NAMES.length() - 1);
        }
        KnownName known = NAMES.get(slot);
        if (known == null
                || !Arrays.equals(known.bytes(), 0, known.bytes().length, document, at, end)) {
            byte[] bytes = Arrays.copyOfRange(document, at, end);
            known = new KnownName(bytes, new String(bytes, StandardCharsets.ISO_8859_1).intern());
            NAMES.set(slot, known);
        }
        at = end + 1;
        return known.name();
    }

    private String string() {
        expect('"');
        int start = at;
        int end = endOfPlain(start);
        if (end < document.length && document[end] == '"') {
            at = end + 1;
            return new String(document, start, end - start, StandardCharsets.ISO_8859_1);
        }
        while (end < document.length && document[end] != '"') {
            end += document[end] == '\\' ? 2 : 1;
        }
        if (end >= document.length) {
            throw new EntryFormatException("ends within a string");
        }
        at = end + 1;
        return unescaped(start, end);
    }

    /** The end of the characters that stand as they are and have one byte. */
    private int endOfPlain(int from) {
        int end = from;
        while (end < document.length) {
            byte b = document[end];
            if (b < 0x20 || b == '"' || b == '\\') {
                return end; // a byte of a longer character is negative
            }
            end++;
        }
        return end;
    }

    /** RFC 8785 section 3.2.2.2: one spelling for each character. */
    private String unescaped(int start, int end) {
        String raw;
        try {
            // Refuses what is not the shortest form, and halves of surrogate pairs.
            raw =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(document, start, end - start))
                            .toString();
        } catch (CharacterCodingException e) {
            throw new EntryFormatException("has text that is not UTF-8");
        }
        StringBuilder text = new StringBuilder(raw.length());
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i++);
            if (c < 0x20) {
                throw notCanonical();
            } else if (c != '\\') {
                text.append(c);
            } else if (raw.charAt(i) == 'u') {
                text.append(control(raw, i + 1));
                i += 5;
            } else {
                int escape = ESCAPES.indexOf(raw.charAt(i++));
                if (escape < 0) {
                    throw notCanonical();
                }
                text.append(ESCAPED.charAt(escape));
            }
        }
        return text.toString();
    }

    /** The character of four digits; only controls without a shorter escape are spelled so. */
    private static char control(String raw, int digits) {
        if (digits + 4 <= raw.length() && raw.startsWith("00", digits)) {
            int high = raw.charAt(digits + 2) - '0';
            int low = "0123456789abcdef".indexOf(raw.charAt(digits + 3));
            char c = (char) (16 * high + low);
            if ((high == 0 || high == 1) && low >= 0 && ESCAPED.indexOf(c) < 0) {
                return c;
            }
        }
        throw notCanonical();
    }

    private int peek() {
        if (at == document.length) {
            throw new EntryFormatException("ends before its JSON object does");
        }
        return document[at];
    }

    private void expect(char c) {
        if (peek() != c) {
            throw notCanonical();
        }
        at++;
    }

    private static EntryFormatException notCanonical() {
        return new EntryFormatException("is not in canonical form (RFC 8785)");
    }
}
