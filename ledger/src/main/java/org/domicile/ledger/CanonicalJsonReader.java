package org.domicile.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A reader of canonical JSON, RFC 8785, of the kinds of values an entry has. It takes exactly what
 * {@link CanonicalJson} writes, so nothing has to be written again to be compared: no space,
 * members in order and each once, one spelling for each string and number.
 *
 * <p>Documents of a ledger are much alike. So a document is held against the one before it that
 * looked most like it, and only what differs is read; where the same bytes stand at the same place,
 * reading them would come to the same. For one thread.
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

    /** As many documents are remembered, */
    private static final int REMEMBERED = 64;

    /** of at most so many bytes each. */
    private static final int MAX_REMEMBERED_BYTES = 4096;

    /** From the end of an entry to the last letter of its type, which tells its members. */
    private static final int TYPE_FROM_END = 9;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final @Nullable JsonObject[] remembered = new JsonObject[REMEMBERED];
    private byte[] document = new byte[0];
    private int at;

    private record KnownName(byte[] bytes, String name) {}

    /**
     * The one object that a document is, until the next is read.
     *
     * @throws EntryFormatException when it is not, or not canonical
     */
    JsonObject read(byte[] whole) {
        if (whole.length == 0 || whole[0] != '{') {
            throw new EntryFormatException("is not a JSON object");
        }
        document = whole;
        at = 0;
        // Documents of one kind and length likely are of one statement.
        int kind = whole.length > TYPE_FROM_END ? whole[whole.length - TYPE_FROM_END] : 0;
        int slot = Integer.remainderUnsigned(31 * whole.length + kind, REMEMBERED);
        JsonObject like = remembered[slot];
        remembered[slot] = null; // it changes; a document that is refused leaves nothing behind
        JsonObject object = object(1, like);
        if (at != document.length) {
            throw notCanonical();
        }
        if (whole.length <= MAX_REMEMBERED_BYTES) {
            remembered[slot] = object;
        }
        return object;
    }

    private JsonObject object(int depth, @Nullable JsonObject like) {
        if (depth > MAX_DEPTH) {
            throw new EntryFormatException("nests deeper than an entry does");
        }
        int start = at;
        if (like != null && like.count() > 0) {
            if (readLike(like, depth)) {
                return like;
            }
            at = start;
        }
        expect('{');
        JsonObject object = new JsonObject();
        if (peek() == '}') {
            at++;
            object.source(document, start, at);
            return object;
        }
        String before = null;
        while (true) {
            int nameAt = at;
            String name = name();
            if (before != null && before.compareTo(name) >= 0) {
                throw notCanonical();
            }
            before = name;
            expect(':');
            int valueAt = at;
            Object value = value(depth, null);
            object.add(name, value, nameAt - start, valueAt - start, at - start);
            if (peek() == '}') {
                at++;
                object.source(document, start, at);
                return object;
            }
            expect(',');
        }
    }

    /**
     * Makes {@code like}, which has members, the object that begins here, if that has the same
     * names. Otherwise it is of no use any more.
     */
    private boolean readLike(JsonObject like, int depth) {
        int start = at;
        int count = like.count();
        byte[] old = like.document();
        int oldStart = like.from();
        int oldEnd = like.to();
        like.changes();
        at++; // the brace that brought the reader here
        for (int member = 0; member < count; member++) {
            int oldAt = oldStart + like.nameAt(member);
            int same = Arrays.mismatch(old, oldAt, oldEnd, document, at, document.length);
            int sameTo = like.nameAt(member) + (same < 0 ? oldEnd - oldAt : same);
            int further = at - start - like.nameAt(member);
            // A member is the same if the byte after it is: a number might go on.
            while (like.end(member) < sameTo) {
                at = start + like.end(member) + further;
                like.keep(member, further);
                if (member == count - 1) {
                    at++; // the closing brace
                    like.source(document, start, at);
                    return true;
                }
                at++; // the comma
                member++;
            }
            if (like.valueAt(member) > sameTo) {
                return false; // another name
            }
            int nameAt = like.nameAt(member) + further;
            int valueAt = like.valueAt(member) + further;
            at = start + valueAt;
            Object value = value(depth, like.value(member));
            like.set(member, value, nameAt, valueAt, at - start);
            if (peek() != (member == count - 1 ? '}' : ',')) {
                return false; // more members, or fewer
            }
            at++;
        }
        like.source(document, start, at);
        return true;
    }

    private @Nullable Object value(int depth, @Nullable Object like) {
        return switch (peek()) {
            case '"' -> string();
            case '{' -> object(depth + 1, like instanceof JsonObject before ? before : null);
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
        while (end <= document.length - Long.BYTES) {
            long others = notPlain((long) EIGHT_BYTES.get(document, end));
            if (others != 0) {
                return end + (Long.numberOfTrailingZeros(others) >>> 3);
            }
            end += Long.BYTES;
        }
        while (end < document.length) {
            byte b = document[end];
            if (b < 0x20 || b == '"' || b == '\\') {
                return end; // a byte of a longer character is negative
            }
            end++;
        }
        return end;
    }

    /**
     * Of eight bytes at once: the lowest bit that is set is in the first byte that does not stand
     * as it is. What it says of bytes after that one may be wrong, by the borrow of a subtraction.
     */
    private static long notPlain(long eight) {
        long quotes = eight ^ ('"' * ONES);
        long backslashes = eight ^ ('\\' * ONES);
        long low = (eight - 0x20 * ONES) & ~eight;
        long found = ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) | low;
        return (found | eight) & HIGH_BITS;
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
