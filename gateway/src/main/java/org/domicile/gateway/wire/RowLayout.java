package org.domicile.gateway.wire;

import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;

/**
 * A cursor over the values of one DataRow, or of one tuple of a binary COPY: both are a count of 16
 * bits, then for each value a length of 32 bits, -1 for NULL, and its bytes.
 */
public final class RowLayout {
    private final byte[] buffer;
    private final int end;
    private final int count;
    private int position;

    private RowLayout(byte[] buffer, int start, int end) {
        this.buffer = buffer;
        this.end = end;
        this.position = start;
        this.count = int16();
    }

    /** The values of a DataRow. */
    public static RowLayout ofDataRow(Frame frame) {
        return new RowLayout(frame.buffer(), frame.start() + Frame.HEADER_BYTES, frame.end());
    }

    /** The values of a tuple that lies in a buffer. */
    public static RowLayout ofTuple(byte[] buffer, int start, int end) {
        return new RowLayout(buffer, start, end);
    }

    /** How many values it says to have; negative as the end of a binary COPY. */
    public int count() {
        return count;
    }

    /** Goes over one value; its length, -1 for NULL. The value ends at {@link #position}. */
    public int next() {
        if (end - position < 4) {
            throw WireException.violation("a row is shorter than its format");
        }
        int length =
                (buffer[position] & 0xff) << 24
                        | (buffer[position + 1] & 0xff) << 16
                        | (buffer[position + 2] & 0xff) << 8
                        | (buffer[position + 3] & 0xff);
        position += 4;
        if (length < -1 || length > end - position) {
            throw WireException.violation("a row is shorter than its format");
        }
        position += Math.max(0, length);
        return length;
    }

    /** Where in the buffer the next value begins. */
    public int position() {
        return position;
    }

    /** A row with bytes left over was not understood. */
    public void requireEnd() {
        if (position != end) {
            throw WireException.violation("a row is longer than its format");
        }
    }

    private int int16() {
        if (end - position < 2) {
            throw WireException.violation("a row is shorter than its format");
        }
        short value = (short) (buffer[position] << 8 | (buffer[position + 1] & 0xff));
        position += 2;
        return value;
    }

    /** Writes the first values of a DataRow, which end at {@code cut}. */
    public static void writeDataRow(Frame frame, int shown, int cut, MessageBuffer out) {
        int values = frame.start() + Frame.HEADER_BYTES + 2;
        out.begin('D').int16(shown).raw(frame.buffer(), values, cut - values).end();
    }

    /**
     * Writes a RowDescription without its last fields.
     *
     * @param hidden how many
     * @param isHidden what their names must be
     * @param shownOid the table's OID to be shown for one that is there
     */
    public static void writeRowDescription(
            Frame frame,
            int hidden,
            Predicate<String> isHidden,
            LongUnaryOperator shownOid,
            MessageBuffer out) {
        BodyReader body = frame.body();
        int shown = body.uint16() - hidden;
        if (shown < 0) {
            throw WireException.violation("a row has fewer fields than were asked for");
        }
        out.begin('T').int16(shown);
        for (int i = 0; i < shown; i++) {
            String name = body.string();
            if (isHidden.test(name)) {
                throw WireException.violation("a row does not end as was asked for");
            }
            out.string(name);
            out.int32((int) shownOid.applyAsLong(Integer.toUnsignedLong(body.int32())));
            out.raw(body.bytes(FIELD_BYTES_AFTER_OID));
        }
        for (int i = 0; i < hidden; i++) {
            if (!isHidden.test(body.string())) {
                throw WireException.violation("a row does not end as was asked for");
            }
            body.bytes(Integer.BYTES + FIELD_BYTES_AFTER_OID);
        }
        body.requireEnd();
        out.end();
    }

    /** Attribute number, type's OID, size and modifier, format. */
    private static final int FIELD_BYTES_AFTER_OID = 2 + 4 + 2 + 4 + 2;

    /** Writes a CopyOutResponse without its last columns; returns how many there were. */
    public static int writeCopyOutResponse(Frame frame, int hidden, MessageBuffer out) {
        BodyReader body = frame.body();
        byte format = body.int8();
        int count = body.uint16();
        if (count < hidden) {
            throw WireException.violation("a row has fewer fields than were asked for");
        }
        out.begin('H').int8(format).int16(count - hidden);
        out.raw(body.bytes(2 * (count - hidden))).end();
        body.bytes(2 * hidden);
        body.requireEnd();
        return count;
    }

    /**
     * Writes a CopyData with a tuple of a binary copy, cut.
     *
     * @param start of the message's body, a header included
     * @param tuple where the tuple begins
     */
    public static void writeCopyTuple(
            byte[] buffer, int start, int tuple, int shown, int cut, MessageBuffer out) {
        int values = tuple + 2;
        out.begin('d').raw(buffer, start, tuple - start);
        out.int16(shown).raw(buffer, values, cut - values).end();
    }

    /** Writes a CopyData of two parts of a buffer, the second of which may be empty. */
    public static void writeCopyData(
            byte[] buffer, int start, int end, int then, int thenEnd, MessageBuffer out) {
        out.begin('d').raw(buffer, start, end - start).raw(buffer, then, thenEnd - then).end();
    }
}
