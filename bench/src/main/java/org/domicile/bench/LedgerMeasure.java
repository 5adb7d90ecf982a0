package org.domicile.bench;

import java.util.Locale;

/**
 * One line of the report of {@link LedgerBench} or {@link ConsoleBench}.
 *
 * @param goal empty where there is none
 */
public record LedgerMeasure(String name, double value, String unit, String goal, boolean isMet) {
    static LedgerMeasure of(String name, double value, String unit) {
        return new LedgerMeasure(name, value, unit, "", true);
    }

    static LedgerMeasure atLeast(String name, double value, String unit, double bound) {
        return new LedgerMeasure(
                name, value, unit, ">= " + number(bound) + " " + unit, value >= bound);
    }

    static LedgerMeasure atMost(String name, double value, String unit, double bound) {
        return new LedgerMeasure(
                name, value, unit, "<= " + number(bound) + " " + unit, value <= bound);
    }

    private static String number(double bound) {
        return bound >= 100
                ? String.format(Locale.ROOT, "%,.0f", bound)
                : String.format(Locale.ROOT, "%.1f", bound);
    }
}
