package org.domicile.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * A way to the store for one reader, always on 127.0.0.1.
 *
 * @param options the startup parameter of that name; empty for none
 */
record Endpoint(int port, String database, String user, String password, String options) {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** Where everything listens. */
    static InetSocketAddress address(int port) {
        return new InetSocketAddress(LOOPBACK, port);
    }

    /** What libpq's programs connect by. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("PGHOST", LOOPBACK.getHostAddress());
        environment.put("PGPORT", Integer.toString(port));
        environment.put("PGDATABASE", database);
        environment.put("PGUSER", user);
        environment.put("PGPASSWORD", password);
        environment.put("PGSSLMODE", "disable");
        environment.put("PGGSSENCMODE", "disable");
        if (!options.isEmpty()) {
            environment.put("PGOPTIONS", options);
        }
        return environment;
    }

    /** Keeps the password out of messages. */
    @Override
    public String toString() {
        return "Endpoint[" + user + " on port " + port + "]";
    }
}
