package org.domicile.gateway.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a connection into frames: bytes are {@link #feed fed} as they arrive, and a
 * frame leaves whole or not at all. The buffer grows with the bytes that arrived, never with what a
 * length word promises; who feeds it bounds how far ahead it reads.
 */
public final class FrameReader {
    /** As PostgreSQL's {@code MAX_STARTUP_PACKET_LENGTH}. */
    public static final int MAX_STARTUP_BYTES = 10_000;

    private static final int INITIAL_BYTES = 4 * 1024;

    /** An emptied buffer that had grown beyond this gives its memory back. */
    private static final int KEPT_BYTES = 128 * 1024;

    private static final int LENGTH_BYTES = 4;

    private final IntUnaryOperator maxBodyBytes;
    private byte[] buffer = new byte[INITIAL_BYTES];
    private int position;
    private int limit;

    /**
     * Reads one direction of a connection.
     *
     * @param maxBodyBytes the bound of each type byte's body, negative for an unknown type: {@link
     *     FrontendType#maxBodyBytes} or {@link BackendType#maxBodyBytes}
     */
    public FrameReader(IntUnaryOperator maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Takes bytes that arrived. Frames taken before are no longer valid. */
    public void feed(ByteBuffer bytes) {
        int count = bytes.remaining();
        makeRoom(count);
        bytes.get(buffer, limit, count);
        limit += count;
    }

    /**
     * The next frame, or null while it has not arrived whole. It is valid until the next {@link
     * #feed}.
     *
     * @throws WireException on an unknown type or a length out of bounds
     */
    public @Nullable Frame next() {
        int size = frameSize();
        if (size == 0 || limit - position < size) {
            return null;
        }
        Frame frame = new Frame(buffer, position, position + size);
        position += size;
        return frame;
    }

    /** Puts the frame just taken back: it is the next one again. */
    public void pushBack(Frame frame) {
        if (frame.end() != position) {
            throw new IllegalArgumentException("not the frame taken last");
        }
        position = frame.start();
    }

    /**
     * The body, after its length word, of a packet without a type: what a connection begins with.
     * Null while it has not arrived whole.
     */
    public @Nullable BodyReader nextStartupPacket() {
        int available = limit - position;
        if (available < LENGTH_BYTES) {
            return null;
        }
        int size = new BodyReader(buffer, position, limit).int32();
        if (size < 2 * LENGTH_BYTES || size > MAX_STARTUP_BYTES) {
            throw WireException.violation("invalid length of startup packet");
        }
        if (available < size) {
            return null;
        }
        BodyReader body = new BodyReader(buffer, position + LENGTH_BYTES, position + size);
        position += size;
        return body;
    }

    /**
     * To be called where the connection has ended.
     *
     * @throws WireException where it ended inside a frame
     */
    public void requireEnd() {
        if (limit > position) {
            throw WireException.violation("the connection ended inside a message");
        }
    }

    /** The first byte not yet taken; there must be one. */
    public byte peek() {
        if (buffered() == 0) {
            throw new IllegalStateException("nothing has arrived");
        }
        return buffer[position];
    }

    /** Everything not yet taken, for somebody else to read. */
    public byte[] takeAll() {
        byte[] all = Arrays.copyOfRange(buffer, position, limit);
        position = limit;
        return all;
    }

    /** Of the buffer, for tests. */
    int capacity() {
        return buffer.length;
    }

    /** Bytes received and not yet taken. */
    public int buffered() {
        return limit - position;
    }

    /** The whole frame's size once its header is here and within bounds, 0 before. */
    private int frameSize() {
        int available = limit - position;
        if (available == 0) {
            return 0;
        }
        int max = maxBodyBytes.applyAsInt(buffer[position]);
        if (max < 0) {
            throw WireException.violation("unknown message type");
        }
        if (available < Frame.HEADER_BYTES) {
            return 0;
        }
        int length = new BodyReader(buffer, position + 1, limit).int32();
        if (length < LENGTH_BYTES) {
            throw WireException.violation("invalid message length");
        }
        if (length - LENGTH_BYTES > max) {
            throw new WireException(
                    WireException.LIMIT_EXCEEDED,
                    "a message is longer than the " + max + " bytes allowed for its type");
        }
        return 1 + length;
    }

    private void makeRoom(int count) {
        int kept = limit - position;
        if (kept == 0 && buffer.length > KEPT_BYTES) {
            buffer = new byte[Math.max(INITIAL_BYTES, count)];
        } else if (limit + count > buffer.length) {
            byte[] target =
                    kept + count > buffer.length
                            ? new byte[Math.max(2 * buffer.length, Math.addExact(kept, count))]
                            : buffer;
            System.arraycopy(buffer, position, target, 0, kept);
            buffer = target;
        } else if (kept > 0) {
            return;
        }
        position = 0;
        limit = kept;
    }
}
