package org.domicile.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.domicile.gateway.gate.StatementGate;
import org.domicile.gateway.session.GatewayConnection;
import org.domicile.gateway.session.LiveSession;
import org.domicile.gateway.session.Pass;
import org.domicile.gateway.session.SessionServices;
import org.domicile.gateway.transport.Transport;
import org.domicile.gateway.transport.WireChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening gateway. Event loops carry the sessions, each login has a virtual thread of its own,
 * and one thread looks once a second for what lasts too long.
 */
public final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);

    /** Connections beyond the limit that are still told so; more are closed without a word. */
    private static final int TOLD_THAT_FULL = 100;

    private static final long LOOK_MILLIS = 1_000;

    /** For sessions to say goodbye by themselves; then their sockets are closed. */
    private static final Duration GOODBYE = Duration.ofMillis(2_500);

    private static final Duration END = Duration.ofSeconds(3);

    private final Transport transport;
    private final Transport.Listening listening;
    private final StatementGate gate;
    private final SessionServices services;
    private final Set<GatewayConnection> connections = ConcurrentHashMap.newKeySet();
    private final Thread watcher;
    private volatile boolean closing;

    private GatewayServer(GatewayConfig config) throws IOException {
        this.gate = StatementGate.open();
        this.transport = Transport.start(config.eventLoops());
        this.services =
                new SessionServices(
                        config.jurisdictions(),
                        config.credentials(),
                        config.standings(),
                        gate,
                        config.limits(),
                        transport,
                        config.tls());
        try {
            listening = transport.listen(config.listen(), this::admit);
        } catch (IOException e) {
            transport.close();
            gate.close();
            throw e;
        }
        this.watcher = Thread.ofPlatform().name("gateway-watch").daemon().unstarted(this::watch);
    }

    /** Starts listening. */
    public static GatewayServer start(GatewayConfig config) throws IOException {
        GatewayServer server = new GatewayServer(config);
        server.watcher.start();
        var _ = Thread.ofVirtual().name("gate-warm-up").start(server.gate::warmUp);
        return server;
    }

    public InetSocketAddress address() {
        return listening.address();
    }

    /** The sessions that there are. */
    public List<LiveSession> sessions() {
        return connections.stream().flatMap(connection -> connection.live().stream()).toList();
    }

    /**
     * A one-time password for a connection that this process has opened to {@link #address}, for
     * somebody whom it has let in by itself. Everything else about the session is as for any
     * client.
     *
     * @param person who was let in; whoever calls this answers for it
     * @param from this process's end of the connection
     * @param client for whom the session is, as its first entry will have it
     * @throws IllegalStateException when there are too many out
     */
    public Pass pass(String person, InetSocketAddress from, String client) {
        return services.passes().give(person, from, client);
    }

    private void admit(WireChannel wire) {
        int room = services.limits().connections() - connections.size();
        if (room <= -TOLD_THAT_FULL || closing) {
            wire.close();
            return;
        }
        GatewayConnection connection = new GatewayConnection(wire, services, room > 0);
        connections.add(connection);
        wire.whenClosed(() -> connections.remove(connection));
        var _ = Thread.ofVirtual().name("gateway-login").start(connection);
    }

    private void watch() {
        while (!closing) {
            pause(LOOK_MILLIS);
            connections.forEach(GatewayConnection::tick);
        }
    }

    /** Stops listening, tells every session, and returns when all have ended. */
    @Override
    public void close() {
        closing = true;
        services.close();
        listening.close();
        connections.forEach(GatewayConnection::tick);
        awaitEnd(GOODBYE);
        connections.forEach(GatewayConnection::close);
        awaitEnd(END);
        if (!connections.isEmpty()) {
            LOG.warn("{} sessions did not end in time", connections.size());
        }
        transport.close();
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
