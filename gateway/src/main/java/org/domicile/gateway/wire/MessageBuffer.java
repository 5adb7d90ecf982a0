package org.domicile.gateway.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Messages on their way out, framed, in one growing array. Who fills it bounds it. */
public final class MessageBuffer {
    private static final int INITIAL_BYTES = 1024;

    /** An emptied buffer that had grown beyond this gives its memory back. */
    private static final int KEPT_BYTES = 64 * 1024;

    private byte[] bytes;
    private int size;
    private int lengthAt;

    public MessageBuffer() {
        this(INITIAL_BYTES);
    }

    /** A buffer that is about to be given so many bytes. */
    public MessageBuffer(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    /** Starts a message; write its body, then {@link #end}. */
    MessageBuffer begin(char type) {
        int8((byte) type);
        return beginUntyped();
    }

    /** Starts a packet without a type byte. */
    MessageBuffer beginUntyped() {
        lengthAt = size;
        return int32(0);
    }

    void end() {
        int end = size;
        size = lengthAt;
        int32(end - lengthAt);
        size = end;
    }

    MessageBuffer int8(byte value) {
        grow(1);
        bytes[size++] = value;
        return this;
    }

    MessageBuffer int16(int value) {
        grow(2);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
        return this;
    }

    MessageBuffer int32(int value) {
        grow(4);
        bytes[size++] = (byte) (value >> 24);
        bytes[size++] = (byte) (value >> 16);
        bytes[size++] = (byte) (value >> 8);
        bytes[size++] = (byte) value;
        return this;
    }

    MessageBuffer raw(byte[] value) {
        return raw(value, 0, value.length);
    }

    MessageBuffer raw(byte[] value, int start, int length) {
        grow(length);
        System.arraycopy(value, start, bytes, size, length);
        size += length;
        return this;
    }

    /** The protocol's String. A NUL inside would end it early, so it is refused. */
    MessageBuffer string(String value) {
        if (value.indexOf('\0') >= 0) {
            throw WireException.violation("text with a NUL cannot be sent");
        }
        return raw(value.getBytes(StandardCharsets.UTF_8)).int8((byte) 0);
    }

    /** Appends a received message as it is. */
    public MessageBuffer frame(Frame frame) {
        return raw(frame.buffer(), frame.start(), frame.size());
    }

    /** Appends everything another buffer holds. */
    public MessageBuffer all(MessageBuffer other) {
        return raw(other.bytes, 0, other.size);
    }

    /** Appends the single byte that answers an SSLRequest or GSSENCRequest with "no". */
    public MessageBuffer declineEncryption() {
        return int8((byte) 'N');
    }

    /** Appends the single byte that answers an SSLRequest with "yes". */
    public MessageBuffer acceptEncryption() {
        return int8((byte) 'S');
    }

    public int size() {
        return size;
    }

    /** Writes everything, and is empty afterwards. */
    public void drainTo(OutputStream out) throws IOException {
        if (size > 0) {
            out.write(bytes, 0, size);
        }
        clear();
    }

    /** Everything, as a view: valid until more is written. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    public void clear() {
        size = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void grow(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), 2 * bytes.length));
        }
    }
}
