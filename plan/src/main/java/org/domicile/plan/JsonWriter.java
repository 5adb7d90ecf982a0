package org.domicile.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A writer of canonical JSON (RFC 8785) of the part that plans and requests need: objects, arrays
 * and strings. The caller names keys in their order; a key out of order is a mistake in the caller.
 */
public final class JsonWriter {
    private static final String ESCAPED = "\"\\\b\f\n\r\t";
    private static final String SHORT_ESCAPES = "\"\\bfnrt";

    private final StringBuilder out = new StringBuilder();

    /** The last key of each open object, innermost first; empty before its first. */
    private final Deque<String> lastKeys = new ArrayDeque<>();

    public JsonWriter beginObject() {
        out.append('{');
        lastKeys.push("");
        return this;
    }

    public JsonWriter endObject() {
        lastKeys.pop();
        out.append('}');
        return this;
    }

    public JsonWriter member(String key, String value) {
        key(key);
        string(value);
        return this;
    }

    /** Names a member whose value is written next. */
    public JsonWriter name(String key) {
        key(key);
        return this;
    }

    public <T> JsonWriter member(String key, List<T> elements, BiConsumer<JsonWriter, T> write) {
        key(key);
        out.append('[');
        String separator = "";
        for (T element : elements) {
            out.append(separator);
            write.accept(this, element);
            separator = ",";
        }
        out.append(']');
        return this;
    }

    public void string(String text) {
        out.append('"');
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                out.append(text, plain, i);
                plain = i + 1;
                escape(c);
            }
        }
        out.append(text, plain, text.length()).append('"');
    }

    /** RFC 8785 section 3.2.2.2: the short escapes, and \\u00xx for other control characters. */
    private void escape(char c) {
        int escape = ESCAPED.indexOf(c);
        if (escape >= 0) {
            out.append('\\').append(SHORT_ESCAPES.charAt(escape));
        } else {
            out.append(String.format("\\u%04x", (int) c));
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }

    /** RFC 8785 section 3.2.3: keys ascend by UTF-16 code units. */
    private void key(String key) {
        String last = lastKeys.element();
        if (last.compareTo(key) >= 0) {
            throw new IllegalStateException("key " + key + " is written after " + last);
        }
        if (!last.isEmpty()) {
            out.append(',');
        }
        lastKeys.pop();
        lastKeys.push(key);
        string(key);
        out.append(':');
    }
}
