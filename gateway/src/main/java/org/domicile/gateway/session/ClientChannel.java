package org.domicile.gateway.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.BodyReader;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrameReader;
import org.domicile.gateway.wire.FrontendType;
import org.domicile.gateway.wire.MessageBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: messages in, messages out. What is queued leaves before a read that would
 * wait. The connection's thread uses it; {@link #close} and {@link #stalledNanos} are for any.
 */
final class ClientChannel implements AutoCloseable {
    /** Queued answers leave when there is this much, so that pipelining cannot pile them up. */
    private static final int FLUSH_BYTES = 64 * 1024;

    private static final int LOOK_MILLIS = 1;

    /** What is read and thrown away before closing, so that the last error arrives. */
    private static final int LINGER_BYTES = 1024 * 1024;

    private static final int LINGER_MILLIS = 200;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final FrameReader reader;
    private final MessageBuffer outgoing = new MessageBuffer();
    private volatile long writingSinceNanos;

    ClientChannel(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.reader = new FrameReader(new FlushingInput(), FrontendType::maxBodyBytes);
    }

    /** The address, for the private part of an entry. */
    String address() {
        return socket.getInetAddress().getHostAddress();
    }

    @Nullable BodyReader nextStartupPacket() throws IOException {
        return reader.nextStartupPacket();
    }

    /** Waits for the next message without a tick; the login's deadline closes the socket. */
    @Nullable Frame next() throws IOException {
        socket.setSoTimeout(0);
        return reader.next();
    }

    /** Waits for the next message, null at the end; {@code tick} runs while nothing comes. */
    @Nullable Frame next(int tickMillis, Runnable tick) throws IOException {
        socket.setSoTimeout(tickMillis);
        while (true) {
            try {
                return reader.next();
            } catch (SocketTimeoutException e) {
                tick.run();
                socket.setSoTimeout(tickMillis);
            }
        }
    }

    /** Bytes received and not yet read as a message. */
    int buffered() {
        return reader.buffered();
    }

    /** Looks whether the client is still there; keeps what it sent. */
    boolean isGone() throws IOException {
        socket.setSoTimeout(LOOK_MILLIS);
        try {
            return !reader.readAhead();
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    void write(BackendMessage message) throws IOException {
        message.writeTo(outgoing);
        flushWhenLong();
    }

    /** Queues a store's message as it is. */
    void write(Frame frame) throws IOException {
        outgoing.frame(frame);
        flushWhenLong();
    }

    /** Sends a released segment, and empties it. */
    void write(MessageBuffer released) throws IOException {
        if (outgoing.size() + released.size() < FLUSH_BYTES) {
            outgoing.all(released);
            released.clear();
        } else {
            flush();
            drain(released);
        }
    }

    void declineEncryption() throws IOException {
        outgoing.declineEncryption();
        flush();
    }

    void flush() throws IOException {
        drain(outgoing);
    }

    private void flushWhenLong() throws IOException {
        if (outgoing.size() >= FLUSH_BYTES) {
            flush();
        }
    }

    private void drain(MessageBuffer buffer) throws IOException {
        if (buffer.size() == 0) {
            return;
        }
        writingSinceNanos = System.nanoTime() | 1; // 0 stands for not writing
        try {
            buffer.drainTo(out);
        } finally {
            writingSinceNanos = 0;
        }
    }

    /** How long the client has not accepted what is being sent, 0 when nothing is. */
    long stalledNanos() {
        long since = writingSinceNanos;
        return since == 0 ? 0 : System.nanoTime() - since;
    }

    /**
     * Sends a last message and closes. A socket closed with bytes unread resets the connection, and
     * the client would see that in place of the message; so what it still sends is read, in bounds.
     */
    void closeWith(BackendMessage last) {
        try {
            write(last);
            flush();
            socket.shutdownOutput();
            socket.setSoTimeout(LINGER_MILLIS);
            byte[] discarded = new byte[8192];
            for (int total = 0; total < LINGER_BYTES; ) {
                int count = in.read(discarded);
                if (count < 0) {
                    break;
                }
                total += count;
            }
        } catch (IOException e) {
            // It had no use for the message, or keeps sending nothing: it is closed either way.
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is left to be done with it.
        }
    }

    /** Sends what is queued before it waits for more. */
    private final class FlushingInput extends InputStream {
        @Override
        public int read() throws IOException {
            flush();
            return in.read();
        }

        @Override
        public int read(byte[] buffer, int start, int length) throws IOException {
            flush();
            return in.read(buffer, start, length);
        }
    }
}
