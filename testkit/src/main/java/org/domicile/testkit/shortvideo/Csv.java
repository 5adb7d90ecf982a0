package org.domicile.testkit.shortvideo;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/**
 * A strict reader of comma-separated text with a header: every row has exactly the header's
 * columns, and a field may be quoted as in RFC 4180, though not run over several lines. Whatever
 * else comes is refused with the file, the line and the column.
 */
final class Csv implements AutoCloseable {
    private static final int MAX_LINE_CHARACTERS = 10_000;

    private final String file;
    private final List<String> columns;
    private final BufferedReader reader;
    private int line;
    private List<String> fields = List.of();

    /** Reads the header, which must be as expected. */
    Csv(String file, InputStream stream, List<String> columns) {
        this.file = file;
        this.columns = List.copyOf(columns);
        this.reader =
                new BufferedReader(
                        new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder()));
        if (!next() || !fields.equals(this.columns)) {
            throw problem("the header is not " + String.join(",", columns));
        }
    }

    /** Goes to the next row; false at the end. */
    boolean next() {
        line++;
        StringBuilder text = new StringBuilder();
        if (!readLine(text)) {
            return false;
        }
        fields = split(text);
        if (fields.size() != columns.size()) {
            throw problem(
                    "%d fields where the header has %d".formatted(fields.size(), columns.size()));
        }
        return true;
    }

    private boolean readLine(StringBuilder text) {
        try {
            int c = reader.read();
            if (c < 0) {
                return false;
            }
            for (; c >= 0 && c != '\n'; c = reader.read()) {
                if (text.length() == MAX_LINE_CHARACTERS) {
                    throw problem("longer than " + MAX_LINE_CHARACTERS + " characters");
                }
                text.append((char) c);
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) == '\r') {
                text.setLength(text.length() - 1);
            }
            return true;
        } catch (ZipException | EOFException e) {
            throw new DatasetException(
                    "%s is damaged after line %d: the compressed data is cut off or wrong"
                            .formatted(file, line - 1),
                    e);
        } catch (CharacterCodingException e) {
            throw new DatasetException("%s line %d is not UTF-8".formatted(file, line), e);
        } catch (IOException e) {
            throw new DatasetException("cannot read %s".formatted(file), e);
        }
    }

    private List<String> split(CharSequence text) {
        List<String> split = new ArrayList<>(columns.size());
        int at = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                at = quoted(text, at + 1, field);
            } else {
                while (at < text.length() && text.charAt(at) != ',') {
                    if (text.charAt(at) == '"') {
                        throw problem("a quote inside an unquoted field");
                    }
                    field.append(text.charAt(at++));
                }
            }
            split.add(field.toString());
            if (at == text.length()) {
                return split;
            }
            at++;
        }
    }

    /** Reads up to the closing quote; answers where the comma or the end is. */
    private int quoted(CharSequence text, int start, StringBuilder field) {
        for (int at = start; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c != '"') {
                field.append(c);
            } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
                field.append('"');
                at++;
            } else if (at + 1 == text.length() || text.charAt(at + 1) == ',') {
                return at + 1;
            } else {
                throw problem("text after a closing quote");
            }
        }
        throw problem("a quote that is not closed");
    }

    String text(String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException("no column " + column);
        }
        return fields.get(index);
    }

    boolean isEmpty(String column) {
        return text(column).isEmpty();
    }

    long number(String column, long least, long most) {
        String text = text(column);
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, as a number out of bounds is.
        }
        throw problem("%s is not a whole number from %d to %d".formatted(column, least, most));
    }

    int count(String column) {
        return (int) number(column, 0, Integer.MAX_VALUE);
    }

    double decimal(String column) {
        try {
            return Double.parseDouble(text(column));
        } catch (NumberFormatException e) {
            throw problem(column + " is not a number");
        }
    }

    boolean flag(String column) {
        return number(column, 0, 1) == 1;
    }

    /** A problem with the row just read. */
    DatasetException problem(String what) {
        return new DatasetException("%s line %d: %s".formatted(file, line, what));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
