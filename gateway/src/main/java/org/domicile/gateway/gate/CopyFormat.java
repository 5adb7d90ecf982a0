package org.domicile.gateway.gate;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How {@code COPY … TO STDOUT} writes its rows, with every default filled in. Characters are ASCII
 * and no line ends. Text always ends a line with a line feed; both ends of lines can stand in a CSV
 * value, inside quotes.
 *
 * @param header whether the first line names the columns; never in BINARY
 * @param nullText what stands for NULL, unquoted in CSV
 * @param quote CSV's; it also quotes values that equal {@code nullText}
 * @param escape CSV's, before a quote or itself inside quotes
 * @param forceQuote names of columns whose values are always quoted; null for all of them
 */
public record CopyFormat(
        Kind kind,
        boolean header,
        char delimiter,
        String nullText,
        char quote,
        char escape,
        @Nullable List<String> forceQuote) {

    /** The three formats. */
    public enum Kind {
        TEXT,
        CSV,
        BINARY
    }

    static final CopyFormat BINARY =
            new CopyFormat(Kind.BINARY, false, '\t', "\\N", '"', '"', List.of());

    public CopyFormat {
        if (!isMark(delimiter) || !isMark(quote) || !isMark(escape)) {
            throw new IllegalArgumentException("a mark is an ASCII character and no line end");
        }
        forceQuote = forceQuote == null ? null : List.copyOf(forceQuote);
    }

    /** Whether a character can part, quote or escape values. */
    static boolean isMark(char c) {
        return c > 0 && c < 0x80 && c != '\n' && c != '\r';
    }

    /** The options in SQL, each written out: {@code (FORMAT csv, HEADER true, …)}. */
    public String sql() {
        String format = "(FORMAT " + kind.name().toLowerCase(Locale.ROOT);
        if (kind != Kind.BINARY) {
            // 14 knows no header in text, so it is only named where there is one.
            format += header ? ", HEADER true" : "";
            format += ", DELIMITER " + literal(String.valueOf(delimiter));
            format += ", NULL " + literal(nullText);
        }
        if (kind == Kind.CSV) {
            format += ", QUOTE " + literal(String.valueOf(quote));
            format += ", ESCAPE " + literal(String.valueOf(escape));
            format += forceQuoteSql(forceQuote);
        }
        return format + ")";
    }

    private static String forceQuoteSql(@Nullable List<String> columns) {
        if (columns == null) {
            return ", FORCE_QUOTE *";
        }
        return columns.isEmpty()
                ? ""
                : columns.stream()
                        .map(column -> '"' + column.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(", ", ", FORCE_QUOTE (", ")"));
    }

    private static String literal(String text) {
        // standard_conforming_strings is always on.
        return "'" + text.replace("'", "''") + "'";
    }
}
