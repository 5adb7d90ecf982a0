package org.domicile.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON of the part a plan needs: objects, arrays and strings, without white space. Written
 * here because this module depends on nothing. Whether the document was canonical is known only
 * once it has been written again, see {@link #requireCanonical}.
 */
public final class Json {
    /** Deeper documents are refused rather than recursed into. */
    static final int MAX_DEPTH = 16;

    /** Of one document; a plan of 1,000 tables and 20 audiences has about 20 million. */
    static final int MAX_CHARACTERS = 1 << 28;

    private final String text;
    private int position;

    private Json(String text) {
        this.text = text;
    }

    public static String sha256Hex(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Reads one document.
     *
     * @throws PlanFormatException on anything but objects, arrays and strings
     */
    public static Object read(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new PlanFormatException(
                    "the document has more than " + MAX_CHARACTERS + " characters");
        }
        Json reader = new Json(text);
        Object value = reader.value(0);
        if (reader.position != text.length()) {
            throw reader.problem("expected the document's end");
        }
        return value;
    }

    /**
     * Compares a document with the same content written again, so that one content has one digest.
     *
     * @throws PlanFormatException at their first difference
     */
    public static void requireCanonical(String document, String written) {
        if (document.equals(written)) {
            return;
        }
        int length = Math.min(document.length(), written.length());
        int position = 0;
        while (position < length && document.charAt(position) == written.charAt(position)) {
            position++;
        }
        throw new PlanFormatException(
                "at character "
                        + position
                        + ": the document is not in canonical form: keys and lists sorted, no"
                        + " white space, shortest escapes");
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw problem("nested deeper than " + MAX_DEPTH);
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            default -> throw problem("expected an object, an array or a string");
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new HashMap<>();
        expect('{');
        if (peek() != '}') {
            do {
                String key = string();
                expect(':');
                if (members.put(key, value(depth + 1)) != null) {
                    throw problem("a key appears twice");
                }
            } while (accept(','));
        }
        expect('}');
        return members;
    }

    private List<Object> array(int depth) {
        List<Object> elements = new ArrayList<>();
        expect('[');
        if (peek() != ']') {
            do {
                elements.add(value(depth + 1));
            } while (accept(','));
        }
        expect(']');
        return elements;
    }

    private String string() {
        expect('"');
        int start = position;
        StringBuilder escapes = null;
        while (peek() != '"') {
            char c = next();
            if (c < 0x20) {
                throw problem("control character in a string");
            }
            if (c == '\\') {
                escapes = escapes == null ? new StringBuilder() : escapes;
                escapes.append(text, start, position - 1).append(escaped());
                start = position;
            }
        }
        String rest = text.substring(start, position);
        expect('"');
        return escapes == null ? rest : escapes.append(rest).toString();
    }

    private char escaped() {
        char c = next();
        if (c == 'u') {
            int end = Math.min(position + 4, text.length());
            String digits = text.substring(position, end);
            if (!digits.matches("[0-9a-f]{4}")) {
                throw problem("\\u takes four lower-case hexadecimal digits");
            }
            position = end;
            return (char) Integer.parseInt(digits, 16);
        }
        int escape = "\"\\bfnrt".indexOf(c);
        if (escape < 0) {
            throw problem("unknown escape");
        }
        return "\"\\\b\f\n\r\t".charAt(escape);
    }

    private char peek() {
        if (position >= text.length()) {
            throw problem("the document ends early");
        }
        return text.charAt(position);
    }

    private char next() {
        char c = peek();
        position++;
        return c;
    }

    private boolean accept(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        position++;
        return true;
    }

    private void expect(char wanted) {
        if (!accept(wanted)) {
            throw problem("expected '" + wanted + "'");
        }
    }

    private PlanFormatException problem(String what) {
        return new PlanFormatException("at character " + position + ": " + what);
    }
}
