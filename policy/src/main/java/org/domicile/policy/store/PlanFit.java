package org.domicile.policy.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;
import org.domicile.plan.StoreNames;

/** Whether a plan and a roster fit a store, and what of the store they leave out. */
final class PlanFit {
    private static final Set<TypeFamily> SUBJECT_KEYS =
            Set.of(
                    TypeFamily.INTEGER,
                    TypeFamily.TEXT,
                    TypeFamily.PLAIN,
                    TypeFamily.NUMERIC,
                    TypeFamily.INET,
                    TypeFamily.CIDR);

    private PlanFit() {}

    static List<Problem> problems(
            Plan plan, Roster roster, Map<RelationName, Catalogue.Table> store) {
        List<Problem> problems = new ArrayList<>();
        for (Plan.Table table : plan.tables()) {
            Catalogue.Table found = store.get(table.name());
            if (found == null) {
                problems.add(Problem.missingTable(table.name()));
                continue;
            }
            for (Plan.Column column : table.columns()) {
                if (found.column(column.name()).isEmpty()) {
                    problems.add(
                            Problem.missingColumn(
                                    table.name(),
                                    column.name(),
                                    found.columns().stream()
                                            .map(Catalogue.Column::name)
                                            .collect(Collectors.joining(", "))));
                }
            }
            subjectProblems(table, found, problems);
        }
        for (Roster.Accessor accessor : roster.accessors()) {
            for (String audience : accessor.audiences()) {
                Optional<Plan.Audience> found = plan.audience(audience);
                if (found.isEmpty()) {
                    problems.add(
                            login(
                                    audience,
                                    "accessor "
                                            + accessor.id()
                                            + " may act as it, but the plan has no such audience",
                                    "take it from the accessor's audiences"));
                } else if (!found.get().counterparty().equals(accessor.entity())) {
                    problems.add(
                            login(
                                    audience,
                                    "accessor "
                                            + accessor.id()
                                            + " works for "
                                            + accessor.entity()
                                            + ", but the audience is for "
                                            + found.get().counterparty(),
                                    "give the accessor an audience for their own employer"));
                }
            }
        }
        return problems;
    }

    /** A person's token is made of the key's text, which therefore no setting may change. */
    private static void subjectProblems(
            Plan.Table table, Catalogue.Table found, List<Problem> problems) {
        for (String key : table.subjects()) {
            found.column(key)
                    .filter(column -> !SUBJECT_KEYS.contains(column.family()))
                    .ifPresent(column ->
                            problems.add(
                                    new Problem(
                                            null,
                                            table.name(),
                                            key,
                                            column.type(),
                                            "a subject key of this type has no text that is"
                                                    + " always the same",
                                            "name people by a key that is an integer, a uuid or"
                                                    + " text")));
        }
        if (table.subjects().isEmpty()) {
            return;
        }
        found.columns().stream()
                .filter(column -> column.name().startsWith(StoreNames.SUBJECT_COLUMN_PREFIX))
                .forEach(column ->
                        problems.add(
                                new Problem(
                                        null,
                                        table.name(),
                                        column.name(),
                                        column.type(),
                                        "names that begin with "
                                                + StoreNames.SUBJECT_COLUMN_PREFIX
                                                + " are Domicile's own",
                                        "give the column another name")));
    }

    private static Problem login(String audience, String message, String instead) {
        return new Problem(audience, null, null, null, message, instead);
    }

    static Map<RelationName, List<String>> unclassified(
            Map<RelationName, Plan.Table> classified, Map<RelationName, Catalogue.Table> store) {
        Map<RelationName, List<String>> unclassified = new TreeMap<>();
        for (Catalogue.Table table : store.values()) {
            Plan.Table classes = classified.get(table.name());
            List<String> columns =
                    table.columns().stream()
                            .map(Catalogue.Column::name)
                            .filter(name -> classes == null || classes.column(name).isEmpty())
                            .toList();
            if (classes == null || !columns.isEmpty()) {
                unclassified.put(table.name(), columns);
            }
        }
        return unclassified;
    }

    static List<String> notes(Plan plan, Map<RelationName, Catalogue.Table> store) {
        return plan.tables().stream()
                .map(table -> store.get(table.name()))
                .filter(table -> table != null && table.rowSecurity())
                .map(table ->
                        "table "
                                + table.name()
                                + " has row-level security: audiences see only the rows its"
                                + " policies show to domicile_owner")
                .toList();
    }
}
