package org.domicile.gateway.wire;

/**
 * One framed message, as a view of its reader's buffer: valid until the reader is asked again.
 *
 * @param buffer shared, not copied: a result has one frame per row
 * @param start where the type byte is
 * @param end after the last byte of the body
 */
public record Frame(byte[] buffer, int start, int end) {
    /** The type byte and the length word. */
    public static final int HEADER_BYTES = 5;

    public byte type() {
        return buffer[start];
    }

    /** Of the whole frame, header included. */
    public int size() {
        return end - start;
    }

    public BodyReader body() {
        return new BodyReader(buffer, start + HEADER_BYTES, end);
    }

    /** Leaves the bytes out: they may be a person's data. */
    @Override
    public String toString() {
        return "Frame[" + (char) type() + ", " + size() + " bytes]";
    }
}
