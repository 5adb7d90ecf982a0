package org.domicile.policy.store;

import java.util.List;
import java.util.Map;
import org.domicile.plan.RelationName;

/**
 * What an apply would do to one store, as data.
 *
 * @param version the plan in force, 0 where none was applied yet
 * @param problems why it cannot be done; an apply refuses while there is one
 * @param drift what changed behind Domicile's back; an apply refuses unless told to repair
 * @param unclassified for each table of the store, the columns the plan does not classify; an
 *     unclassified table has all its columns here
 * @param notes what is worth knowing and stops nothing
 */
public record StorePlan(
        String jurisdiction,
        long version,
        List<Change> changes,
        List<Problem> problems,
        List<Drift> drift,
        Map<RelationName, List<String>> unclassified,
        List<String> notes) {
    public StorePlan {
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
        drift = List.copyOf(drift);
        unclassified = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(unclassified));
        notes = List.copyOf(notes);
    }

    /** Whether the store already is what the plan says. */
    public boolean upToDate() {
        return changes.isEmpty() && problems.isEmpty() && drift.isEmpty();
    }

    public long count(Change.Kind kind) {
        return changes.stream().filter(change -> change.kind() == kind).count();
    }

    /** The last line of what {@code plan} prints. */
    public String summary() {
        return changes.isEmpty()
                ? "No changes. The store is as the plan says."
                : "Plan: %d to add, %d to change, %d to remove."
                        .formatted(
                                count(Change.Kind.ADD),
                                count(Change.Kind.CHANGE),
                                count(Change.Kind.REMOVE));
    }
}
