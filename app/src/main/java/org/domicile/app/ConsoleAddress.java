package org.domicile.app;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import org.domicile.console.ConsoleConfig;
import org.domicile.console.site.Site;

/**
 * Where a console is to be served.
 *
 * @param origin as {@link ConsoleConfig} has it
 */
record ConsoleAddress(InetSocketAddress listen, Optional<URI> origin) {
    /** On 127.0.0.1; port 0 takes a free one. */
    static ConsoleAddress local(int port) {
        return new ConsoleAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Optional.empty());
    }

    ConsoleConfig serving(Site site) {
        try {
            return new ConsoleConfig(listen, origin, site);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--console: " + e.getMessage(), ExitCode.USAGE);
        }
    }
}
