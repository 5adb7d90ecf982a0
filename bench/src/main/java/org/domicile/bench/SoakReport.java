package org.domicile.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a {@link Soak} came to. */
public final class SoakReport {
    private final List<String> lines;
    private final boolean isClean;

    SoakReport(
            int seconds,
            long seed,
            SoakTally tally,
            long recordedRows,
            MemoryProbe memory,
            List<String> violations) {
        List<String> all = new ArrayList<>();
        all.add(String.format(Locale.ROOT, "soaked %d s, seed %d", seconds, seed));
        all.add(
                String.format(
                        Locale.ROOT,
                        "%,d queries, %,d of them undisturbed; %,d rows received, %,d recorded",
                        tally.queries(),
                        tally.wholeQueries(),
                        tally.rows(),
                        recordedRows));
        tally.events()
                .forEach((event, count) ->
                        all.add(String.format(Locale.ROOT, "  %,10d %s", count, event)));
        all.add(memory.text());
        if (violations.isEmpty()) {
            all.add(
                    "clean: no backend left, memory flat, the ledger verifies and agrees with what"
                            + " clients were sent");
        }
        violations.forEach(violation -> all.add("VIOLATED: " + violation));
        this.lines = List.copyOf(all);
        this.isClean = violations.isEmpty();
    }

    /** The summary for a person. */
    public List<String> lines() {
        return lines;
    }

    /** Whether everything was as it has to be. */
    public boolean isClean() {
        return isClean;
    }
}
