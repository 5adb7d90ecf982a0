package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A writer of canonical JSON, RFC 8785, of the kinds of values an entry has: objects, strings,
 * whole numbers, booleans and null. The caller names members in the order of their UTF-16 code
 * units (section 3.2.3).
 */
final class CanonicalJson {
    /** Whole numbers beyond this have no exact ECMAScript number (RFC 8785 section 3.2.2.3). */
    static final long MAX_NUMBER = (1L << 53) - 1;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String ESCAPED = "\"\\\b\f\n\r\t";
    private static final String ESCAPES = "\"\\bfnrt";

    /** What {@link #clear} keeps of its memory for the next document. */
    private static final int MAX_KEPT_BYTES = 64 * 1024;

    private static final int FIRST_BYTES = 1024;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    private boolean afterValue;

    /** Begins another document. */
    CanonicalJson clear() {
        if (bytes.length > MAX_KEPT_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
        length = 0;
        afterValue = false;
        return this;
    }

    CanonicalJson beginObject() {
        put('{');
        afterValue = false;
        return this;
    }

    CanonicalJson endObject() {
        put('}');
        afterValue = true;
        return this;
    }

    CanonicalJson name(String name) {
        if (afterValue) {
            put(',');
        }
        string(name);
        put(':');
        return this;
    }

    CanonicalJson member(String name, String value) {
        return name(name).string(value);
    }

    CanonicalJson member(String name, long value) {
        return name(name).ascii(Long.toString(value));
    }

    CanonicalJson member(String name, boolean value) {
        return name(name).ascii(value ? "true" : "false");
    }

    CanonicalJson nullableMember(String name, @Nullable String value) {
        return value == null ? name(name).ascii("null") : member(name, value);
    }

    CanonicalJson nullableMember(String name, @Nullable Long value) {
        return value == null ? name(name).ascii("null") : member(name, value);
    }

    /** An object of strings; the names are sorted here. */
    CanonicalJson member(String name, Map<String, String> values) {
        name(name).beginObject();
        SortedMap<String, String> sorted =
                values instanceof SortedMap<String, String> already && already.comparator() == null
                        ? already
                        : new TreeMap<>(values);
        sorted.forEach(this::member);
        return endObject();
    }

    /** A value that was written before, see {@link #toBytes(int)}. */
    CanonicalJson raw(byte[] value) {
        makeRoom(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        afterValue = true;
        return this;
    }

    /** How much was written so far. */
    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** What was written since {@link #length} was {@code start}. */
    byte[] toBytes(int start) {
        return Arrays.copyOfRange(bytes, start, length);
    }

    private CanonicalJson ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
        afterValue = true;
        return this;
    }

    /** RFC 8785 section 3.2.2.2: short escapes, \\u00xx for other controls, the rest as it is. */
    CanonicalJson string(String text) {
        int count = text.length();
        makeRoom(count + 2);
        byte[] out = bytes;
        int at = length;
        out[at++] = '"';
        int i = 0;
        while (i < count && standsAsItIs(text.charAt(i))) {
            out[at++] = (byte) text.charAt(i++);
        }
        length = at;
        if (i < count) {
            rest(text, i);
        }
        put('"');
        afterValue = true;
        return this;
    }

    private static boolean standsAsItIs(char c) {
        return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; // 0x7f too
    }

    private void rest(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (standsAsItIs(c)) {
                put(c);
            } else if (c < 0x80) {
                escape(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                putUtf8(Character.toCodePoint(c, text.charAt(++i)));
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(
                        "text must be well-formed Unicode: half of a surrogate pair");
            } else {
                putUtf8(c);
            }
        }
    }

    private void escape(char c) {
        put('\\');
        int known = ESCAPED.indexOf(c);
        if (known >= 0) {
            put(ESCAPES.charAt(known));
        } else {
            ascii("u00");
            put(HEX[c >> 4]);
            put(HEX[c & 0xf]);
        }
    }

    private void putUtf8(int codePoint) {
        if (codePoint < 0x800) {
            put(0xc0 | (codePoint >> 6));
        } else {
            if (codePoint < 0x10000) {
                put(0xe0 | (codePoint >> 12));
            } else {
                put(0xf0 | (codePoint >> 18));
                put(0x80 | ((codePoint >> 12) & 0x3f));
            }
            put(0x80 | ((codePoint >> 6) & 0x3f));
        }
        put(0x80 | (codePoint & 0x3f));
    }

    private void put(int b) {
        makeRoom(1);
        bytes[length++] = (byte) b;
    }

    private void makeRoom(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
