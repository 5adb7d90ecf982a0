package org.domicile.control.meter;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.domicile.control.rules.BulkThreshold;
import org.domicile.control.rules.Rules;
import org.domicile.plan.PlanFormatException;
import org.domicile.plan.Transform;

/**
 * Which of the laws' categories a column is when it is shown in some way; remembered, since there
 * are as many answers as policies have pairs of the two. Thread-safe.
 */
final class ReadCategories {
    /**
     * A grid of so many kilometres places nobody within 1,000 metres (28 CFR 202.242): of a cell of
     * 2 km, its middle would.
     */
    static final long COARSE_KILOMETRES = 3;

    /** Then all are forgotten; a bound, where entries of a ledger name transforms without end. */
    private static final int MAX_KNOWN = 10_000;

    private final Rules rules;
    private final ConcurrentMap<Shown, List<Rules.Sourced>> known = new ConcurrentHashMap<>();

    private record Shown(String category, String transform) {}

    ReadCategories(Rules rules) {
        this.rules = rules;
    }

    /**
     * Every pack's threshold, since each has its own people and its own foreigners.
     *
     * @param category of the data
     * @param transform its text, as in entries
     */
    List<Rules.Sourced> of(String category, String transform) {
        Shown shown = new Shown(category, transform);
        List<Rules.Sourced> before = known.get(shown);
        if (before != null) {
            return before;
        }
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        List<Rules.Sourced> found =
                rules.packs().stream()
                        .flatMap(pack ->
                                pack.bulk().of(category).stream()
                                        .filter(threshold -> shows(threshold, transform))
                                        .map(threshold -> new Rules.Sourced(pack, threshold)))
                        .toList();
        known.put(shown, found);
        return found;
    }

    private static boolean shows(BulkThreshold threshold, String transform) {
        Transform how;
        try {
            how = Transform.parse(transform);
        } catch (PlanFormatException e) {
            return true; // of a newer release: counted, whatever it does
        }
        return switch (how) {
            case Transform.Redact _ -> false;
            case Transform.Coarsen coarsen ->
                    threshold.of() != BulkThreshold.Counted.DEVICES
                            || coarsen.kilometres() < COARSE_KILOMETRES;
            case Transform.Show _,
                    Transform.Pseudonym _,
                    Transform.Truncate _,
                    Transform.Generalise _,
                    Transform.Bucket _,
                    Transform.Partial _ ->
                    true;
        };
    }
}
