package org.domicile.console;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import org.domicile.console.site.Site;

/**
 * How a console is served.
 *
 * @param listen where; without an origin on loopback only, since it speaks plain HTTP
 * @param origin where browsers find it, {@code https://host[:port]}, when something that speaks TLS
 *     stands before it; empty for {@code http://localhost:port} itself
 */
public record ConsoleConfig(InetSocketAddress listen, Optional<URI> origin, Site site) {
    public ConsoleConfig {
        if (origin.isEmpty() && !listen.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "without TLS the console listens on 127.0.0.1 only; put something that speaks"
                            + " TLS before it, and say its https:// address");
        }
        origin.ifPresent(ConsoleConfig::requireOrigin);
    }

    private static void requireOrigin(URI origin) {
        String path = origin.getPath();
        if (!"https".equals(origin.getScheme())
                || origin.getHost() == null
                || origin.getUserInfo() != null
                || origin.getQuery() != null
                || origin.getFragment() != null
                || !(path == null || path.isEmpty())) {
            throw new IllegalArgumentException(
                    "write the console's address as https://host or https://host:port");
        }
    }
}
