package org.domicile.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A PostgreSQL server of its own, one process tree over one directory, reachable on 127.0.0.1 only
 * and by password only.
 *
 * <p>It ends with {@link #stop()} or with this Java process. Where Java is killed outright the
 * server goes on; the next {@link #start} over the same directory ends it first.
 *
 * <p>Thread-safe.
 */
public final class EmbeddedStore implements AutoCloseable {
    public static final String SUPERUSER = "postgres";

    /** For stores whose data nobody will miss: fast, and lost with the machine's power. */
    public static final Map<String, String> THROWAWAY =
            Map.of("fsync", "off", "full_page_writes", "off", "synchronous_commit", "off");

    /**
     * What every store starts with, unless the caller says otherwise. A server's log would carry
     * statements, and with them people's data and passwords, so it is kept short.
     */
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "shared_buffers", "64MB",
                    "max_connections", "300",
                    "max_wal_senders", "0",
                    "wal_level", "minimal",
                    "timezone", "UTC",
                    "log_timezone", "UTC",
                    "log_min_error_statement", "panic",
                    "log_error_verbosity", "terse");

    private static final Pattern SETTING = Pattern.compile("[a-z][a-z0-9_.]*");
    private static final Pattern DATABASE = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private final StoreDirectory directory;
    private final Postmaster postmaster;
    private final int port;
    private final String password;
    private final Thread shutdownHook;
    private boolean deletedAfterwards;
    private boolean stopped;

    EmbeddedStore(StoreDirectory directory, Postmaster postmaster, int port, String password) {
        this.directory = directory;
        this.postmaster = postmaster;
        this.port = port;
        this.password = password;
        this.shutdownHook = new Thread(this::stop, "stop-store-" + port);
        Runtime.getRuntime().addShutdownHook(shutdownHook);
    }

    /**
     * Starts a server over a directory, which is made where it is missing and reused otherwise, and
     * waits until it accepts connections.
     *
     * @param portOr0 0 takes any free port
     * @param settings PostgreSQL's own, by name; they hold for this run only
     */
    public static EmbeddedStore start(
            PostgresBinaries binaries, Path directory, int portOr0, Map<String, String> settings) {
        return start(binaries, directory, portOr0, settings, RunAs.choose());
    }

    /**
     * Starts a server over a new directory among the temporary files, which is deleted when the
     * server stops. Those of earlier processes that were killed are deleted too.
     */
    public static EmbeddedStore startTemporary(
            PostgresBinaries binaries, Map<String, String> settings) {
        RunAs runAs = RunAs.choose();
        try {
            EmbeddedStore store =
                    start(binaries, TemporaryStores.newDirectory(runAs), 0, settings, runAs);
            synchronized (store) {
                store.deletedAfterwards = true;
            }
            return store;
        } catch (IOException e) {
            throw new TestkitException("cannot make a temporary directory", e);
        }
    }

    static EmbeddedStore start(
            PostgresBinaries binaries,
            Path directory,
            int portOr0,
            Map<String, String> settings,
            RunAs runAs) {
        Map<String, String> all = new HashMap<>(DEFAULTS);
        all.putAll(settings);
        for (String name : all.keySet()) {
            if (!SETTING.matcher(name).matches()) {
                throw new IllegalArgumentException("not the name of a setting: " + name);
            }
        }
        try {
            StoreDirectory opened = StoreDirectory.open(directory);
            EmbeddedStore started = null;
            try {
                started = Launch.launch(binaries, opened, portOr0, all, runAs);
                return started;
            } finally {
                if (started == null) {
                    opened.close();
                }
            }
        } catch (IOException e) {
            throw new TestkitException("cannot prepare a store in " + directory, e);
        }
    }

    public int port() {
        return port;
    }

    /** Names neither user nor password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
    }

    public String superuser() {
        return SUPERUSER;
    }

    public String password() {
        return password;
    }

    /** A new connection as the superuser. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), SUPERUSER, password);
    }

    public void createDatabase(String name) throws SQLException {
        createDatabase(name, "template1");
    }

    /** Makes a database as a copy of another, to which nobody may be connected meanwhile. */
    public void createDatabase(String name, String template) throws SQLException {
        execute("CREATE DATABASE " + quoted(name) + " TEMPLATE " + quoted(template));
    }

    /** Drops a database, ending the sessions in it. */
    public void dropDatabase(String name) throws SQLException {
        execute("DROP DATABASE IF EXISTS " + quoted(name) + " WITH (FORCE)");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String quoted(String database) {
        if (!DATABASE.matcher(database).matches()) {
            throw new IllegalArgumentException(
                    "a database's name is of lower-case letters, digits and _, not " + database);
        }
        return '"' + database + '"';
    }

    public boolean isRunning() {
        return postmaster.isRunning();
    }

    /** Stops the server in bounded time; stopping twice does nothing. */
    public void stop() {
        end(Postmaster::stop);
    }

    /** Kills the server as a crash would, for tests. */
    public void kill() {
        end(Postmaster::kill);
    }

    @Override
    public void close() {
        stop();
    }

    private synchronized void end(Consumer<Postmaster> how) {
        if (stopped) {
            return;
        }
        stopped = true;
        how.accept(postmaster);
        try {
            if (deletedAfterwards) {
                FileTree.delete(directory.root());
            }
            directory.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Launch.removeHook(shutdownHook);
        }
    }

    @Override
    public String toString() {
        return "EmbeddedStore(port " + port + ")";
    }
}
