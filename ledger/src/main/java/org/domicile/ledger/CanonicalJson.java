package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
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

    private byte[] bytes = new byte[512];
    private int length;
    private boolean afterValue;

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

    /** An object of strings; the names are sorted here. */
    CanonicalJson member(String name, Map<String, String> values) {
        name(name).beginObject();
        new TreeMap<>(values).forEach(this::member);
        return endObject();
    }

    /** How much was written so far. */
    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
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
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') { // 0x7f too stands as it is
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
        put('"');
        afterValue = true;
        return this;
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
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) b;
    }
}
