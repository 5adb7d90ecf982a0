package org.domicile.control.meter;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Fact;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;

/**
 * What one disclosure to a foreign counterparty counts, told from the entry and its plan alone.
 *
 * <p>Everybody whose token the entry has counts in every category that the entry read: a set of
 * mixed data takes the lowest threshold of its parts (28 CFR 202.205(g)). A pseudonym counts as the
 * name does (202.206), and an identifier alone as a pair does: the same pseudonym stands in the
 * next result (202.212(a)(2)).
 *
 * <p>Where people could not be told exactly, as of aggregates, {@link #untold} more are counted: as
 * many as the answer has room for, {@value #BYTES_FOR_ONE} bytes each, but no more than the
 * relations hold.
 *
 * @param thresholds of the categories that were read
 * @param source names the relations whose people are not told; empty where all are
 * @param untold of how many more people the result can show data
 * @param held how many people those relations held, or {@link Long#MAX_VALUE} where it is not known
 */
record Metered(
        String counterparty,
        List<Rules.Sourced> thresholds,
        String source,
        long untold,
        long held) {
    /**
     * A row of one value costs 11 bytes before the value (DataRow: type, length, count of columns,
     * length of the column), and two identifiers packed into one value at least 8 bytes each.
     */
    static final int BYTES_FOR_ONE = 16;

    /** The source of people whose tokens were erased. */
    private static final String ERASED = "erased";

    Metered {
        thresholds = List.copyOf(thresholds);
    }

    /**
     * What {@code disclosure} counts under {@code plan}; nothing where the counterparty is at home,
     * or no threshold is for what was read.
     */
    static Optional<Metered> of(ReadCategories categories, Plan plan, Fact.Disclosure disclosure) {
        Set<Rules.Sourced> thresholds = new LinkedHashSet<>();
        Map<String, Long> leastOf = new HashMap<>();
        disclosure
                .columns()
                .forEach((relation, columns) -> {
                    Optional<Plan.Table> table = plan.table(relationOf(relation));
                    columns.forEach((column, transform) -> {
                        String category =
                                table.flatMap(known -> known.column(column))
                                        .map(Plan.Column::category)
                                        .orElse("");
                        for (Rules.Sourced threshold : categories.of(category, transform)) {
                            if (counts(threshold.pack(), plan, disclosure.counterparty())) {
                                thresholds.add(threshold);
                            }
                        }
                        Long people = disclosure.subjects().people().get(category);
                        if (people != null) {
                            leastOf.merge(relation, people, Math::min);
                        }
                    });
                });
        if (thresholds.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> bounds = disclosure.subjects().bounds();
        long held = 0;
        for (String relation : bounds.keySet()) {
            Long least = leastOf.get(relation);
            held = least == null ? Long.MAX_VALUE : saturatedSum(held, least);
        }
        long room = Math.ceilDiv(disclosure.bytes(), BYTES_FOR_ONE);
        return Optional.of(
                new Metered(
                        disclosure.counterparty(),
                        List.copyOf(thresholds),
                        // Where it is not known what they held, nothing limits the sum of these.
                        String.join(" ", new TreeSet<>(bounds.keySet()))
                                + (held == Long.MAX_VALUE ? " (not counted)" : ""),
                        bounds.isEmpty() ? 0 : Math.min(room, held),
                        held));
    }

    /** The same where the tokens are gone: as many people more as the leaf says. */
    static Metered erased(Metered metered, Fact.Disclosure disclosure) {
        long people =
                disclosure.subjects().people().values().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0);
        return new Metered(
                metered.counterparty,
                metered.thresholds,
                ERASED,
                saturatedSum(metered.untold, people),
                Long.MAX_VALUE);
    }

    /** Whether a law protects the people of this plan's store from the entity: a foreign one. */
    private static boolean counts(RulePack pack, Plan plan, String entity) {
        return pack.covered().isHome(countryOf(plan, plan.custodian()))
                && !pack.covered().isHome(countryOf(plan, entity));
    }

    private static String countryOf(Plan plan, String entity) {
        return plan.entities().stream()
                .filter(known -> known.id().equals(entity))
                .map(Plan.Entity::country)
                .findFirst()
                .orElse("");
    }

    private static RelationName relationOf(String text) {
        int dot = text.indexOf('.');
        return new RelationName(text.substring(0, dot), text.substring(dot + 1));
    }

    static long saturatedSum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
