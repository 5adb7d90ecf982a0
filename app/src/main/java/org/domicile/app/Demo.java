package org.domicile.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.domicile.bench.DemoFiles;
import org.domicile.control.access.AccessPolicy;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.plan.Roster;
import org.domicile.policy.store.StoreInit;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.domicile.testkit.shortvideo.ShortVideoData;
import org.jspecify.annotations.Nullable;

/**
 * The running demo: three region stores, their ledgers and one gateway, all below one directory.
 * What it does to the stores is what a platform engineer does: init, apply, serve.
 */
final class Demo implements AutoCloseable {
    static final String DATABASE = "shortvideo";
    private static final String POLICY = "domicile.yaml";
    private static final int SECRET_BYTES = 32;
    private static final int PASSWORD_BYTES = 12;

    /** Durable as in production; small, because three run beside each other on a laptop. */
    private static final Map<String, String> SETTINGS =
            Map.of("shared_buffers", "64MB", "max_connections", "400", "max_wal_size", "2GB");

    private final Terminal terminal;
    private final Path directory;
    private final StateDirectory state;
    private final Map<String, EmbeddedStore> stores = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final List<GrantKeeper> keepers = new ArrayList<>();
    private @Nullable GatewayRuntime gateway;
    private boolean isClosed;

    Demo(Terminal terminal, Path directory) {
        this.terminal = terminal;
        this.directory = directory;
        this.state = new StateDirectory(directory);
    }

    /** Starts everything; returns when the gateway accepts connections. */
    void start(DemoFill fill, int port, int consolePort) {
        state.createPrivateDirectories();
        checkFill(fill);
        terminal.progress("starting three PostgreSQL servers …");
        forEachJurisdiction(this::startStore);
        fillStores(fill);
        Path policyFile = writePolicy();
        Map<String, PolicyOptions.Target> targets = targets(policyFile);
        terminal.progress("compiling the policy into the stores …");
        forEachJurisdiction(jurisdiction -> prepare(jurisdiction, targets.get(jurisdiction)));
        Map<String, String> passwords = passwords(targets);
        synchronized (this) {
            if (isClosed) {
                throw new CommandFailure("stopped while starting");
            }
            gateway =
                    GatewayRuntime.start(
                            targets.values(),
                            OrganisationOptions.of(policyFile),
                            state,
                            "127.0.0.1",
                            port,
                            LogHeartbeat.DEFAULT_INTERVAL,
                            null,
                            Optional.of(ConsoleAddress.local(consolePort)));
            // As `apply --watch` beside a gateway: the second approval is all it takes.
            for (PolicyOptions.Target target : targets.values()) {
                keepers.add(
                        GrantKeeper.start(
                                target.store(),
                                OrganisationOptions.of(policyFile),
                                terminal::print));
            }
        }
        writePgpass(passwords, port);
        announce(port, gateway.console());
    }

    private void checkFill(DemoFill fill) {
        Path file = directory.resolve("filled-with");
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, fill.description() + "\n");
            } else if (!Files.readString(file).strip().equals(fill.description())) {
                throw new CommandFailure(
                        directory
                                + " was filled with "
                                + Files.readString(file).strip()
                                + ", not with "
                                + fill.description()
                                + "; take another --data, or remove it");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the data directory " + directory, e);
        }
    }

    private void startStore(String jurisdiction) {
        EmbeddedStore store =
                EmbeddedStore.start(
                        PostgresBinaries.embedded(),
                        directory.resolve("stores").resolve(jurisdiction),
                        0,
                        SETTINGS);
        synchronized (this) {
            if (isClosed) {
                store.stop();
                throw new CommandFailure("stopped while starting");
            }
            stores.put(jurisdiction, store);
        }
    }

    private void fillStores(DemoFill fill) {
        Map<String, EmbeddedStore> empty = new TreeMap<>();
        forEachJurisdiction(jurisdiction -> {
            EmbeddedStore store = storeOf(jurisdiction);
            if (!hasDatabase(store)) {
                store.createDatabase(DATABASE);
            }
            try (Connection connection = store.connect(DATABASE)) {
                if (!ShortVideoData.isLoaded(connection)) {
                    synchronized (empty) {
                        empty.put(jurisdiction, store);
                    }
                }
            }
        });
        if (empty.isEmpty()) {
            return;
        }
        terminal.progress("making up people …");
        ShortVideoData data = fill.make();
        Map<String, Long> rows = new ConcurrentHashMap<>();
        data.loadAll(
                empty,
                DATABASE,
                (jurisdiction, table, written) -> {
                    rows.put(jurisdiction + "." + table, written);
                    long total = rows.values().stream().mapToLong(Long::longValue).sum();
                    terminal.progress(
                            "filling the stores: %,d rows (%s in %s) …"
                                    .formatted(total, table, jurisdiction));
                });
    }

    private static boolean hasDatabase(EmbeddedStore store) throws SQLException {
        try (Connection connection = store.connect("postgres");
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
            return row.next();
        }
    }

    /** The policy, the organisation and who may act as what, as this program brings them. */
    static DemoFiles files() {
        return new DemoFiles(
                resource(POLICY), resource(OrganisationFile.NAME), resource(AccessPolicy.NAME));
    }

    private static String resource(String name) {
        try (InputStream file = Demo.class.getResourceAsStream("/demo/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the demo's files are part of this program");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the demo's " + name, e);
        }
    }

    /** The demo's policy, unless the reader has made it their own, and where its stores are now. */
    private Path writePolicy() {
        Path policyFile = directory.resolve(POLICY);
        Path organisationFile = directory.resolve(OrganisationFile.NAME);
        Path accessFile = directory.resolve(AccessPolicy.NAME);
        Path environmentFile = directory.resolve(Environment.FILE_NAME);
        try {
            if (!Files.exists(policyFile)) {
                Files.writeString(policyFile, files().policy());
            }
            if (!Files.exists(organisationFile)) {
                Files.writeString(organisationFile, files().organisation());
            }
            if (!Files.exists(accessFile)) {
                Files.writeString(accessFile, files().access());
            }
            Environment before = Environment.beside(policyFile);
            StringBuilder lines =
                    new StringBuilder("# Where the demo's stores are; made anew at each start.\n");
            for (String jurisdiction : ShortVideoData.JURISDICTIONS) {
                String prefix = "DOMICILE_" + jurisdiction.toUpperCase(java.util.Locale.ROOT);
                String secret = before.get(prefix + "_SECRET");
                lines.append(prefix)
                        .append("_STORE=postgresql://127.0.0.1:")
                        .append(storeOf(jurisdiction).port())
                        .append('/')
                        .append(DATABASE)
                        .append('\n')
                        .append(prefix)
                        .append("_SECRET=")
                        .append(secret == null ? randomHex(SECRET_BYTES) : secret)
                        .append('\n');
            }
            StateDirectory.writePrivate(environmentFile, lines.toString());
            return policyFile;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + policyFile, e);
        }
    }

    private static Map<String, PolicyOptions.Target> targets(Path policyFile) {
        Map<String, PolicyOptions.Target> targets = new LinkedHashMap<>();
        for (PolicyOptions.Target target : PolicyOptions.of(policyFile).targets()) {
            targets.put(target.store().jurisdiction(), target);
        }
        if (!targets.keySet().equals(new java.util.HashSet<>(ShortVideoData.JURISDICTIONS))) {
            throw new CommandFailure(
                    policyFile + " must keep the jurisdictions " + ShortVideoData.JURISDICTIONS);
        }
        return targets;
    }

    private void prepare(String jurisdiction, PolicyOptions.@Nullable Target target)
            throws SQLException {
        if (target == null) {
            throw new IllegalArgumentException(jurisdiction);
        }
        try (Connection admin = storeOf(jurisdiction).connect(DATABASE)) {
            StoreInit.run(admin, target.store().secret());
        }
        try (Connection compiler = target.store().asCompiler()) {
            StoreGrants.of(compiler, target, terminal::note).apply(false, _ -> {});
        }
    }

    /** Everybody's password, kept from start to start. */
    private Map<String, String> passwords(Map<String, PolicyOptions.Target> targets) {
        Map<String, String> passwords = new TreeMap<>();
        try {
            Path file = directory.resolve("pgpass");
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] fields = line.split(":", -1);
                    if (fields.length == 5) {
                        passwords.put(fields[3], fields[4]);
                    }
                }
            }
            TreeSet<String> people = new TreeSet<>();
            for (PolicyOptions.Target target : targets.values()) {
                target.roster().accessors().stream().map(Roster.Accessor::id).forEach(people::add);
                // Those who decide and watch sign in at the console, though no audience is theirs.
                people.addAll(target.deciders().organisation().people().keySet());
            }
            passwords.keySet().retainAll(people);
            for (String person : people) {
                String password =
                        passwords.computeIfAbsent(person, name -> randomHex(PASSWORD_BYTES));
                PasswordCommand.set(state.credentials(), person, password);
            }
            return passwords;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep passwords in " + directory, e);
        }
    }

    /** PostgreSQL's password file: {@code hostname:port:database:username:password}. */
    private void writePgpass(Map<String, String> passwords, int port) {
        StringBuilder lines = new StringBuilder();
        passwords.forEach((person, password) ->
                lines.append("127.0.0.1:")
                        .append(port)
                        .append(":*:")
                        .append(person)
                        .append(':')
                        .append(password)
                        .append('\n'));
        StateDirectory.writePrivate(directory.resolve("pgpass"), lines.toString());
    }

    private void announce(int port, Optional<URI> console) {
        String login = "PGPASSFILE=" + directory.resolve("pgpass");
        String psql = "' psql -h 127.0.0.1 -p " + port + " -U ";
        terminal.print("domicile is ready on 127.0.0.1:" + port + ", jurisdictions us, eu and row");
        terminal.print("");
        terminal.print("A foreign analyst sees pseudonyms:");
        terminal.print(
                "  "
                        + login
                        + " PGOPTIONS='-c domicile.purpose=analytics"
                        + psql
                        + "parent_analyst us -c 'SELECT id, handle, email, birth_date, phone FROM users"
                        + " LIMIT 3'");
        terminal.print("Support at home sees the user who asked:");
        terminal.print(
                "  "
                        + login
                        + " PGOPTIONS='-c domicile.purpose=support"
                        + psql
                        + "us_support us -c 'SELECT id, handle, email, birth_date, phone FROM users LIMIT"
                        + " 3'");
        terminal.print("Anyone can check what was shown to whom:");
        terminal.print(
                "  ./domicile verify " + state.ledger("us") + " --key " + state.verifierKey("us"));
        console.ifPresent(origin -> {
            terminal.print(
                    "The console, with the names and passwords of that file (overseer, us_owner, …):");
            terminal.print("  " + origin);
        });
        terminal.print("");
        terminal.print("Ctrl-C stops it.");
    }

    private EmbeddedStore storeOf(String jurisdiction) {
        EmbeddedStore store = stores.get(jurisdiction);
        if (store == null) {
            throw new IllegalStateException("the store of " + jurisdiction + " is not running");
        }
        return store;
    }

    private String randomHex(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }

    /** What is done to one jurisdiction, side by side with the others. */
    @FunctionalInterface
    private interface Step {
        void run(String jurisdiction) throws Exception;
    }

    private static void forEachJurisdiction(Step step) {
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
            List<Future<?>> running = new ArrayList<>();
            for (String jurisdiction : ShortVideoData.JURISDICTIONS) {
                Callable<Void> task =
                        () -> {
                            step.run(jurisdiction);
                            return null;
                        };
                running.add(threads.submit(task));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new CommandFailure("a store could not be prepared: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while starting");
        }
    }

    /** Stops the gateway, then the stores; harmless when called again. */
    @Override
    public void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            keepers.forEach(GrantKeeper::close);
            if (gateway != null) {
                gateway.close();
            }
        }
        stores.values().parallelStream().forEach(EmbeddedStore::stop);
    }
}
