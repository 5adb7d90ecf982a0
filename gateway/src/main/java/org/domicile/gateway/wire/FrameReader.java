package org.domicile.gateway.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames. A frame leaves it whole or not at all, so a read that times
 * out half-way loses nothing: the next call goes on where it stopped. The buffer grows with the
 * bytes that arrived, never with what a length word promises.
 */
public final class FrameReader {
    /** As PostgreSQL's {@code MAX_STARTUP_PACKET_LENGTH}. */
    public static final int MAX_STARTUP_BYTES = 10_000;

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int LENGTH_BYTES = 4;

    private final InputStream in;
    private final IntUnaryOperator maxBodyBytes;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    /**
     * Reads from {@code in}.
     *
     * @param maxBodyBytes the bound of each type byte's body, negative for an unknown type: {@link
     *     FrontendType#maxBodyBytes} or {@link BackendType#maxBodyBytes}
     */
    public FrameReader(InputStream in, IntUnaryOperator maxBodyBytes) {
        this.in = in;
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * The next frame, or null where the stream ends between two.
     *
     * @throws WireException on an unknown type, a length out of bounds, or an end inside a frame
     */
    public @Nullable Frame next() throws IOException {
        while (true) {
            int size = frameSize();
            if (size > 0 && limit - position >= size) {
                Frame frame = new Frame(buffer, position, position + size);
                position += size;
                return frame;
            }
            if (!fill(size)) {
                return null;
            }
        }
    }

    /**
     * The body, after its length word, of a packet without a type: what a connection begins with.
     * Null where the stream ends before it.
     */
    public @Nullable BodyReader nextStartupPacket() throws IOException {
        while (true) {
            int available = limit - position;
            int size = 0;
            if (available >= LENGTH_BYTES) {
                size = new BodyReader(buffer, position, limit).int32();
                if (size < 2 * LENGTH_BYTES || size > MAX_STARTUP_BYTES) {
                    throw WireException.violation("invalid length of startup packet");
                }
                if (available >= size) {
                    BodyReader body =
                            new BodyReader(buffer, position + LENGTH_BYTES, position + size);
                    position += size;
                    return body;
                }
            }
            if (!fill(size)) {
                return null;
            }
        }
    }

    /**
     * Reads ahead what the stream has and the buffer still holds, without taking a frame; the last
     * one stays valid.
     *
     * @return false where the stream has ended
     */
    public boolean readAhead() throws IOException {
        return receive();
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

    private boolean fill(int wanted) throws IOException {
        if (position > 0) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        if (limit == 0 && buffer.length > BUFFER_BYTES) {
            buffer = new byte[BUFFER_BYTES];
        } else if (limit == buffer.length) {
            buffer =
                    Arrays.copyOf(buffer, Math.min(2 * buffer.length, Math.max(wanted, limit + 1)));
        }
        if (receive()) {
            return true;
        }
        if (limit > 0) {
            throw WireException.violation("the connection ended inside a message");
        }
        return false;
    }

    private boolean receive() throws IOException {
        if (limit == buffer.length) {
            return true;
        }
        int count = in.read(buffer, limit, buffer.length - limit);
        if (count > 0) {
            limit += count;
        }
        return count >= 0;
    }
}
