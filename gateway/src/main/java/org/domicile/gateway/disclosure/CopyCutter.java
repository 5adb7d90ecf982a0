package org.domicile.gateway.disclosure;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.domicile.gateway.gate.CopyFormat;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.gateway.wire.RowLayout;

/**
 * Likewise for COPY. PostgreSQL sends one row in each CopyData, whole; the header line, or a binary
 * copy's header with its first row, likewise (protocol documentation, "COPY Operations").
 */
final class CopyCutter extends RowCutter {
    /** The signature of a binary copy, its flags, and the length of what extends its header. */
    private static final int BINARY_HEADER_BYTES = 11 + 4 + 4;

    /** Alone on a line it ends a copy's data for many who read it, so COPY quotes it there. */
    private static final byte[] END_MARK = {'\\', '.'};

    /** In text format, no value is ever written so; any other NULL may be some value's text. */
    private static final String CERTAIN_NULL = "\\N";

    private final CopyFormat format;
    private final byte[] nullText;
    private int count;
    private boolean begun;

    CopyCutter(SubjectColumns columns, CopyFormat format) {
        super(columns);
        this.format = format;
        this.nullText = format.nullText().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    void header(Frame frame, MessageBuffer out) {
        count = RowLayout.writeCopyOutResponse(frame, columns.count(), out);
    }

    @Override
    boolean row(Frame frame, MessageBuffer out) {
        boolean first = !begun;
        begun = true;
        int start = frame.start() + Frame.HEADER_BYTES;
        return switch (format.kind()) {
            case BINARY -> tuple(frame.buffer(), start, frame.end(), first, out);
            case TEXT, CSV ->
                    line(frame.buffer(), start, frame.end(), first && format.header(), out);
        };
    }

    private boolean tuple(byte[] buffer, int start, int end, boolean first, MessageBuffer out) {
        int from = first ? start + BINARY_HEADER_BYTES : start;
        RowLayout row = RowLayout.ofTuple(buffer, from, end);
        if (row.count() < 0) { // the end of the copy
            row.requireEnd();
            RowLayout.writeCopyData(buffer, start, end, end, end, out);
            return false;
        }
        if (row.count() != count) {
            throw SubjectTally.unexpected();
        }
        int shown = shownOf(count);
        int cut = cut(row, shown, buffer);
        row.requireEnd();
        RowLayout.writeCopyTuple(buffer, start, from, shown, cut, out);
        return true;
    }

    private boolean line(byte[] buffer, int start, int end, boolean isHeader, MessageBuffer out) {
        int last = end - 1;
        if (last < start || buffer[last] != '\n') {
            throw SubjectTally.unexpected();
        }
        if (columns.count() == 0) {
            RowLayout.writeCopyData(buffer, start, end, end, end, out);
            return !isHeader;
        }
        int shown = shownOf(count);
        int cut = start;
        int at = start;
        for (int i = 0; i < count; i++) {
            int valueEnd = valueEnd(buffer, at, last);
            if (i >= shown && !isHeader) {
                value(i - shown, buffer, at, valueEnd);
            }
            if (i < shown) {
                cut = valueEnd;
            }
            boolean isLast = i == count - 1;
            if (isLast != (valueEnd == last)) {
                throw SubjectTally.unexpected();
            }
            at = valueEnd + 1;
        }
        if (shown == 1 && isEndMark(buffer, start, cut)) {
            byte[] quoted = quotedEndMark();
            RowLayout.writeCopyData(quoted, 0, quoted.length, 0, 0, out);
        } else {
            RowLayout.writeCopyData(buffer, start, cut, last, end, out);
        }
        return !isHeader;
    }

    /** With the columns cut off, COPY took the value for one of several and did not quote it. */
    private boolean isEndMark(byte[] buffer, int start, int end) {
        return format.kind() == CopyFormat.Kind.CSV
                && Arrays.equals(buffer, start, end, END_MARK, 0, END_MARK.length)
                && !Arrays.equals(END_MARK, nullText);
    }

    private byte[] quotedEndMark() {
        StringBuilder line = new StringBuilder().append(format.quote());
        for (byte b : END_MARK) {
            if (b == format.escape()) {
                line.append(format.escape());
            }
            line.append((char) b);
        }
        return line.append(format.quote()).append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Where the value that begins at {@code at} ends: at a delimiter, or at the line's end. */
    private int valueEnd(byte[] buffer, int at, int last) {
        return format.kind() == CopyFormat.Kind.CSV
                ? csvValueEnd(buffer, at, last)
                : textValueEnd(buffer, at, last);
    }

    private int textValueEnd(byte[] buffer, int at, int last) {
        int delimiter = format.delimiter();
        for (int i = at; i < last; i++) {
            byte b = buffer[i];
            if (b == delimiter) {
                return i;
            }
            if (b == '\\') {
                i++; // whatever follows is part of the value
            }
        }
        return last;
    }

    private int csvValueEnd(byte[] buffer, int at, int last) {
        int delimiter = format.delimiter();
        int quote = format.quote();
        int escape = format.escape();
        boolean quoted = false;
        for (int i = at; i < last; i++) {
            byte b = buffer[i];
            if (quoted && b == escape && isEscaped(buffer, i + 1, last)) {
                i++;
            } else if (b == quote) {
                quoted = !quoted;
            } else if (!quoted && b == delimiter) {
                return i;
            }
        }
        return last;
    }

    private boolean isEscaped(byte[] buffer, int at, int last) {
        return at < last && (buffer[at] == format.quote() || buffer[at] == format.escape());
    }

    private void value(int column, byte[] buffer, int start, int end) {
        byte[] value = Arrays.copyOfRange(buffer, start, end);
        if (Arrays.equals(value, nullText) && isNull(column)) {
            return;
        }
        byte[] plain = format.kind() == CopyFormat.Kind.CSV ? unquoted(value) : unescaped(value);
        tally.add(column, plain, 0, plain.length);
    }

    /**
     * Whether what equals the text for NULL is NULL. COPY quotes such a value in CSV, but in text
     * format it leaves the two alike; a client that names somebody's key must not hide them so.
     */
    private boolean isNull(int column) {
        return format.kind() == CopyFormat.Kind.CSV
                || format.nullText().equals(CERTAIN_NULL)
                || !tally.takes(column, nullText.length);
    }

    private byte[] unquoted(byte[] value) {
        if (value.length < 2 || value[0] != format.quote()) {
            return value;
        }
        byte[] plain = new byte[value.length];
        int length = 0;
        for (int i = 1; i < value.length - 1; i++) {
            if (value[i] == format.escape() && isEscaped(value, i + 1, value.length - 1)) {
                i++;
            }
            plain[length++] = value[i];
        }
        return Arrays.copyOf(plain, length);
    }

    private static byte[] unescaped(byte[] value) {
        byte[] plain = new byte[value.length];
        int length = 0;
        for (int i = 0; i < value.length; i++) {
            byte b = value[i];
            if (b == '\\' && i + 1 < value.length) {
                b = escaped(value[++i]);
            }
            plain[length++] = b;
        }
        return Arrays.copyOf(plain, length);
    }

    /** As COPY's text format writes control characters; any other stands for itself. */
    private static byte escaped(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0b;
            default -> letter;
        };
    }
}
