package org.domicile.gateway.session;

import java.io.IOException;
import java.net.Socket;
import org.domicile.gateway.upstream.StoreException;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.StartupPacket;
import org.domicile.gateway.wire.WireException;
import org.domicile.ledger.LedgerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection from accept to close. {@link #run} is its thread's whole work; the server
 * calls {@link #closeIfOverdue} and {@link #close} from others.
 */
public final class GatewayConnection implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayConnection.class);

    private final ClientChannel client;
    private final SessionServices services;
    private final boolean admitted;
    private final long acceptedNanos = System.nanoTime();
    private volatile boolean loggedIn;

    /**
     * Takes a connection.
     *
     * @param admitted whether there is room for a session; otherwise the client is told so, once it
     *     has said what it speaks
     */
    public GatewayConnection(Socket socket, SessionServices services, boolean admitted)
            throws IOException {
        this.client = new ClientChannel(socket);
        this.admitted = admitted;
        this.services = services;
    }

    /** Serves the client to the end, whatever end that is. Nothing is thrown. */
    @Override
    public void run() {
        try {
            serve();
        } catch (FatalError e) {
            client.closeWith(new BackendMessage.ErrorResponse(e.error()));
        } catch (WireException e) {
            closeWith(e.sqlState(), e.getMessage(), "The connection is closed.");
        } catch (StoreException e) {
            LOG.warn("a store cannot be used: {}", e.getMessage(), e.getCause());
            closeWith(e.sqlState(), e.getMessage(), e.hint());
        } catch (LedgerException e) {
            LOG.error("the ledger cannot record", e);
            closeWith(
                    "58030",
                    "the ledger cannot record, so nothing was released",
                    "Tell the jurisdiction's custodian; sessions are refused until it can.");
        } catch (IOException | ClientGone e) {
            LOG.debug("a connection ended: {}", e.getClass().getSimpleName());
        } catch (RuntimeException e) {
            // Its message may hold what a client sent, so only the place is logged.
            LOG.error("a connection failed: {} at {}", e.getClass(), e.getStackTrace());
            closeWith("XX000", "the gateway met an internal error", "Connect again.");
        } finally {
            client.close();
        }
    }

    private void serve() throws IOException, StoreException {
        StartupPacket.StartupMessage startup = Startup.negotiate(client, services.cancelKeys());
        if (startup == null) {
            return;
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
                    .refused(
                            null,
                            e.refused().sqlState(),
                            e.refused().reason(),
                            e.refused().statement(),
                            "");
            throw new FatalError(e.refused().sqlState(), e.refused().message(), e.refused().hint());
        }
        Session session = new Session(client, services, person, purpose);
        loggedIn = true;
        session.run();
    }

    private void closeWith(String sqlState, String message, String hint) {
        client.closeWith(
                new BackendMessage.ErrorResponse(ErrorFields.of("FATAL", sqlState, message, hint)));
    }

    /** Closes the connection if its login, or a write to it, lasts longer than allowed. */
    public void closeIfOverdue() {
        Limits limits = services.limits();
        boolean loginOverdue =
                !loggedIn && System.nanoTime() - acceptedNanos > limits.login().toNanos();
        if (loginOverdue || client.stalledNanos() > limits.stalledWrite().toNanos()) {
            client.close();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
