package org.domicile.policy.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.domicile.plan.BackendPassword;
import org.domicile.plan.StoreNames;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;

/** A real server per supported version at hand, shared by the tests of one run. */
final class TestServer {
    static final String DATABASE = "us";
    static final String SECRET = "a store secret of more than thirty-two characters";

    private static final Map<Integer, TestServer> SERVERS = new ConcurrentHashMap<>();

    private final EmbeddedStore store;
    private final int majorVersion;

    private TestServer(EmbeddedStore store, int majorVersion) {
        this.store = store;
        this.majorVersion = majorVersion;
    }

    /** The embedded 18 and every installed version from 14 on. */
    static List<TestServer> all() {
        return Stream.concat(
                        Stream.of(PostgresBinaries.embedded()),
                        PostgresBinaries.findInstalled().stream())
                .filter(binaries -> binaries.majorVersion() >= 14)
                .map(b -> SERVERS.computeIfAbsent(b.majorVersion(), v -> start(b)))
                .distinct()
                .toList();
    }

    private static TestServer start(PostgresBinaries binaries) {
        try {
            Path directory = Files.createTempDirectory("domicile-store-test");
            EmbeddedStore store =
                    EmbeddedStore.start(binaries, directory, 0, EmbeddedStore.THROWAWAY);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(store, directory)));
            return new TestServer(store, binaries.majorVersion());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(EmbeddedStore store, Path directory) {
        store.stop();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int majorVersion() {
        return majorVersion;
    }

    /** An empty database {@link #DATABASE} on a server without any role of Domicile's. */
    void reset() throws SQLException {
        store.dropDatabase(DATABASE);
        try (Connection connection = store.connect("postgres")) {
            List<String> roles =
                    Session.queryStrings(
                            connection,
                            "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres'");
            for (String role : roles) {
                sql(connection, "DROP OWNED BY " + SqlText.name(role));
            }
            for (String role : roles) {
                sql(connection, "DROP ROLE " + SqlText.name(role));
            }
            sql(connection, "GRANT CONNECT ON DATABASE postgres, template1 TO PUBLIC");
        }
        store.createDatabase(DATABASE);
    }

    Connection superuser() throws SQLException {
        return store.connect(DATABASE);
    }

    /** As one of the roles whose passwords derive from {@link #SECRET}. */
    Connection login(String role) throws SQLException {
        return login(role, BackendPassword.derive(SECRET, role));
    }

    Connection login(String role, String password) throws SQLException {
        return DriverManager.getConnection(store.jdbcUrl(DATABASE), role, password);
    }

    Connection login(String role, String database, String secret) throws SQLException {
        return DriverManager.getConnection(
                store.jdbcUrl(database), role, BackendPassword.derive(secret, role));
    }

    /** For psql. */
    String uri(String role) {
        return "host=127.0.0.1 port=%d dbname=%s user=%s".formatted(store.port(), DATABASE, role);
    }

    Connection compiler() throws SQLException {
        return login(StoreNames.COMPILER_ROLE);
    }

    void asSuperuser(String... statements) throws SQLException {
        try (Connection connection = superuser()) {
            for (String statement : statements) {
                sql(connection, statement);
            }
        }
    }

    static void sql(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** For test names. */
    @Override
    public String toString() {
        return "PostgreSQL " + majorVersion;
    }
}
