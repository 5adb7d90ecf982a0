package org.domicile.gateway.session;

import java.io.IOException;
import java.util.List;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.BodyReader;
import org.domicile.gateway.wire.StartupPacket;
import org.domicile.gateway.wire.WireException;
import org.jspecify.annotations.Nullable;

/** Settling version and encryption, before anybody says who they are. */
final class Startup {
    /** SSLRequest, GSSENCRequest, and then the startup message. */
    private static final int MAX_PACKETS = 3;

    /** Of protocol 3: the version every client speaks. */
    private static final int NEWEST_MINOR = 0;

    private static final String PROTOCOL_OPTION_PREFIX = "_pq_.";

    private Startup() {}

    /**
     * Reads up to the startup message; null when the connection was for something else and is done.
     */
    static StartupPacket.@Nullable StartupMessage negotiate(
            ClientChannel client, CancelKeys cancelKeys, int timeoutMillis) throws IOException {
        for (int packets = 0; packets < MAX_PACKETS; packets++) {
            BodyReader body = client.wire().awaitStartupPacket(timeoutMillis);
            if (body == null) {
                return null;
            }
            switch (StartupPacket.decode(body)) {
                case StartupPacket.SslRequest() -> decline(client);
                case StartupPacket.GssEncRequest() -> decline(client);
                case StartupPacket.CancelRequest cancel -> {
                    cancelKeys.cancel(cancel);
                    return null;
                }
                case StartupPacket.StartupMessage startup -> {
                    negotiateVersion(client, startup);
                    return startup;
                }
            }
        }
        throw new WireException(
                WireException.PROTOCOL_VIOLATION, "encryption was asked for too often");
    }

    private static void decline(ClientChannel client) {
        // Whoever asks for encryption waits for the answer. Bytes that came before it were put
        // there by somebody in between (CVE-2021-23214).
        if (client.wire().buffered() > 0) {
            throw new WireException(
                    WireException.PROTOCOL_VIOLATION,
                    "unencrypted data came before the answer to an encryption request");
        }
        client.declineEncryption();
    }

    private static void negotiateVersion(
            ClientChannel client, StartupPacket.StartupMessage startup) {
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
            client.write(new BackendMessage.NegotiateProtocolVersion(NEWEST_MINOR, unknown));
        }
    }

    /** Whether a startup parameter was answered by the negotiation already. */
    static boolean isProtocolOption(String name) {
        return name.startsWith(PROTOCOL_OPTION_PREFIX);
    }
}
