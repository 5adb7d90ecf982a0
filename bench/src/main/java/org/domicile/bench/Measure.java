package org.domicile.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * One line of the table: what is measured by some routes, once a round, and what Domicile is held
 * against.
 */
final class Measure {
    /** Which number of Domicile's is compared with the goal. */
    enum Goal {
        NONE,
        /** Times {@link Measure#peer}, at least. */
        RATIO_AT_LEAST,
        /** Milliseconds more than {@link Measure#peer} and one sync of the disk, at most. */
        ADDED_MILLIS_AT_MOST,
        /** Milliseconds, at most. */
        MILLIS_AT_MOST
    }

    /** Makes one measurement. */
    @FunctionalInterface
    interface Probe {
        double run(Route route);

        /** Rows in a second for each unit, where rows are what is measured; otherwise 0. */
        default double rowsPerUnit() {
            return 0;
        }

        /** The client's own share of a processor's time; 0 where another program is the client. */
        default double clientShare() {
            return 0;
        }
    }

    final String name;
    final String unit;
    final Set<Route> routes;
    final Route peer;
    final Goal goal;
    final double bound;
    final Probe probe;
    private final Map<Route, List<Double>> samples = new EnumMap<>(Route.class);

    Measure(
            String name,
            String unit,
            Set<Route> routes,
            Route peer,
            Goal goal,
            double bound,
            Probe probe) {
        this.name = name;
        this.unit = unit;
        this.routes = Set.copyOf(routes);
        this.peer = peer;
        this.goal = goal;
        this.bound = bound;
        this.probe = probe;
    }

    /** Measures and forgets: programs and caches get warm. */
    void warmUp(Route route) {
        probe.run(route);
    }

    double run(Route route) {
        double value = probe.run(route);
        samples.computeIfAbsent(route, _ -> new ArrayList<>()).add(value);
        return value;
    }

    List<Double> samples(Route route) {
        return List.copyOf(samples.getOrDefault(route, List.of()));
    }

    OptionalDouble median(Route route) {
        List<Double> values = samples(route);
        return values.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Samples.median(values));
    }

    /** Domicile's median in the peer's. */
    double ratio() {
        return median(Route.DOMICILE).orElseThrow() / median(peer).orElseThrow();
    }

    /** What the goal speaks of. */
    double reached(double syncMillis) {
        return switch (goal) {
            case NONE, RATIO_AT_LEAST -> ratio();
            case ADDED_MILLIS_AT_MOST ->
                    median(Route.DOMICILE).orElseThrow() - median(peer).orElseThrow() - syncMillis;
            case MILLIS_AT_MOST -> median(Route.DOMICILE).orElseThrow();
        };
    }

    boolean isMet(double syncMillis) {
        return switch (goal) {
            case NONE -> true;
            case RATIO_AT_LEAST -> reached(syncMillis) >= bound;
            case ADDED_MILLIS_AT_MOST, MILLIS_AT_MOST -> reached(syncMillis) <= bound;
        };
    }
}
