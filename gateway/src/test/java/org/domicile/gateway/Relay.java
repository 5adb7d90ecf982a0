package org.domicile.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import org.domicile.gateway.transport.Transport;
import org.domicile.gateway.transport.WireChannel;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.BodyReader;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.gateway.wire.StartupPacket;
import org.domicile.gateway.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that protects nothing: every message of any client and any role passes through the
 * transport and the codec, and nothing else. It is what other people's test suites run against, see
 * {@code src/test/pgjdbc}.
 */
final class Relay implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    /** What is put together before it is written. */
    private static final int FLUSH_BYTES = 64 * 1024;

    private final InetSocketAddress store;
    private final Transport transport = Transport.start(2);
    private final Recoder recoder = new Recoder();
    private final Transport.Listening listening;

    private Relay(int port, InetSocketAddress store) throws IOException {
        this.store = store;
        this.listening =
                transport.listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        client -> Thread.ofVirtual().start(() -> admit(client)));
    }

    /** Starts. Port 0 takes a free one. */
    static Relay start(int port, int storePort) throws IOException {
        return new Relay(port, new InetSocketAddress(InetAddress.getLoopbackAddress(), storePort));
    }

    int port() {
        return listening.address().getPort();
    }

    /** How many messages did not come out as they had gone in. */
    int differences() {
        return recoder.differences();
    }

    @Override
    public void close() {
        listening.close();
        transport.close();
    }

    private void admit(WireChannel client) {
        try {
            switch (startup(client)) {
                case null -> client.close();
                case StartupPacket.CancelRequest cancel -> cancel(client, cancel);
                case StartupPacket packet -> new Session(client, connect(client, packet)).begin();
            }
        } catch (WireException e) {
            refuse(client, e.sqlState(), e.getMessage());
        } catch (SocketTimeoutException e) {
            client.close();
        } catch (IOException e) {
            refuse(client, "08006", "the store cannot be reached");
        }
    }

    /** What the connection begins with, once asking for encryption was declined. */
    private static @Nullable StartupPacket startup(WireChannel client) throws IOException {
        while (true) {
            BodyReader body = client.awaitStartupPacket(TIMEOUT_MILLIS);
            if (body == null) {
                return null;
            }
            switch (StartupPacket.decode(body)) {
                case StartupPacket.SslRequest _, StartupPacket.GssEncRequest _ ->
                        client.write(new MessageBuffer().declineEncryption());
                case StartupPacket packet -> {
                    return packet;
                }
            }
        }
    }

    private WireChannel connect(WireChannel client, StartupPacket packet) throws IOException {
        WireChannel connected = transport.connectBeside(client, store, TIMEOUT_MILLIS);
        MessageBuffer out = new MessageBuffer();
        packet.writeTo(out);
        connected.write(out);
        return connected;
    }

    /** The server ends the connection once it has sent the signal, and so does the relay. */
    private void cancel(WireChannel client, StartupPacket cancel) throws IOException {
        WireChannel connected = connect(client, cancel);
        try {
            var _ = connected.await(TIMEOUT_MILLIS);
        } finally {
            connected.close();
            client.close();
        }
    }

    private static void refuse(WireChannel client, String sqlState, String message) {
        System.err.println("refused: " + message);
        MessageBuffer last = new MessageBuffer();
        new BackendMessage.ErrorResponse(ErrorFields.of("FATAL", sqlState, message, ""))
                .writeTo(last);
        client.closeWith(last);
    }

    /** One direction's way of putting a message together again. */
    private interface Recoding {
        void recode(Frame frame, MessageBuffer out);
    }

    /** A client, and what it speaks with. */
    private final class Session {
        private final WireChannel client;
        private final WireChannel server;

        Session(WireChannel client, WireChannel server) {
            this.client = client;
            this.server = server;
        }

        void begin() {
            Direction toServer = new Direction(client, server, recoder::frontend);
            Direction toClient = new Direction(server, client, recoder::backend);
            client.listen(new Side(toServer, toClient));
            server.listen(new Side(toClient, toServer));
        }

        /** What one of the two is told. */
        private record Side(Direction fromHere, Direction toHere) implements WireChannel.Listener {
            @Override
            public void received() {
                fromHere.pass();
            }

            @Override
            public void ended() {
                fromHere.end();
            }

            @Override
            public void writable() {
                toHere.pass();
            }
        }

        /** Frames on their way; on the loop that both connections belong to. */
        private final class Direction {
            private final WireChannel from;
            private final WireChannel to;
            private final Recoding recoding;
            private final MessageBuffer out = new MessageBuffer();
            private boolean ended;

            Direction(WireChannel from, WireChannel to, Recoding recoding) {
                this.from = from;
                this.to = to;
                this.recoding = recoding;
            }

            void end() {
                ended = true;
                pass();
            }

            /** Passes what has arrived, as far as the receiver keeps up. */
            void pass() {
                try {
                    while (to.isWritable()) {
                        Frame frame = from.next();
                        if (frame == null) {
                            break;
                        }
                        recoding.recode(frame, out);
                        if (out.size() > FLUSH_BYTES) {
                            to.write(out);
                        }
                    }
                } catch (WireException e) {
                    refuse(client, e.sqlState(), e.getMessage());
                    server.close();
                    return;
                }
                to.write(out);
                if (!to.isWritable() && to.isOpen()) {
                    from.pause();
                } else if (ended) {
                    to.closeWith(out);
                    from.close();
                } else {
                    from.resume();
                }
            }
        }
    }

    /** Runs until the process is ended. Arguments: the port to listen on, and PostgreSQL's. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Relay relay = start(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("listening on " + relay.port());
            new CountDownLatch(1).await();
        }
    }
}
