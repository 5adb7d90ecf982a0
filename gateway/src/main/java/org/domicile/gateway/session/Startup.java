package org.domicile.gateway.session;

import java.io.IOException;
import java.util.List;
import org.domicile.gateway.transport.Tls;
import org.domicile.gateway.transport.WireChannel;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.BodyReader;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.gateway.wire.StartupPacket;
import org.domicile.gateway.wire.WireException;
import org.jspecify.annotations.Nullable;

/** Settling encryption and version, before anybody says who they are. */
final class Startup {
    /** GSSENCRequest, SSLRequest, and then the startup message or a cancel request. */
    private static final int MAX_PACKETS = 3;

    /** Of protocol 3; 3.2 has longer cancel keys. There is no 3.1. */
    static final int NEWEST_MINOR = 2;

    private static final String PROTOCOL_OPTION_PREFIX = "_pq_.";

    private final ClientChannel client;
    private final SessionServices services;
    private final int timeoutMillis;

    Startup(ClientChannel client, SessionServices services) {
        this.client = client;
        this.services = services;
        this.timeoutMillis = Math.toIntExact(services.limits().login().toMillis());
    }

    /**
     * Reads up to the startup message; null when the connection was for something else and is done.
     */
    StartupPacket.@Nullable StartupMessage negotiate() throws IOException {
        WireChannel wire = client.wire();
        if (wire.awaitsHandshake(timeoutMillis)) {
            encryptDirectly(wire);
        }
        for (int packets = 0; packets < MAX_PACKETS; packets++) {
            BodyReader body = wire.awaitStartupPacket(timeoutMillis);
            if (body == null) {
                return null;
            }
            switch (StartupPacket.decode(body)) {
                case StartupPacket.SslRequest() -> encrypt(wire);
                case StartupPacket.GssEncRequest() -> decline(wire);
                case StartupPacket.CancelRequest cancel -> {
                    services.cancelKeys().cancel(cancel);
                    return null;
                }
                case StartupPacket.StartupMessage startup -> {
                    negotiateVersion(startup);
                    requireEncryption(wire);
                    return startup;
                }
            }
        }
        throw new WireException(
                WireException.PROTOCOL_VIOLATION, "encryption was asked for too often");
    }

    /** TLS without asking first, as clients of PostgreSQL 17 and newer may begin. */
    private void encryptDirectly(WireChannel wire) throws IOException {
        Tls tls = services.tls();
        if (tls == null) {
            throw new ClientGone(); // nothing that could be said would be understood
        }
        wire.startTls(tls, new MessageBuffer(), timeoutMillis);
        if (!Tls.ALPN.equals(wire.alpn())) {
            // So that bytes meant for another protocol's server are never taken for ours.
            throw new WireException(
                    WireException.PROTOCOL_VIOLATION,
                    "direct TLS was begun without the ALPN protocol \"postgresql\"");
        }
    }

    private void encrypt(WireChannel wire) throws IOException {
        Tls tls = services.tls();
        if (tls == null || wire.tlsSession() != null) {
            decline(wire);
            return;
        }
        requireNothingAhead(wire);
        wire.startTls(tls, new MessageBuffer().acceptEncryption(), timeoutMillis);
    }

    private static void decline(WireChannel wire) {
        requireNothingAhead(wire);
        wire.write(new MessageBuffer().declineEncryption());
    }

    /**
     * Whoever asks for encryption waits for the answer. Bytes that came before it were put there by
     * somebody in between (CVE-2021-23214).
     */
    private static void requireNothingAhead(WireChannel wire) {
        if (wire.buffered() > 0) {
            throw new WireException(
                    WireException.PROTOCOL_VIOLATION,
                    "unencrypted data came before the answer to an encryption request");
        }
    }

    private void negotiateVersion(StartupPacket.StartupMessage startup) {
        if (startup.major() != 3) {
            throw new FatalError(
                    "0A000",
                    "protocol version "
                            + startup.major()
                            + "."
                            + startup.minor()
                            + " is not spoken here",
                    "Use a client of PostgreSQL 7.4 or newer.");
        }
        List<String> unknown =
                startup.parameters().keySet().stream()
                        .filter(name -> name.startsWith(PROTOCOL_OPTION_PREFIX))
                        .toList();
        if (startup.minor() > NEWEST_MINOR || !unknown.isEmpty()) {
            client.write(
                    new BackendMessage.NegotiateProtocolVersion(
                            Math.min(startup.minor(), NEWEST_MINOR), unknown));
        }
    }

    private void requireEncryption(WireChannel wire) {
        Tls tls = services.tls();
        if (tls != null && tls.isRequired() && wire.tlsSession() == null) {
            throw new FatalError(
                    "28000",
                    "this gateway takes no connection without TLS",
                    "Connect with sslmode=verify-full, or at least sslmode=require.");
        }
    }

    /** Whether a startup parameter was answered by the negotiation already. */
    static boolean isProtocolOption(String name) {
        return name.startsWith(PROTOCOL_OPTION_PREFIX);
    }
}
