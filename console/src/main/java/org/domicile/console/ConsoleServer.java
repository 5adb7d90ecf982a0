package org.domicile.console;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import org.domicile.console.web.WebServer;

/** A console that listens. */
public final class ConsoleServer implements AutoCloseable {
    private final WebServer web;

    private ConsoleServer(WebServer web) {
        this.web = web;
    }

    /** Starts listening. */
    public static ConsoleServer start(ConsoleConfig config) throws IOException {
        return new ConsoleServer(WebServer.start(config.listen(), config.origin(), config.site()));
    }

    public InetSocketAddress address() {
        return web.address();
    }

    /** Where browsers find it. */
    public URI origin() {
        return web.origin();
    }

    @Override
    public void close() {
        web.close();
    }
}
