package org.domicile.gateway.gate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * What a statement is judged against: the audience the session acts as, or none while no purpose is
 * declared. Make one per session and decision; making one is cheap.
 *
 * @param audience null while undecided: then no person's table can be read
 * @param schema the audience's schema of views, which a client sees in {@code \d}; null likewise
 * @param subjects the subject keys of each view that is about people, by the view's name
 * @param columns each view's columns in the store's order, by the view's name; of a view that is
 *     not in it, {@code *} cannot be told apart from hidden columns. Make one map for each applied
 *     plan: verdicts are cached by it
 * @param storeMajor the store's major version, which says what columns its catalogue has; 0 while
 *     it is not known
 */
public record GateContext(
        Plan.@Nullable Audience audience,
        @Nullable String schema,
        Map<String, List<String>> subjects,
        Map<String, List<String>> columns,
        int storeMajor) {
    public GateContext {
        if ((audience == null) != (schema == null)) {
            throw new IllegalArgumentException("an audience and its schema come together");
        }
        subjects = Map.copyOf(subjects);
        columns = Map.copyOf(columns);
    }

    /**
     * No purpose is declared yet.
     *
     * @param storeVersion as the store reports it, {@code "18.6"}; empty before it does
     */
    public static GateContext undecided(String storeVersion) {
        return new GateContext(null, null, Map.of(), Map.of(), majorVersion(storeVersion));
    }

    /**
     * The session acts as {@code audience} of {@code applied}'s plan.
     *
     * @param columns as this record's
     * @param storeVersion as {@link #undecided}'s
     */
    public static GateContext of(
            AppliedPlan applied,
            Plan.Audience audience,
            Map<String, List<String>> columns,
            String storeVersion) {
        Map<String, List<String>> subjects = new HashMap<>();
        for (Plan.View view : audience.views()) {
            applied.plan()
                    .table(view.table())
                    .filter(table -> !table.subjects().isEmpty())
                    .ifPresent(table -> subjects.put(view.table().name(), table.subjects()));
        }
        return new GateContext(
                audience,
                applied.schemaOf(audience),
                subjects,
                columns,
                majorVersion(storeVersion));
    }

    /** The number a version begins with, or 0. */
    static int majorVersion(String version) {
        int end = 0;
        while (end < version.length() && Character.isDigit(version.charAt(end))) {
            end++;
        }
        return end == 0 || end > 4 ? 0 : Integer.parseInt(version.substring(0, end));
    }
}
