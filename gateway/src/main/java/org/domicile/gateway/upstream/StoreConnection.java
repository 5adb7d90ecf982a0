package org.domicile.gateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Map;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrameReader;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.gateway.wire.StartupPacket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a region store, logged in. Its session's thread reads and writes; {@link
 * #cancel} and {@link #close} may come from any thread.
 */
public final class StoreConnection implements AutoCloseable {
    /** To connect, and for each step of logging in. */
    static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private static final int CANCEL_TIMEOUT_MILLIS = 2_000;

    /** How long one look for something that arrived unasked may take. */
    private static final int LOOK_MILLIS = 1;

    /**
     * What may be sent to a store before its answers are read. The sockets' buffers together hold
     * more, so a store that waits for its answers to be read never leaves the session waiting too.
     */
    public static final int PIPELINE_BYTES = 32 * 1024;

    private static final int SEND_BUFFER_BYTES = 4 * PIPELINE_BYTES;

    private final Socket socket;
    private final StoreAddress address;
    private final OutputStream out;
    private final FrameReader reader;
    private final MessageBuffer outgoing = new MessageBuffer();
    private Map<String, String> parameters = Map.of();
    private BackendMessage.@Nullable BackendKeyData key;

    private StoreConnection(Socket socket, StoreAddress address) throws IOException {
        this.socket = socket;
        this.address = address;
        this.out = socket.getOutputStream();
        this.reader =
                new FrameReader(
                        new FlushingInput(socket.getInputStream()), BackendType::maxBodyBytes);
    }

    /**
     * Connects and logs in.
     *
     * @param settings of the session, as startup parameters: they are what RESET returns to
     * @throws StoreException saying what a client may know
     */
    public static StoreConnection open(
            StoreAddress address, String role, String password, Map<String, String> settings)
            throws StoreException {
        Socket socket = new Socket();
        try {
            socket.setSendBufferSize(SEND_BUFFER_BYTES);
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setSoTimeout(CONNECT_TIMEOUT_MILLIS);
            socket.connect(
                    new InetSocketAddress(address.host(), address.port()), CONNECT_TIMEOUT_MILLIS);
            StoreConnection connection = new StoreConnection(socket, address);
            StoreLogin login = new StoreLogin(connection, role, password);
            login.run(settings, address.database());
            connection.parameters = Map.copyOf(login.parameters());
            connection.key = login.key();
            return connection;
        } catch (IOException e) {
            closeQuietly(socket);
            throw new StoreException(
                    "08006",
                    "the region store cannot be reached",
                    "Try again later, or tell the jurisdiction's custodian.",
                    e);
        } catch (StoreException | RuntimeException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    /** The settings the store reported while logging in. */
    public Map<String, String> parameters() {
        return parameters;
    }

    /** Queues a message; it leaves before the next read that would wait. */
    public void send(FrontendMessage message) throws IOException {
        message.writeTo(outgoing);
        flushWhenLong();
    }

    /** Queues a client's message as it is. */
    public void send(Frame frame) throws IOException {
        outgoing.frame(frame);
        flushWhenLong();
    }

    void send(StartupPacket packet) {
        packet.writeTo(outgoing);
    }

    private void flushWhenLong() throws IOException {
        if (outgoing.size() >= PIPELINE_BYTES) {
            outgoing.drainTo(out);
        }
    }

    /**
     * Waits for the next message, or null where the store has closed the connection.
     *
     * @param tickMillis how often {@code tick} runs while nothing comes; it may throw to give up
     */
    public @Nullable Frame next(int tickMillis, Runnable tick) throws IOException {
        socket.setSoTimeout(tickMillis);
        while (true) {
            try {
                return reader.next();
            } catch (SocketTimeoutException e) {
                tick.run();
            }
        }
    }

    @Nullable Frame next() throws IOException {
        return reader.next();
    }

    /**
     * Looks whether something came unasked, as when the store ends the session; read it with {@link
     * #next(int, Runnable)}.
     */
    public boolean hasNews() throws IOException {
        if (reader.buffered() > 0) {
            return true;
        }
        socket.setSoTimeout(LOOK_MILLIS);
        try {
            return !reader.readAhead() || reader.buffered() > 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Asks the store to cancel what this connection runs. No answer is defined, nor a success. */
    public void cancel() {
        BackendMessage.BackendKeyData target = key;
        if (target == null) {
            return;
        }
        try (Socket other = new Socket()) {
            other.setSoTimeout(CANCEL_TIMEOUT_MILLIS);
            other.connect(
                    new InetSocketAddress(address.host(), address.port()), CANCEL_TIMEOUT_MILLIS);
            MessageBuffer packet = new MessageBuffer();
            new StartupPacket.CancelRequest(target.processId(), target.key()).writeTo(packet);
            packet.drainTo(other.getOutputStream());
            // The store closes once it has sent the signal; later cancels keep their order so.
            int end = other.getInputStream().read();
            if (end >= 0) {
                throw new IOException("a store answered a cancel request");
            }
        } catch (IOException e) {
            // A cancel is a wish: whoever asked sees the statement end, or not.
            return;
        }
    }

    /** Says goodbye where nothing is under way, and closes. */
    public void terminate() {
        try {
            outgoing.clear();
            send(new FrontendMessage.Terminate());
            outgoing.drainTo(out);
        } catch (IOException e) {
            // It is closed below, whatever it was.
        }
        close();
    }

    @Override
    public void close() {
        closeQuietly(socket);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is left to be done with it.
        }
    }

    /** Sends what is queued before it waits for an answer. */
    private final class FlushingInput extends InputStream {
        private final InputStream in;

        FlushingInput(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            outgoing.drainTo(out);
            return in.read();
        }

        @Override
        public int read(byte[] buffer, int start, int length) throws IOException {
            outgoing.drainTo(out);
            return in.read(buffer, start, length);
        }
    }
}
