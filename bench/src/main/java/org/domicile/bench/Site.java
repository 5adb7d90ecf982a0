package org.domicile.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.domicile.plan.BackendPassword;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.domicile.testkit.shortvideo.ShortVideoData;
import org.jspecify.annotations.Nullable;

/**
 * One region store with a million impressions and the demo's policy in it, and the gateway before
 * it. Everything of Domicile's is done by its command line, as users do it.
 */
final class Site implements AutoCloseable {
    static final String DATABASE = "shortvideo";
    static final String JURISDICTION = "us";
    static final int USERS = 100_000;
    static final int IMPRESSIONS = 1_000_000;

    private static final int SECRET_BYTES = 32;
    private static final int PASSWORD_BYTES = 12;
    private static final int READY_MILLIS = 120_000;
    private static final int POLL_MILLIS = 50;
    private static final Pattern READY = Pattern.compile("(?m)^domicile is ready on [^:]+:(\\d+)");

    /** A store that is not short of anything; durable, as it reads only. */
    private static final Map<String, String> SETTINGS =
            Map.of("shared_buffers", "256MB", "max_connections", "400", "max_wal_size", "2GB");

    private final Path root;
    private final boolean isKept;
    private final String launcher;
    private final Consumer<String> progress;
    private final Children children;
    private final Map<Reader, String> passwords = new TreeMap<>();
    private String secret = "";
    private @Nullable EmbeddedStore store;

    private Site(Path root, boolean isKept, String launcher, Consumer<String> progress) {
        this.root = root;
        this.isKept = isKept;
        this.launcher = launcher;
        this.progress = progress;
        this.children = new Children(root);
    }

    /**
     * A place for a site, with nothing in it yet.
     *
     * @param keep where it stays; among the temporary files and deleted afterwards where null
     */
    static Site in(@Nullable Path keep, String launcher, Consumer<String> progress) {
        return new Site(place(keep), keep != null, launcher, progress);
    }

    /** A directory to work in, through which the stores' user may pass. */
    static Path place(@Nullable Path keep) {
        try {
            if (keep != null) {
                return Files.createDirectories(keep).toRealPath();
            }
            Path root = Files.createTempDirectory("domicile-bench");
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
            return root;
        } catch (IOException e) {
            throw new BenchException("cannot make a directory to work in", e);
        }
    }

    /** Starts the store, fills it where it is empty, and applies the policy. */
    void prepare(DemoFiles demo) {
        progress.accept("starting PostgreSQL …");
        EmbeddedStore running =
                children.opened(
                        EmbeddedStore.start(
                                PostgresBinaries.embedded(), root.resolve("store"), 0, SETTINGS));
        store = running;
        try {
            fill(running);
            delete(state()); // a former run's ledger is not this one's
            Path state = Files.createDirectories(state());
            writePolicy(demo, running.port());
            String admin =
                    "postgresql://%s@127.0.0.1:%d/%s"
                            .formatted(running.superuser(), running.port(), DATABASE);
            progress.accept("init and apply …");
            domicile(
                    Map.of("PGPASSWORD", running.password()),
                    "",
                    "init",
                    "--policy",
                    policy().toString(),
                    "-j",
                    JURISDICTION,
                    "--admin",
                    admin);
            domicile(Map.of(), "", "apply", "--policy", policy().toString(), "-j", JURISDICTION);
            for (Reader reader : Reader.values()) {
                String password = randomHex(PASSWORD_BYTES);
                passwords.put(reader, password);
                domicile(
                        Map.of(),
                        password + "\n",
                        "password",
                        reader.accessor,
                        "--state",
                        state.toString());
            }
        } catch (SQLException e) {
            throw new BenchException("the store cannot be filled: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new BenchException("cannot write to " + root, e);
        }
    }

    private void fill(EmbeddedStore running) throws SQLException, IOException {
        try (Connection connection = running.connect("postgres");
                Statement statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
            if (!row.next()) {
                running.createDatabase(DATABASE);
            }
        }
        try (Connection connection = running.connect(DATABASE)) {
            if (ShortVideoData.isLoaded(connection)) {
                return;
            }
            progress.accept("making %,d impressions …".formatted(IMPRESSIONS));
            ShortVideoData.create(connection, Site::insertRows);
        }
    }

    private static void insertRows(Connection connection) throws SQLException, IOException {
        try (InputStream sql = Site.class.getResourceAsStream("fill.sql");
                Statement statement = connection.createStatement()) {
            if (sql == null) {
                throw new IllegalStateException("the class path has no fill.sql");
            }
            statement.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void writePolicy(DemoFiles demo, int storePort) throws IOException {
        Files.writeString(policy(), Reader.policy(demo));
        Files.writeString(root.resolve("organisation.yaml"), Reader.organisation(demo));
        Files.writeString(root.resolve("access.cedar"), Reader.access(demo));
        Path environment = root.resolve("domicile.env");
        String name = "DOMICILE_US_SECRET=";
        if (Files.exists(environment)) {
            for (String line : Files.readAllLines(environment)) {
                if (line.startsWith(name)) {
                    secret = line.substring(name.length());
                }
            }
        }
        if (secret.isEmpty()) {
            secret = randomHex(SECRET_BYTES);
        }
        StringBuilder lines =
                new StringBuilder(
                                "DOMICILE_US_STORE=postgresql://127.0.0.1:"
                                        + storePort
                                        + "/"
                                        + DATABASE)
                        .append("\n" + name + secret + "\n");
        for (String unused : List.of("EU", "ROW")) { // the policy names them, nobody connects
            lines.append(
                    "DOMICILE_" + unused + "_STORE=postgresql://127.0.0.1:1/" + DATABASE + "\n");
            lines.append("DOMICILE_" + unused + "_SECRET=" + randomHex(SECRET_BYTES) + "\n");
        }
        Files.deleteIfExists(environment);
        Files.createFile(
                environment,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(environment, lines);
    }

    /** Runs one of Domicile's commands to its end. */
    String domicile(Map<String, String> environment, String input, String... words) {
        return children.run(
                environment,
                input,
                Stream.concat(Stream.of(launcher), Arrays.stream(words)).toList());
    }

    /**
     * A running {@code domicile serve}.
     *
     * @param process the Java process itself: the launcher becomes it
     */
    record Gateway(Process process, int port) {}

    /** Starts the gateway; options for its Java, where not empty, in place of the caller's. */
    Gateway serve(String javaOptions) {
        progress.accept("starting the gateway …");
        List<String> command =
                new ArrayList<>(List.of(launcher, "serve", "--policy", policy().toString()));
        command.addAll(List.of("-j", JURISDICTION, "--state", state().toString()));
        command.addAll(List.of("--listen", "127.0.0.1:0"));
        Process process =
                children.start(
                        "gateway",
                        javaOptions.isEmpty()
                                ? Map.of()
                                : Map.of("DOMICILE_JAVA_OPTS", javaOptions),
                        command);
        long deadline = System.nanoTime() + READY_MILLIS * 1_000_000L;
        while (process.isAlive() && System.nanoTime() < deadline) {
            Matcher ready = READY.matcher(children.said("gateway"));
            if (ready.find()) {
                return new Gateway(process, Integer.parseInt(ready.group(1)));
            }
            Pause.millis(POLL_MILLIS);
        }
        throw new BenchException("the gateway did not start:\n" + children.said("gateway"));
    }

    /** As the reader comes to it through the gateway. */
    Endpoint through(Gateway gateway, Reader reader) {
        return new Endpoint(
                gateway.port(), JURISDICTION, reader.accessor, password(reader), reader.options());
    }

    /** As the gateway comes to the store for the reader; the role's own settings find the views. */
    Endpoint direct(Reader reader) {
        return atStore(store().port(), reader);
    }

    /** Likewise, by a pooler's port. */
    Endpoint atStore(int port, Reader reader) {
        String role = reader.loginRole();
        return new Endpoint(port, DATABASE, role, BackendPassword.derive(secret, role), "");
    }

    private String password(Reader reader) {
        String password = passwords.get(reader);
        if (password == null) {
            throw new IllegalStateException("not prepared");
        }
        return password;
    }

    EmbeddedStore store() {
        EmbeddedStore running = store;
        if (running == null) {
            throw new IllegalStateException("not prepared");
        }
        return running;
    }

    Children children() {
        return children;
    }

    Path root() {
        return root;
    }

    private Path policy() {
        return root.resolve("domicile.yaml");
    }

    Path state() {
        return root.resolve("state");
    }

    Path ledger() {
        return state().resolve("ledger").resolve(JURISDICTION);
    }

    private static String randomHex(int bytes) {
        byte[] value = new byte[bytes];
        new SecureRandom().nextBytes(value);
        return HexFormat.of().formatHex(value);
    }

    /** Ends what was started, and deletes what is not to be kept; harmless when called again. */
    @Override
    public synchronized void close() {
        children.close();
        if (isKept || !Files.exists(root)) {
            return;
        }
        try {
            delete(root);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + root, e);
        }
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
