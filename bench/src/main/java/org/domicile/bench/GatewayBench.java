package org.domicile.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The gateway measured beside PostgreSQL itself and PgBouncer: same machine, same run, same views,
 * same login roles, taking turns.
 */
public final class GatewayBench implements AutoCloseable {
    private static final int MANY = 64;
    private static final int FEW = 8;

    /** For the gateway's optimising compiler, which begins from nothing; the peers are compiled. */
    private static final int WARM_UP_SECONDS = 30;

    private static final String POINT_SELECT =
            "\\set i random(1, " + Site.USERS + ")\nSELECT id, country FROM users WHERE id = :i;\n";
    private static final String SESSION = "SELECT 1;\n";

    /** None of them is the subject key or hidden from any of the readers. */
    private static final String BULK_SELECT =
            "SELECT video_id, at, tab, play_time_ms, is_click, is_like, long_view FROM impressions";

    private static final Set<Route> ALL = EnumSet.allOf(Route.class);
    private static final Set<Route> WITHOUT_POOLER = EnumSet.of(Route.DIRECT, Route.DOMICILE);

    private final Site site;
    private final Consumer<String> progress;
    private final int rounds;
    private final int seconds;

    /**
     * @param seconds for each of pgbench's runs
     * @param keep where to leave the store and the ledger; null deletes them
     * @param launcher the program {@code domicile}
     * @param progress hears how far it is
     */
    public GatewayBench(
            int rounds,
            int seconds,
            @Nullable Path keep,
            String launcher,
            Consumer<String> progress) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.progress = progress;
        Programs.PGBENCH.require();
        Programs.PGBOUNCER.require();
        this.site = Site.in(keep, launcher, progress);
    }

    /** Sets everything up and measures. */
    public BenchReport run(DemoFiles demo) {
        site.prepare(demo);
        Site.Gateway gateway = site.serve("");
        Map<String, String> logins = new TreeMap<>();
        for (Reader reader : Reader.values()) {
            Endpoint direct = site.direct(reader);
            logins.put(direct.user(), direct.password());
        }
        int pooler =
                PgBouncer.start(
                        site.children(),
                        site.root().resolve("pgbouncer"),
                        site.store().port(),
                        Site.DATABASE,
                        logins);
        Ways ways =
                (route, reader) ->
                        switch (route) {
                            case DIRECT -> site.direct(reader);
                            case PGBOUNCER -> site.atStore(pooler, reader);
                            case DOMICILE -> site.through(gateway, reader);
                        };
        try {
            return measure(measures(ways));
        } catch (IOException e) {
            throw new BenchException("cannot write to " + site.root(), e);
        }
    }

    /** How to come to the store. */
    private interface Ways {
        Endpoint endpoint(Route route, Reader reader);
    }

    private BenchReport measure(List<Measure> planned) {
        List<Measure> measures = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Measure measure : planned) {
            try {
                warmUp(measure);
                measures.add(measure);
            } catch (BenchException e) {
                site.children().requireOpen();
                failures.add(measure.name + ": " + e.getMessage());
            }
        }
        List<Double> syncs = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (Measure measure : measures) {
                for (Route route : order(round)) {
                    if (measure.routes.contains(route)) {
                        double value = measure.run(route);
                        progress.accept(
                                String.format(
                                        Locale.ROOT,
                                        "round %d of %d: %s, %s: %.3f %s",
                                        round,
                                        rounds,
                                        measure.name,
                                        route.label,
                                        value,
                                        measure.unit));
                    }
                }
            }
            syncs.add(DiskSync.medianMillis(site.state()));
        }
        return new BenchReport(measures, failures, Samples.median(syncs), rounds, seconds);
    }

    /** Every run is made once before the first round, so that compilers and caches are warm. */
    private void warmUp(Measure measure) {
        for (Route route : Route.values()) {
            if (measure.routes.contains(route)) {
                progress.accept("warming up: " + measure.name + ", " + route.label);
                measure.warmUp(route);
            }
        }
    }

    /** Nobody is always the one who comes after somebody else. */
    private static List<Route> order(int round) {
        List<Route> order = new ArrayList<>(List.of(Route.values()));
        java.util.Collections.rotate(order, round - 1);
        return order;
    }

    private List<Measure> measures(Ways ways) throws IOException {
        Pgbench pgbench = new Pgbench(site.children(), site.root().resolve("pgbench"));
        Path point = pgbench.script("point", POINT_SELECT);
        Path session = pgbench.script("session", SESSION);
        Endpoint domicile = ways.endpoint(Route.DOMICILE, Reader.SHOWN);
        progress.accept("warming up the gateway …");
        pgbench.warmUp(domicile, point, Pgbench.Mode.PREPARED, MANY, WARM_UP_SECONDS);
        pgbench.warmUp(domicile, point, Pgbench.Mode.SIMPLE, MANY, WARM_UP_SECONDS);
        List<Measure> measures = new ArrayList<>();
        for (int clients : List.of(MANY, FEW)) {
            measures.add(
                    new Measure(
                            "point select, prepared, " + clients + " clients",
                            "/s",
                            ALL,
                            Route.PGBOUNCER,
                            clients == MANY ? Measure.Goal.RATIO_AT_LEAST : Measure.Goal.NONE,
                            1.0,
                            route ->
                                    pgbench.rate(
                                            ways.endpoint(route, Reader.SHOWN),
                                            point,
                                            Pgbench.Mode.PREPARED,
                                            clients,
                                            seconds)));
        }
        measures.add(
                new Measure(
                        "point select, simple, " + MANY + " clients",
                        "/s",
                        ALL,
                        Route.PGBOUNCER,
                        Measure.Goal.RATIO_AT_LEAST,
                        0.8,
                        route ->
                                pgbench.rate(
                                        ways.endpoint(route, Reader.SHOWN),
                                        point,
                                        Pgbench.Mode.SIMPLE,
                                        MANY,
                                        seconds)));
        measures.add(
                new Measure(
                        "point select, 1 client, p50",
                        "ms",
                        ALL,
                        Route.DIRECT,
                        Measure.Goal.ADDED_MILLIS_AT_MOST,
                        0.3,
                        route ->
                                pgbench.medianMillis(
                                        ways.endpoint(route, Reader.SHOWN), point, seconds)));
        measures.add(
                new Measure(
                        "session: connect, SELECT 1, close",
                        "ms",
                        ALL,
                        Route.DIRECT,
                        Measure.Goal.MILLIS_AT_MOST,
                        15,
                        route ->
                                1_000
                                        / pgbench.rate(
                                                ways.endpoint(route, Reader.SHOWN),
                                                session,
                                                Pgbench.Mode.RECONNECTING,
                                                1,
                                                seconds)));
        for (Reader reader : Reader.values()) {
            measures.add(bulk("select", BULK_SELECT, ways, reader));
            measures.add(bulk("COPY", "COPY (" + BULK_SELECT + ") TO STDOUT", ways, reader));
        }
        return measures;
    }

    private static Measure bulk(String kind, String sql, Ways ways, Reader reader) {
        return new Measure(
                "million rows, %s, key %s".formatted(kind, reader.name().toLowerCase(Locale.ROOT)),
                "MB/s",
                WITHOUT_POOLER,
                Route.DIRECT,
                Measure.Goal.RATIO_AT_LEAST,
                0.8,
                new BulkProbe(route -> ways.endpoint(route, reader), sql));
    }

    /** Ends everything that was started; any thread may, and again. */
    @Override
    public void close() {
        site.close();
    }
}
