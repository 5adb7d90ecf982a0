package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the options of a COPY, of the spelling in brackets and of the one before 9.0. */
final class CopyOptions {
    private static final Set<String> KNOWN =
            Set.of(
                    "format",
                    "delimiter",
                    "null",
                    "header",
                    "quote",
                    "escape",
                    "force_quote",
                    "encoding");

    /** Characters a value in text format may hold unescaped, or escape with. */
    private static final String NOT_IN_TEXT = "\\.abcdefghijklmnopqrstuvwxyz0123456789";

    private final Map<String, JsonNode> options = new HashMap<>();

    private CopyOptions(JsonNode list) throws RefusedException {
        for (JsonNode element : list) {
            JsonNode option = element.path("DefElem");
            String name = option.path("defname").asText();
            if (!KNOWN.contains(name)) {
                throw refused(
                        "this option of COPY is not allowed",
                        "FORMAT, DELIMITER, NULL, HEADER, QUOTE, ESCAPE, FORCE_QUOTE and ENCODING"
                                + " 'UTF8' are.");
            }
            if (options.put(name, option.path("arg")) != null) {
                throw invalid("an option of COPY is given twice");
            }
        }
    }

    static CopyFormat read(JsonNode list) throws RefusedException {
        return new CopyOptions(list).format();
    }

    private CopyFormat format() throws RefusedException {
        String encoding = text("encoding", "UTF8").toUpperCase(Locale.ROOT).replace("-", "");
        if (!encoding.equals("UTF8") && !encoding.equals("UNICODE")) {
            throw refused("COPY writes UTF-8 only", "Leave ENCODING out, or write 'UTF8'.");
        }
        return switch (text("format", "text")) {
            case "text" -> {
                onlyAmong("text", "delimiter", "null", "header");
                char delimiter = mark("delimiter", '\t');
                if (NOT_IN_TEXT.indexOf(delimiter) >= 0) {
                    throw invalid("this delimiter cannot be told from a value");
                }
                String nullText = nullText("\\N", delimiter);
                if (nullText.indexOf('\\') >= 0 && !nullText.equals("\\N")) {
                    // It would escape the delimiter after it.
                    throw invalid("what stands for NULL may hold a backslash in \\N only");
                }
                yield new CopyFormat(
                        CopyFormat.Kind.TEXT, header(), delimiter, nullText, '"', '"', List.of());
            }
            case "csv" -> {
                char delimiter = mark("delimiter", ',');
                char quote = mark("quote", '"');
                String nullText = nullText("", delimiter);
                if (delimiter == quote || nullText.indexOf(quote) >= 0) {
                    throw invalid("the quote must differ from the delimiter and from NULL");
                }
                yield new CopyFormat(
                        CopyFormat.Kind.CSV,
                        header(),
                        delimiter,
                        nullText,
                        quote,
                        mark("escape", quote),
                        forceQuote());
            }
            case "binary" -> {
                onlyAmong("binary");
                yield CopyFormat.BINARY;
            }
            default -> throw invalid("COPY writes the formats text, csv and binary");
        };
    }

    private void onlyAmong(String format, String... names) throws RefusedException {
        Set<String> rest = new java.util.HashSet<>(options.keySet());
        rest.removeAll(Set.of("format", "encoding"));
        rest.removeAll(Set.of(names));
        if (!rest.isEmpty()) {
            throw invalid(rest.iterator().next() + " is not for the format " + format);
        }
    }

    private String text(String name, String otherwise) throws RefusedException {
        JsonNode arg = options.get(name);
        if (arg == null) {
            return otherwise;
        }
        if (!arg.has("String")) {
            throw invalid(name + " needs a text");
        }
        return arg.path("String").path("sval").asText("");
    }

    private char mark(String name, char otherwise) throws RefusedException {
        String text = text(name, String.valueOf(otherwise));
        if (text.length() != 1 || !CopyFormat.isMark(text.charAt(0))) {
            throw invalid(name + " must be a single character of ASCII, and no line end");
        }
        return text.charAt(0);
    }

    private String nullText(String otherwise, char delimiter) throws RefusedException {
        String text = text("null", otherwise);
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 || text.indexOf(delimiter) >= 0) {
            throw invalid("what stands for NULL may hold neither the delimiter nor a line end");
        }
        return text;
    }

    private boolean header() throws RefusedException {
        JsonNode arg = options.get("header");
        if (arg == null) {
            return false;
        }
        if (arg.isMissingNode()) {
            return true;
        }
        if (arg.has("Boolean")) {
            return arg.path("Boolean").path("boolval").asBoolean(false);
        }
        String value =
                arg.has("Integer")
                        ? arg.path("Integer").path("ival").asText("0")
                        : text("header", "");
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "true", "on" -> true;
            case "0", "false", "off" -> false;
            default -> throw invalid("HEADER is true or false");
        };
    }

    private @Nullable List<String> forceQuote() throws RefusedException {
        JsonNode arg = options.get("force_quote");
        if (arg == null) {
            return List.of();
        }
        if (arg.has("A_Star")) {
            return null;
        }
        JsonNode items = arg.path("List").path("items");
        List<String> names = Tree.strings(items);
        if (names.isEmpty() || names.size() < items.size()) {
            throw invalid("FORCE_QUOTE needs names of columns, or *");
        }
        return names;
    }

    private static RefusedException invalid(String message) {
        return new RefusedException(
                "22023",
                "copy-option",
                message,
                "docs/statements.md shows the options of COPY and what they take.");
    }

    private static RefusedException refused(String message, String hint) {
        return RefusedException.unsupported("copy-option", message, hint);
    }
}
