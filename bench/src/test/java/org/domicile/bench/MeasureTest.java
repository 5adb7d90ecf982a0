package org.domicile.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Medians, ratios and goals are computed as the table says. */
class MeasureTest {
    @Test
    void theMedianIsTheMiddleOne() {
        assertThat(Samples.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
        assertThat(Samples.median(List.of(9.0, 1.0, 5.0, 6.0))).isEqualTo(5.5);
        assertThatThrownBy(() -> Samples.median(List.of())).isInstanceOf(BenchException.class);
    }

    @Test
    void aRatioIsDomicileInItsPeer() {
        Measure measure = measured(Measure.Goal.RATIO_AT_LEAST, 0.8, Route.PGBOUNCER, 100, 50, 40);
        assertThat(measure.ratio()).isEqualTo(0.8);
        assertThat(measure.isMet(0)).isTrue();
        assertThat(
                        measured(Measure.Goal.RATIO_AT_LEAST, 0.8, Route.PGBOUNCER, 100, 50, 39)
                                .isMet(0))
                .isFalse();
    }

    @Test
    void addedTimeLeavesOutOneSync() {
        Measure measure =
                measured(Measure.Goal.ADDED_MILLIS_AT_MOST, 0.3, Route.DIRECT, 1, 1.5, 2.25);
        assertThat(measure.reached(1)).isEqualTo(0.25);
        assertThat(measure.isMet(1)).isTrue();
        assertThat(measure.isMet(0.5)).isFalse();
    }

    @Test
    void aTimeIsHeldAgainstItsBound() {
        assertThat(measured(Measure.Goal.MILLIS_AT_MOST, 15, Route.DIRECT, 5, 1, 15).isMet(0))
                .isTrue();
        assertThat(measured(Measure.Goal.MILLIS_AT_MOST, 15, Route.DIRECT, 5, 1, 15.1).isMet(0))
                .isFalse();
    }

    @Test
    void theReportSaysWhichGoalsAreMet() {
        BenchReport report =
                new BenchReport(
                        List.of(
                                measured(
                                        Measure.Goal.RATIO_AT_LEAST, 0.8, Route.PGBOUNCER, 9, 4, 5),
                                measured(Measure.Goal.MILLIS_AT_MOST, 15, Route.DIRECT, 5, 1, 16)),
                        List.of("made up: refused"),
                        0.2,
                        1,
                        5);
        assertThat(report.lines().get(1)).contains("1.25 x PgBouncer", ">= 0.8 x, met");
        assertThat(report.lines().get(2)).contains("3.20 x direct", "<= 15 ms, NOT met");
        assertThat(report.lines()).contains("not measured: made up: refused");
        assertThat(report.document().toString()).contains("met=true", "met=false");
    }

    private static Measure measured(
            Measure.Goal goal, double bound, Route peer, double direct, double pooler, double own) {
        Measure measure =
                new Measure(
                        "made up",
                        "ms",
                        EnumSet.allOf(Route.class),
                        peer,
                        goal,
                        bound,
                        route ->
                                switch (route) {
                                    case DIRECT -> direct;
                                    case PGBOUNCER -> pooler;
                                    case DOMICILE -> own;
                                });
        for (Route route : Route.values()) {
            measure.run(route);
        }
        return measure;
    }
}
