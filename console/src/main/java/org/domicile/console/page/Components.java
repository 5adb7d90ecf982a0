package org.domicile.console.page;

import java.util.List;

/** Every component that pages are made of, shown once with made-up content. */
public record Components(List<Meter> meters) {
    static Components example() {
        return new Components(
                List.of(
                        new Meter("parent", 120, 10_000),
                        new Meter("global", 8_200, 10_000),
                        new Meter("vendor", 10_000, 10_000)));
    }

    /**
     * A bar against a threshold.
     *
     * @param name what is counted
     * @param limit more is refused
     */
    public record Meter(String name, long count, long limit) {
        /** From here on it is shown as filling up. */
        private static final int HIGH_PERCENT = 80;

        /** How full, from 0 to 100. */
        public long percent() {
            return limit <= 0 ? 100 : Math.min(100, count * 100 / limit);
        }

        /** {@code low}, {@code high} or {@code full}. */
        public String level() {
            return count >= limit ? "full" : percent() >= HIGH_PERCENT ? "high" : "low";
        }
    }
}
