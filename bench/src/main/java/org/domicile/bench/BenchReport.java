package org.domicile.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** What {@link GatewayBench} found: medians of its rounds, and how they compare. */
public final class BenchReport {
    private static final String LINE = "%-40s %12s %12s %12s  %-6s  %-22s %s";

    private final List<Measure> measures;
    private final List<String> failures;
    private final double syncMillis;
    private final int rounds;
    private final int seconds;

    /**
     * @param failures what could not be measured, and why
     */
    BenchReport(
            List<Measure> measures,
            List<String> failures,
            double syncMillis,
            int rounds,
            int seconds) {
        this.measures = List.copyOf(measures);
        this.failures = List.copyOf(failures);
        this.syncMillis = syncMillis;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** The table for a person. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        LINE,
                        "",
                        Route.DIRECT.label,
                        Route.PGBOUNCER.label,
                        Route.DOMICILE.label,
                        "",
                        "Domicile",
                        "goal"));
        for (Measure measure : measures) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            LINE,
                            measure.name,
                            cell(measure, Route.DIRECT, 1),
                            cell(measure, Route.PGBOUNCER, 1),
                            cell(measure, Route.DOMICILE, 1),
                            measure.unit,
                            comparison(measure),
                            goal(measure)));
            double rows = measure.probe.rowsPerUnit();
            if (rows > 0) {
                lines.add(
                        String.format(
                                        Locale.ROOT,
                                        LINE,
                                        "",
                                        cell(measure, Route.DIRECT, rows),
                                        cell(measure, Route.PGBOUNCER, rows),
                                        cell(measure, Route.DOMICILE, rows),
                                        "rows/s",
                                        "",
                                        "")
                                .stripTrailing());
            }
        }
        failures.forEach(failure -> lines.add("not measured: " + failure));
        lines.add("");
        lines.add(
                String.format(
                        Locale.ROOT,
                        "Medians of %d rounds, %d s for each of pgbench's runs; one sync of the"
                                + " ledger's disk (p50): %.3f ms.",
                        rounds,
                        seconds,
                        syncMillis));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "The client of the long results used at most %.0f %% of one processor.",
                        100 * clientShare()));
        lines.add(String.format(Locale.ROOT, "Load of the machine at the end: %.1f.", load()));
        return lines;
    }

    private static String cell(Measure measure, Route route, double factor) {
        OptionalDouble median = measure.median(route);
        if (median.isEmpty()) {
            return "-";
        }
        double value = median.getAsDouble() * factor;
        return value >= 1_000
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    private String comparison(Measure measure) {
        return switch (measure.goal) {
            case NONE, RATIO_AT_LEAST ->
                    String.format(Locale.ROOT, "%.2f x %s", measure.ratio(), measure.peer.label);
            case ADDED_MILLIS_AT_MOST ->
                    String.format(
                            Locale.ROOT, "%+.3f ms beside a sync", measure.reached(syncMillis));
            case MILLIS_AT_MOST ->
                    String.format(Locale.ROOT, "%.2f x %s", measure.ratio(), measure.peer.label);
        };
    }

    private String goal(Measure measure) {
        String met = measure.isMet(syncMillis) ? ", met" : ", NOT met";
        return switch (measure.goal) {
            case NONE -> "";
            case RATIO_AT_LEAST -> String.format(Locale.ROOT, ">= %.1f x", measure.bound) + met;
            case ADDED_MILLIS_AT_MOST ->
                    String.format(Locale.ROOT, "<= +%.1f ms", measure.bound) + met;
            case MILLIS_AT_MOST -> String.format(Locale.ROOT, "<= %.0f ms", measure.bound) + met;
        };
    }

    /** The same for a program, with every sample. */
    public Map<String, Object> document() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Measure measure : measures) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", measure.name);
            one.put("unit", measure.unit);
            for (Route route : Route.values()) {
                if (measure.routes.contains(route)) {
                    Map<String, Object> values = new LinkedHashMap<>();
                    values.put("median", measure.median(route).orElseThrow());
                    values.put("samples", measure.samples(route));
                    one.put(route.label.toLowerCase(Locale.ROOT), values);
                }
            }
            if (measure.probe.rowsPerUnit() > 0) {
                one.put("rows_per_second_for_each_unit", measure.probe.rowsPerUnit());
            }
            one.put("ratio", measure.ratio());
            one.put("ratio_to", measure.peer.label.toLowerCase(Locale.ROOT));
            if (measure.goal != Measure.Goal.NONE) {
                one.put("goal", measure.goal.name().toLowerCase(Locale.ROOT));
                one.put("bound", measure.bound);
                one.put("reached", measure.reached(syncMillis));
                one.put("met", measure.isMet(syncMillis));
            }
            all.add(one);
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("rounds", rounds);
        document.put("seconds", seconds);
        document.put("sync_p50_ms", syncMillis);
        document.put("client_share_of_processor", clientShare());
        document.put("load", load());
        document.put("measures", all);
        document.put("not_measured", failures);
        return document;
    }

    private double clientShare() {
        return measures.stream().mapToDouble(m -> m.probe.clientShare()).max().orElse(0);
    }

    private static double load() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                .getSystemLoadAverage();
    }
}
