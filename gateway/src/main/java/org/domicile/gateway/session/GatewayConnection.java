package org.domicile.gateway.session;

import java.io.IOException;
import java.util.Optional;
import org.domicile.gateway.transport.WireChannel;
import org.domicile.gateway.upstream.StoreException;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.StartupPacket;
import org.domicile.gateway.wire.WireException;
import org.domicile.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection from accept to close. {@link #run} logs the client in, on a thread that
 * may wait, and starts its session; the server calls {@link #tick} and {@link #close} from others.
 */
public final class GatewayConnection implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayConnection.class);

    private final ClientChannel client;
    private final SessionServices services;
    private final boolean admitted;
    private final long acceptedNanos = System.nanoTime();
    private volatile @Nullable Session session;

    /**
     * Takes a connection.
     *
     * @param admitted whether there is room for a session; otherwise the client is told so, once it
     *     has said what it speaks
     */
    public GatewayConnection(WireChannel wire, SessionServices services, boolean admitted) {
        this.client = new ClientChannel(wire);
        this.admitted = admitted;
        this.services = services;
    }

    /** Logs the client in and starts its session. Nothing is thrown. */
    @Override
    public void run() {
        try {
            Session started = logIn();
            if (started == null) {
                client.close();
            } else {
                started.start();
                session = started;
            }
        } catch (IOException | StoreException | RuntimeException e) {
            endWith(client, e);
        }
    }

    private @Nullable Session logIn() throws IOException, StoreException {
        StartupPacket.StartupMessage startup = new Startup(client, services).negotiate();
        if (startup == null) {
            return null;
        }
        if (!admitted) {
            throw new FatalError(
                    "53300", "the gateway has too many connections", "Try again in a moment.");
        }
        StartupRequest request = StartupRequest.of(startup);
        Login.Person person = new Login(client, services).authenticate(request);
        SessionPurpose purpose;
        try {
            purpose = SessionPurpose.atStart(person, request, services.gate());
        } catch (StartupRequest.RefusedAtStart e) {
            person.record()
                    .refusedAtStart(
                            e.refused().sqlState(), e.refused().reason(), e.refused().statement());
            throw new FatalError(e.refused().sqlState(), e.refused().message(), e.refused().hint());
        }
        return new Session(client, services, person, purpose, startup.minor());
    }

    /** Tells the client why its connection ends, where there is somebody to be told. */
    static void endWith(ClientChannel client, Exception reason) {
        switch (reason) {
            case FatalError e -> client.closeWith(new BackendMessage.ErrorResponse(e.error()));
            case WireException e ->
                    closeWith(client, e.sqlState(), e.getMessage(), "The connection is closed.");
            case StoreException e -> {
                LOG.warn("a store cannot be used: {}", e.getMessage(), e.getCause());
                closeWith(client, e.sqlState(), e.getMessage(), e.hint());
            }
            case LedgerException e -> {
                LOG.error("the ledger cannot record", e);
                closeWith(
                        client,
                        "58030",
                        "the ledger cannot record, so nothing was released",
                        "Tell the jurisdiction's custodian; sessions are refused until it can.");
            }
            case IOException e -> leave(client, e);
            case ClientGone e -> leave(client, e);
            default -> {
                // Its message may hold what a client sent, so only the place is logged.
                LOG.error(
                        "a connection failed: {} at {}", reason.getClass(), reason.getStackTrace());
                closeWith(client, "XX000", "the gateway met an internal error", "Connect again.");
            }
        }
    }

    private static void leave(ClientChannel client, Exception reason) {
        LOG.debug("a connection ended: {}", reason.getClass().getSimpleName());
        client.close();
    }

    private static void closeWith(
            ClientChannel client, String sqlState, String message, String hint) {
        client.closeWith(
                new BackendMessage.ErrorResponse(ErrorFields.of("FATAL", sqlState, message, hint)));
    }

    /** Looks, about once a second, whether the connection may go on. */
    public void tick() {
        Session running = session;
        if (running != null) {
            client.wire().execute(running::tick);
        } else if (System.nanoTime() - acceptedNanos > services.limits().login().toNanos()) {
            client.close();
        }
    }

    /** What its session is; nothing before the login. */
    public Optional<LiveSession> live() {
        return Optional.ofNullable(session).map(Session::live);
    }

    @Override
    public void close() {
        client.close();
    }
}
