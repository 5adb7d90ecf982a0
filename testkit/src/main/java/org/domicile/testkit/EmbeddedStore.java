package org.domicile.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    /** Replaying the log after a crash may take long. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final long POLL_MILLIS = 10;

    /** A free port may be taken by another program before the server gets to it. */
    private static final int PORT_ATTEMPTS = 5;

    /** The processes of a killed server take a moment to notice. */
    private static final Duration LEFTOVER_LIMIT = Duration.ofSeconds(10);

    private static final int LOG_TAIL_CHARACTERS = 2000;

    private static final InetAddress LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");

    private static final boolean SETSID = Commands.succeeds("setsid", "true");

    private static final Pattern SETTING = Pattern.compile("[a-z][a-z0-9_.]*");
    private static final Pattern DATABASE = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private final StoreDirectory directory;
    private final Postmaster postmaster;
    private final int port;
    private final String password;
    private final Thread shutdownHook;
    private boolean deletedAfterwards;
    private boolean stopped;

    private EmbeddedStore(
            StoreDirectory directory, Postmaster postmaster, int port, String password) {
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
                started = start(binaries, opened, portOr0, all, runAs);
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

    private static EmbeddedStore start(
            PostgresBinaries binaries,
            StoreDirectory directory,
            int portOr0,
            Map<String, String> settings,
            RunAs runAs)
            throws IOException {
        runAs.requireReachable(binaries.binDirectory());
        runAs.requireReachable(directory.root());
        Postmaster.leftServing(directory.data(), runAs).ifPresent(Postmaster::stop);
        boolean durable = !"off".equals(settings.get("fsync"));
        String password = directory.prepare(binaries, runAs, durable);
        long deadline = System.nanoTime() + LEFTOVER_LIMIT.toNanos();
        for (int attempt = 1; ; ) {
            int port = portOr0 == 0 ? freePort() : portOr0;
            List<String> command = serverCommand(binaries, directory, port, settings, runAs);
            Postmaster postmaster = launch(command, directory);
            if (postmaster != null) {
                return new EmbeddedStore(directory, postmaster, port, password);
            }
            String log = logTail(directory);
            if (log.contains("pre-existing shared memory block") && System.nanoTime() < deadline) {
                pause();
            } else if (!log.contains("could not bind IPv4 address")) {
                throw new TestkitException(
                        "PostgreSQL did not start in %s:%n%s".formatted(directory.root(), log));
            } else if (portOr0 != 0 || attempt++ >= PORT_ATTEMPTS) {
                throw new TestkitException(
                        "port %d of 127.0.0.1 is in use; choose another".formatted(port));
            }
        }
    }

    private static List<String> serverCommand(
            PostgresBinaries binaries,
            StoreDirectory directory,
            int port,
            Map<String, String> settings,
            RunAs runAs) {
        List<String> words =
                new ArrayList<>(
                        List.of(binaries.program("postgres"), "-D", directory.data().toString()));
        Map<String, String> all = new TreeMap<>(settings);
        all.put("listen_addresses", "127.0.0.1");
        all.put("port", Integer.toString(port));
        all.put("unix_socket_directories", "");
        all.put("logging_collector", "off");
        all.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
        List<String> command = new ArrayList<>();
        // Ctrl-C reaches every process of a terminal's foreground group; in a session of its own
        // the server is stopped by us alone, after those who use it.
        if (SETSID) {
            command.add("setsid");
        }
        command.addAll(runAs.command(words));
        return command;
    }

    /** The server once it accepts connections; null where it ended before. */
    private static @Nullable Postmaster launch(List<String> command, StoreDirectory directory)
            throws IOException {
        Process process =
                Commands.builder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.newLog().toFile())
                        .start();
        process.getOutputStream().close();
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (process.isAlive()) {
            Optional<Postmaster> postmaster = Postmaster.accepting(directory.data());
            if (postmaster.isPresent() && postmaster.get().isOf(process)) {
                return postmaster.get();
            }
            if (System.nanoTime() > deadline) {
                new Postmaster(process.toHandle()).stop();
                throw new TestkitException(
                        "PostgreSQL in %s did not accept connections within %d s:%n%s"
                                .formatted(
                                        directory.root(),
                                        START_LIMIT.toSeconds(),
                                        logTail(directory)));
            }
            pause();
        }
        return null;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("interrupted while starting PostgreSQL", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    private static String logTail(StoreDirectory directory) throws IOException {
        String log = Files.readString(directory.log(), StandardCharsets.ISO_8859_1).strip();
        return log.substring(Math.max(0, log.length() - LOG_TAIL_CHARACTERS));
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
        return postmaster.process().isAlive();
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
            forgetHook();
        }
    }

    private void forgetHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // Java is shutting down, and the hook has run or is running.
        }
    }

    @Override
    public String toString() {
        return "EmbeddedStore(port " + port + ")";
    }
}
