package org.domicile.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Canonical JSON as RFC 8785 has it, of the part a plan needs: objects, arrays and strings. Written
 * here because this module depends on nothing.
 */
final class Json {
    /** Deeper documents are refused rather than recursed into. */
    static final int MAX_DEPTH = 16;

    private Json() {}

    static String sha256Hex(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Writes maps (keys sorted by UTF-16 code units, RFC 8785 section 3.2.3), lists and strings.
     */
    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof String text) {
            writeString(text, out);
        } else if (value instanceof List<?> elements) {
            out.append('[');
            String separator = "";
            for (Object element : elements) {
                out.append(separator);
                write(element, out);
                separator = ",";
            }
            out.append(']');
        } else if (value instanceof Map<?, ?> members) {
            Map<String, Object> sorted = new TreeMap<>();
            members.forEach((key, member) -> sorted.put((String) key, member));
            out.append('{');
            String separator = "";
            for (Map.Entry<String, Object> member : sorted.entrySet()) {
                out.append(separator);
                writeString(member.getKey(), out);
                out.append(':');
                write(member.getValue(), out);
                separator = ",";
            }
            out.append('}');
        } else {
            throw new IllegalArgumentException("not a value of a plan: " + value.getClass());
        }
    }

    /** RFC 8785 section 3.2.2.2: the short escapes, and \\u00xx for other control characters. */
    private static void writeString(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escape = "\"\\\b\f\n\r\t".indexOf(c);
            if (escape >= 0) {
                out.append('\\').append("\"\\bfnrt".charAt(escape));
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /**
     * Reads a document of objects, arrays and strings.
     *
     * @throws PlanFormatException on anything else, or on a document not in canonical form
     */
    static Object readCanonical(String text) {
        Reader reader = new Reader(text);
        Object value = reader.value(0);
        if (!write(value).equals(text)) {
            throw new PlanFormatException(
                    "the document is not in canonical form (RFC 8785): keys sorted, no white space,"
                            + " shortest escapes");
        }
        return value;
    }

    private static final class Reader {
        private final String text;
        private int position;

        Reader(String text) {
            this.text = text;
        }

        Object value(int depth) {
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
            Map<String, Object> members = new TreeMap<>();
            expect('{');
            if (peek() != '}') {
                do {
                    String key = string();
                    expect(':');
                    if (members.put(key, value(depth + 1)) != null) {
                        throw problem("key \"" + key + "\" appears twice");
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
            StringBuilder out = new StringBuilder();
            while (peek() != '"') {
                char c = next();
                if (c < 0x20) {
                    throw problem("control character in a string");
                }
                out.append(c == '\\' ? escaped() : c);
            }
            expect('"');
            return out.toString();
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
}
