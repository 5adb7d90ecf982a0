package org.domicile.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.domicile.gateway.gate.StatementGate;
import org.domicile.gateway.session.GatewayConnection;
import org.domicile.gateway.session.SessionServices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening gateway. One thread accepts, one looks once a second for connections that last too
 * long, and each connection has a virtual thread of its own.
 */
public final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);

    private static final int BACKLOG = 256;

    /** Connections beyond the limit that are still told so; more are closed without a word. */
    private static final int TOLD_THAT_FULL = 100;

    private static final long LOOK_MILLIS = 1_000;

    /** For sessions to say goodbye by themselves; then their sockets are closed. */
    private static final Duration GOODBYE = Duration.ofMillis(2_500);

    private static final Duration END = Duration.ofSeconds(3);

    private final ServerSocket serverSocket;
    private final StatementGate gate;
    private final SessionServices services;
    private final Set<GatewayConnection> connections = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;
    private final Thread watcher;
    private volatile boolean closing;

    private GatewayServer(GatewayConfig config) throws IOException {
        this.gate = StatementGate.open();
        this.services =
                new SessionServices(
                        config.jurisdictions(), config.credentials(), gate, config.limits());
        this.serverSocket = new ServerSocket();
        try {
            serverSocket.setReuseAddress(true);
            serverSocket.bind(config.listen(), BACKLOG);
        } catch (IOException e) {
            serverSocket.close();
            gate.close();
            throw new IOException("cannot listen on " + config.listen(), e);
        }
        this.acceptor = Thread.ofPlatform().name("gateway-accept").unstarted(this::accept);
        this.watcher = Thread.ofPlatform().name("gateway-watch").daemon().unstarted(this::watch);
    }

    /** Starts listening. */
    public static GatewayServer start(GatewayConfig config) throws IOException {
        GatewayServer server = new GatewayServer(config);
        server.acceptor.start();
        server.watcher.start();
        return server;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) serverSocket.getLocalSocketAddress();
    }

    private void accept() {
        while (!closing) {
            try {
                admit(serverSocket.accept());
            } catch (IOException e) {
                if (!closing) {
                    LOG.warn("a connection could not be accepted", e);
                    pause(LOOK_MILLIS / 10); // as when no file descriptor is left
                }
            }
        }
    }

    private void admit(Socket socket) throws IOException {
        int room = services.limits().connections() - connections.size();
        if (room <= -TOLD_THAT_FULL) {
            socket.close();
            return;
        }
        GatewayConnection connection = new GatewayConnection(socket, services, room > 0);
        connections.add(connection);
        Thread.ofVirtual()
                .name("gateway-session")
                .start(() -> {
                    try {
                        connection.run();
                    } finally {
                        connections.remove(connection);
                    }
                });
    }

    private void watch() {
        while (!closing) {
            pause(LOOK_MILLIS);
            connections.forEach(GatewayConnection::closeIfOverdue);
        }
    }

    /** Stops listening, tells every session, and returns when all have ended. */
    @Override
    public void close() {
        closing = true;
        services.close();
        try {
            serverSocket.close();
        } catch (IOException e) {
            LOG.warn("the listening socket did not close", e);
        }
        awaitEnd(GOODBYE);
        connections.forEach(GatewayConnection::close);
        awaitEnd(END);
        if (!connections.isEmpty()) {
            LOG.warn("{} sessions did not end in time", connections.size());
        }
        gate.close();
    }

    private void awaitEnd(Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!connections.isEmpty() && System.nanoTime() < deadlineNanos) {
            pause(10);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
