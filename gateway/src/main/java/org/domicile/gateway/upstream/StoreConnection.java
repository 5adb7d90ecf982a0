package org.domicile.gateway.upstream;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import org.domicile.gateway.transport.Transport;
import org.domicile.gateway.transport.WireChannel;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.gateway.wire.StartupPacket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a region store, logged in. It is opened by a thread that may wait, then used on
 * its event loop; {@link #cancel}, which waits, {@link #terminate} and {@link #close} are for any
 * thread.
 */
public final class StoreConnection implements AutoCloseable {
    /** To connect, and for each step of logging in. */
    static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private static final int CANCEL_TIMEOUT_MILLIS = 2_000;

    private final WireChannel wire;
    private final StoreAddress address;
    private final MessageBuffer outgoing = new MessageBuffer();
    private Map<String, String> parameters = Map.of();
    private BackendMessage.@Nullable BackendKeyData key;

    private StoreConnection(WireChannel wire, StoreAddress address) {
        this.wire = wire;
        this.address = address;
    }

    /**
     * Connects and logs in, on any event loop.
     *
     * @param settings of the session, as startup parameters: they are what RESET returns to
     * @throws StoreException saying what a client may know
     */
    public static StoreConnection open(
            Transport transport,
            StoreAddress address,
            String role,
            String password,
            Map<String, String> settings)
            throws StoreException {
        return open(
                () -> transport.connect(socketAddress(address), CONNECT_TIMEOUT_MILLIS),
                address,
                new StoreLogin(role, password, settings));
    }

    /** Likewise, on the event loop of the client it is for. */
    public static StoreConnection openBeside(
            Transport transport,
            WireChannel client,
            StoreAddress address,
            String role,
            String password,
            Map<String, String> settings)
            throws StoreException {
        return open(
                () ->
                        transport.connectBeside(
                                client, socketAddress(address), CONNECT_TIMEOUT_MILLIS),
                address,
                new StoreLogin(role, password, settings));
    }

    /** Making a connection. */
    private interface Connecting {
        WireChannel connect() throws IOException;
    }

    private static StoreConnection open(
            Connecting connecting, StoreAddress address, StoreLogin login) throws StoreException {
        WireChannel wire = null;
        try {
            wire = connecting.connect();
            StoreConnection connection = new StoreConnection(wire, address);
            login.run(connection, address.database());
            connection.parameters = Map.copyOf(login.parameters());
            connection.key = login.key();
            wire = null; // the connection's own from here on
            return connection;
        } catch (IOException e) {
            throw new StoreException(
                    "08006",
                    "the region store cannot be reached",
                    "Try again later, or tell the jurisdiction's custodian.",
                    e);
        } finally {
            if (wire != null) {
                wire.close();
            }
        }
    }

    private static InetSocketAddress socketAddress(StoreAddress address) {
        return new InetSocketAddress(address.host(), address.port());
    }

    /** The settings the store reported while logging in. */
    public Map<String, String> parameters() {
        return parameters;
    }

    /** Begins its life on the event loop. */
    public void listen(WireChannel.Listener listener) {
        wire.listen(listener);
    }

    /** Queues a message; {@link #flush} sends it. */
    public void send(FrontendMessage message) {
        message.writeTo(outgoing);
    }

    /** Queues a client's message as it is. */
    public void send(Frame frame) {
        outgoing.frame(frame);
    }

    void send(StartupPacket packet) {
        packet.writeTo(outgoing);
    }

    public void flush() {
        wire.write(outgoing);
    }

    /** The next message, or null while it has not arrived whole. */
    public @Nullable Frame next() {
        return wire.next();
    }

    /** Sends what is queued and waits for the next message, before {@link #listen}. */
    public @Nullable Frame await(int timeoutMillis) throws IOException {
        flush();
        return wire.await(timeoutMillis);
    }

    /** Stops and goes on reading. */
    public void pause() {
        wire.pause();
    }

    public void resume() {
        wire.resume();
    }

    /** Asks the store to cancel what this connection runs. No answer is defined, nor a success. */
    public void cancel() {
        BackendMessage.BackendKeyData target = key;
        if (target == null) {
            return;
        }
        try (Socket other = new Socket()) {
            other.setSoTimeout(CANCEL_TIMEOUT_MILLIS);
            other.connect(socketAddress(address), CANCEL_TIMEOUT_MILLIS);
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

    /** Says goodbye, where nothing is under way, and closes. */
    public void terminate() {
        MessageBuffer goodbye = new MessageBuffer();
        new FrontendMessage.Terminate().writeTo(goodbye);
        wire.write(goodbye);
        wire.close();
    }

    @Override
    public void close() {
        wire.close();
    }
}
