package org.domicile.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerVerifier;
import org.jspecify.annotations.Nullable;

/**
 * The gateway in a small heap under clients that ask, leave, cancel and lose their backends at
 * random, and the proof afterwards that nothing leaked, neither memory nor sessions nor rows.
 */
public final class Soak implements AutoCloseable {
    private static final int CLIENTS = 64;
    private static final String GATEWAY_OPTIONS = "-Xmx512m";
    private static final int SAMPLES = 20;
    private static final int MIN_SAMPLE_PAUSE_MILLIS = 3_000;

    /** One backend is killed in so many queries, however fast the machine is. */
    private static final int QUERIES_FOR_A_KILL = 40;

    /** For clients to hear the end of what they asked last. */
    private static final int LAST_ANSWERS_SECONDS = 180;

    /** For backends to go once their clients have. */
    private static final int BACKENDS_GONE_SECONDS = 30;

    private static final int POLL_MILLIS = 250;
    private static final int KILL_POLL_MILLIS = 20;

    /** Login roles, and no others, have a dash: see {@link org.domicile.plan.StoreNames}. */
    private static final String OF_LOGIN_ROLES = "usename LIKE 'dom\\_%-%'";

    private final Site site;
    private final Consumer<String> progress;
    private final int seconds;
    private final long seed;
    private final SoakTally tally = new SoakTally();

    /**
     * @param keep where to leave the store and the ledger; null deletes them
     * @param launcher the program {@code domicile}
     * @param progress hears how far it is
     */
    public Soak(
            int seconds,
            long seed,
            @Nullable Path keep,
            String launcher,
            Consumer<String> progress) {
        this.seconds = seconds;
        this.seed = seed;
        this.progress = progress;
        this.site = Site.in(keep, launcher, progress);
    }

    /** Sets everything up, soaks, and looks at what is left. */
    public SoakReport run(DemoFiles demo) {
        site.prepare(demo);
        Site.Gateway gateway = site.serve(GATEWAY_OPTIONS);
        MemoryProbe memory = new MemoryProbe(site.children(), gateway.process());
        List<String> violations = new ArrayList<>();
        try {
            soak(gateway, memory, violations);
            requireNoBackends(violations);
        } catch (SQLException e) {
            throw new BenchException("the store cannot be asked", e);
        }
        violations.addAll(memory.findings());
        tally.events()
                .forEach((event, count) -> {
                    if (event.startsWith(SoakClient.UNEXPECTED)) {
                        violations.add(event + ", %,d times".formatted(count));
                    }
                });
        if (!gateway.process().isAlive()) {
            violations.add("the gateway ended:\n" + site.children().said("gateway"));
        }
        progress.accept("stopping the gateway and verifying its ledger …");
        site.children().stop(gateway.process());
        SoakTally.Recorded recorded = recorded(violations);
        violations.addAll(tally.differences(recorded));
        return new SoakReport(seconds, seed, tally, recorded.rows(), memory, violations);
    }

    private void soak(Site.Gateway gateway, MemoryProbe memory, List<String> violations)
            throws SQLException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        BooleanSupplier isOver = () -> System.nanoTime() - end > 0 || !gateway.process().isAlive();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
        try {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(
                        threads.submit(
                                new SoakClient(
                                        tally,
                                        reader -> site.through(gateway, reader),
                                        isOver,
                                        new Random(seed + i))));
            }
            Future<?> killer = threads.submit(() -> killBackends(isOver));
            watch(gateway, memory, isOver);
            threads.shutdown();
            if (!threads.awaitTermination(LAST_ANSWERS_SECONDS, TimeUnit.SECONDS)) {
                long waiting = clients.stream().filter(client -> !client.isDone()).count();
                violations.add(
                        "%d clients were without an answer %d s after the end"
                                .formatted(waiting, LAST_ANSWERS_SECONDS));
                return;
            }
            killer.get();
            for (Future<?> client : clients) {
                client.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        } catch (java.util.concurrent.ExecutionException e) {
            throw new BenchException("a client failed: " + e.getCause(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private void watch(Site.Gateway gateway, MemoryProbe memory, BooleanSupplier isOver) {
        long pause = Math.max(MIN_SAMPLE_PAUSE_MILLIS, seconds * 1_000L / SAMPLES);
        long next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
        while (!isOver.getAsBoolean()) {
            Pause.millis(POLL_MILLIS);
            if (System.nanoTime() - next > 0) {
                next += TimeUnit.MILLISECONDS.toNanos(pause);
                sample(gateway, memory);
            }
        }
    }

    private void sample(Site.Gateway gateway, MemoryProbe memory) {
        try {
            MemoryProbe.Sample sample = memory.take();
            progress.accept(
                    "%,d queries, %,d rows, heap %.0f MiB, resident %.0f MiB"
                            .formatted(
                                    tally.queries(),
                                    tally.rows(),
                                    sample.heapMib(),
                                    sample.residentMib()));
        } catch (BenchException e) {
            if (gateway.process().isAlive()) {
                throw e;
            }
            progress.accept("the gateway ended"); // which the report says as well
        }
    }

    /** As an administrator who ends sessions does. */
    private Void killBackends(BooleanSupplier isOver) throws SQLException {
        try (Connection admin = site.store().connect(Site.DATABASE);
                PreparedStatement kill =
                        admin.prepareStatement(
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                                        + OF_LOGIN_ROLES
                                        + " ORDER BY random() LIMIT 1")) {
            int next = QUERIES_FOR_A_KILL;
            while (!isOver.getAsBoolean()) {
                Pause.millis(KILL_POLL_MILLIS);
                if (tally.queries() < next) {
                    continue;
                }
                next += QUERIES_FOR_A_KILL;
                try (ResultSet killed = kill.executeQuery()) {
                    if (killed.next()) {
                        tally.count("backends killed");
                    }
                }
            }
        }
        return null;
    }

    private void requireNoBackends(List<String> violations) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BACKENDS_GONE_SECONDS);
        int left = backends();
        while (left > 0 && System.nanoTime() < deadline) {
            Pause.millis(POLL_MILLIS);
            left = backends();
        }
        if (left > 0) {
            violations.add(
                    "%d backends are left %d s after their clients have gone"
                            .formatted(left, BACKENDS_GONE_SECONDS));
        }
    }

    private int backends() throws SQLException {
        try (Connection admin = site.store().connect(Site.DATABASE);
                Statement statement = admin.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT count(*) FROM pg_stat_activity WHERE " + OF_LOGIN_ROLES)) {
            row.next();
            return row.getInt(1);
        }
    }

    private SoakTally.Recorded recorded(List<String> violations) {
        SoakTally.Recorded recorded = new SoakTally.Recorded();
        try {
            site.domicile(
                    Map.of(),
                    "",
                    "verify",
                    site.ledger().toString(),
                    "--key",
                    site.state().resolve("keys").resolve(Site.JURISDICTION + ".vkey").toString());
            LedgerVerifier.verify(
                    site.ledger(),
                    LedgerVerifier.ownKey(site.ledger()),
                    entry -> {
                        if (entry.fact() instanceof Fact.Disclosure disclosure) {
                            entry.privateValues()
                                    .ifPresent(values ->
                                            recorded.add(
                                                    values.getOrDefault("sql", ""),
                                                    disclosure.rows()));
                        }
                    });
        } catch (LedgerDamage | BenchException e) {
            violations.add("the ledger does not verify: " + e.getMessage());
        } catch (IOException e) {
            throw new BenchException("cannot read " + site.ledger(), e);
        }
        return recorded;
    }

    /** Ends everything that was started; any thread may, and again. */
    @Override
    public void close() {
        site.close();
    }
}
