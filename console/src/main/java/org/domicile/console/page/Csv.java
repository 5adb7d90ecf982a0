package org.domicile.console.page;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of comma-separated values (RFC 4180, in UTF-8). NULL is nothing between two commas and an
 * empty text is {@code ""}, as PostgreSQL's COPY writes them (section "CSV Format"). A text that a
 * spreadsheet would take for a formula gets an apostrophe before it, and so is not quite what was
 * shown; numbers stay as they are.
 */
public final class Csv {
    /** What formulas begin with in spreadsheets, and what these skip before they look. */
    private static final Pattern FORMULA =
            Pattern.compile(
                    "(?s)[\\s\\p{Cntrl}\\p{Z}\\ufeff]*[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20].*");

    /** A number, also of a telephone: nothing that could be run. */
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\\+[0-9]+(?: [0-9]+)*");

    private static final Pattern QUOTED = Pattern.compile("(?s).*[\",\\r\\n].*|[ \\t].*|.*[ \\t]|");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int maxBytes;

    Csv(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** It does not fit into the file; nothing of it should be used. */
    static final class FullException extends java.io.IOException {
        FullException() {
            super("the file would be too large");
        }
    }

    /** Writes a line. */
    void line(List<? extends @Nullable String> values) throws FullException {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                line.append(',');
            }
            String value = values.get(i);
            if (value != null) {
                line.append(field(value));
            }
        }
        byte[] bytes = line.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > maxBytes - out.size()) {
            throw new FullException();
        }
        out.writeBytes(bytes);
    }

    private static String field(String value) {
        String safe = isFormula(value) ? "'" + value : value;
        return QUOTED.matcher(safe).matches() ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }

    private static boolean isFormula(String value) {
        return FORMULA.matcher(value).matches() && !NUMBER.matcher(value).matches();
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
