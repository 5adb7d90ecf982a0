package org.domicile.app;

import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.net.URISyntaxException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.domicile.plan.BackendPassword;
import org.domicile.plan.StoreNames;
import org.domicile.policy.Policy;

/**
 * The ways into one jurisdiction's store.
 *
 * @param ownSecret the store's secret, which whoever only asks and decides does not have
 * @param requestsPassword of the login for asking and deciding, where it was given
 */
record StoreLogins(
        String jurisdiction,
        String host,
        int port,
        String database,
        Optional<String> ownSecret,
        Optional<String> requestsPassword) {
    static final int DEFAULT_PORT = 5432;
    private static final String CONNECT_TIMEOUT_SECONDS = "10";
    private static final int POOLED_CONNECTIONS = 4;
    private static final long IDLE_MILLIS = 60_000;
    private static final long POOL_PATIENCE_MILLIS = 2_000;

    static StoreLogins of(String jurisdiction, Policy.StoreAccess access) {
        Address address = Address.parse(access.url());
        return new StoreLogins(
                jurisdiction,
                address.host(),
                address.port(),
                address.database(),
                access.secret(),
                access.requests());
    }

    /** What the passwords of all roles derive from. */
    String secret() {
        return ownSecret.orElseThrow(() ->
                new CommandFailure(
                        "this needs the secret of the store of \""
                                + jurisdiction
                                + "\", and only the login for requests is set: run it where the"
                                + " custodian runs Domicile"));
    }

    /** As the role that plans and applies. */
    Connection asCompiler() {
        return as(StoreNames.COMPILER_ROLE);
    }

    /** As the role that reads the applied plan and nothing else. */
    Connection asGateway() {
        return as(StoreNames.GATEWAY_ROLE);
    }

    /** As the role that asks and decides: the password that was given, else the secret's. */
    Connection asRequester() {
        return as(StoreNames.REQUESTS_ROLE, requestsPassword.orElseGet(this::requests));
    }

    /**
     * Likewise, connections that are kept for {@link #IDLE_MILLIS} after each use; none is opened
     * before somebody wants one, and a store that cannot be reached is a SQLException then.
     */
    HikariDataSource requesterPool() {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("requests-" + jurisdiction);
        pool.setJdbcUrl(new Address(host, port, database, StoreNames.REQUESTS_ROLE).jdbcUrl());
        pool.setUsername(StoreNames.REQUESTS_ROLE);
        pool.setPassword(requestsPassword.orElseGet(this::requests));
        pool.addDataSourceProperty("ApplicationName", "domicile");
        pool.setMaximumPoolSize(POOLED_CONNECTIONS);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(IDLE_MILLIS);
        pool.setConnectionTimeout(POOL_PATIENCE_MILLIS);
        return pool;
    }

    /** What to give to those who ask and decide: nothing else can be derived from it. */
    String requests() {
        return BackendPassword.derive(secret(), StoreNames.REQUESTS_ROLE);
    }

    private Connection as(String role) {
        return as(role, BackendPassword.derive(secret(), role));
    }

    private Connection as(String role, String password) {
        try {
            return connect(new Address(host, port, database, role), password);
        } catch (SQLException e) {
            if ("28P01".equals(e.getSQLState()) || "28000".equals(e.getSQLState())) {
                throw new CommandFailure(
                        "the store of \""
                                + jurisdiction
                                + "\" does not let "
                                + role
                                + " in: run `domicile init` on it first, with the same secret; where only"
                                + " the login for requests is set, ask for what `domicile"
                                + " requests-login` prints now");
            }
            throw unreachable(e);
        }
    }

    private CommandFailure unreachable(SQLException e) {
        return new CommandFailure(
                "cannot reach the store of \""
                        + jurisdiction
                        + "\" at "
                        + host
                        + ":"
                        + port
                        + "/"
                        + database
                        + " ("
                        + e.getSQLState()
                        + "); is it running, and is its URL right?");
    }

    static Connection connect(Address address, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "domicile");
        properties.setProperty("loginTimeout", CONNECT_TIMEOUT_SECONDS);
        return DriverManager.getConnection(address.jdbcUrl(), properties);
    }

    /** Keeps the secret out of log lines. */
    @Override
    public String toString() {
        return "StoreLogins[" + jurisdiction + "]";
    }

    /** Where a database is, and as whom: {@code postgresql://user@host:port/database}. */
    record Address(String host, int port, String database, String user) {
        /** Reads a URL, with or without {@code jdbc:} before it; a password in it is refused. */
        static Address parse(String url) {
            URI uri;
            try {
                uri = new URI(url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url);
            } catch (URISyntaxException e) {
                throw malformed();
            }
            String path = uri.getPath();
            boolean isPostgres =
                    "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
            if (!isPostgres || uri.getHost() == null || path == null || path.length() < 2) {
                throw malformed();
            }
            String user = uri.getUserInfo() == null ? "" : uri.getUserInfo();
            if (user.contains(":")) {
                throw new CommandFailure(
                        "leave the password out of the store's URL: it shows in process lists; set"
                                + " PGPASSWORD instead");
            }
            int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
            return new Address(uri.getHost(), port, path.substring(1), user);
        }

        private static CommandFailure malformed() {
            return new CommandFailure(
                    "write a store's URL as postgresql://host:5432/database, for an administrator"
                            + " postgresql://user@host:5432/database");
        }

        String jdbcUrl() {
            String hostInUrl =
                    host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
            return "jdbc:postgresql://"
                    + hostInUrl
                    + ":"
                    + port
                    + "/"
                    + java.net.URLEncoder.encode(database, java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
