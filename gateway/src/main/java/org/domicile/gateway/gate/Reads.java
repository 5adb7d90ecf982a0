package org.domicile.gateway.gate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.domicile.ledger.Fact;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * What one query reads, collected while its tree is walked. Columns are told by name, not by scope:
 * a name anywhere in the statement counts for every relation that has such a column, and a
 * construct that reads a column without its name counts for the whole relation. So it may say too
 * much, and never too little.
 */
final class Reads {
    /** Columns every stored relation has, from which others' writes can be told. */
    private static final Set<String> SYSTEM_COLUMNS =
            Set.of("ctid", "xmin", "xmax", "cmin", "cmax");

    /** One relation in a FROM clause; {@code whole} once all its columns are read. */
    static final class Use {
        final String name;
        final @Nullable String alias;
        final Plan.@Nullable View view;
        private boolean whole;

        private Use(String name, @Nullable String alias, Plan.@Nullable View view) {
            this.name = name;
            this.alias = alias;
            this.view = view;
        }

        void readWhole() {
            whole = true;
        }

        boolean isCalled(String qualifier) {
            return qualifier.equals(alias == null ? unqualified() : alias);
        }

        private String unqualified() {
            return name.substring(name.indexOf('.') + 1);
        }

        boolean hasColumn(String column) {
            if (view != null) {
                return view.column(column).isPresent();
            }
            Lists.Relation relation = Lists.RELATIONS.get(name);
            return relation != null && relation.columns().contains(column);
        }
    }

    private final List<Use> uses = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> wholeNames = new HashSet<>();
    private final Set<String> otherAliases = new HashSet<>();
    private boolean aggregate;

    Use person(Plan.View view, @Nullable String alias) {
        Use use = new Use(view.table().name(), alias, view);
        uses.add(use);
        return use;
    }

    Use catalogue(String name, @Nullable String alias) {
        Use use = new Use(name, alias, null);
        uses.add(use);
        return use;
    }

    void name(String column) {
        names.add(column);
    }

    /** {@code qualifier.*}, or a name that may stand for a relation's whole row. */
    void whole(String qualifier) {
        wholeNames.add(qualifier);
    }

    /** A name that stands for a subquery, a function or a common table expression. */
    void otherAlias(String alias) {
        otherAliases.add(alias);
    }

    void aggregates() {
        aggregate = true;
    }

    boolean isOtherAlias(String qualifier) {
        return otherAliases.contains(qualifier);
    }

    /** Whether every relation that goes by {@code qualifier} has such a column. */
    boolean isColumn(String qualifier, String column) {
        List<Use> called = uses.stream().filter(use -> use.isCalled(qualifier)).toList();
        return !called.isEmpty() && called.stream().allMatch(use -> use.hasColumn(column));
    }

    private boolean isWhole(Use use) {
        return use.whole
                || wholeNames.contains(use.unqualified())
                || (use.alias != null && wholeNames.contains(use.alias));
    }

    /** Refuses what is hidden in PostgreSQL's own relations. */
    void checkCatalogue() throws RefusedException {
        for (Use use : uses) {
            Lists.Relation relation = Lists.RELATIONS.get(use.name);
            if (use.view != null || relation == null) {
                continue;
            }
            Set<String> hidden = new HashSet<>(relation.hidden());
            if (!hidden.isEmpty() && isWhole(use)) {
                throw RefusedException.forbidden(
                        "column-not-allowed",
                        "not every column of " + use.name + " may be read",
                        "Name the columns you need instead of *; "
                                + String.join(", ", hidden.stream().sorted().toList())
                                + " may not be read.");
            }
            hidden.addAll(SYSTEM_COLUMNS);
            hidden.retainAll(names);
            if (!hidden.isEmpty()) {
                throw RefusedException.forbidden(
                        "column-not-allowed",
                        "column "
                                + hidden.iterator().next()
                                + " of "
                                + use.name
                                + " may not be read",
                        "Leave it out: it would show rows, code or activity past the views.");
            }
        }
    }

    Map<String, Map<String, String>> columns() {
        Map<String, Map<String, String>> columns = new HashMap<>();
        for (Use use : uses) {
            if (use.view == null) {
                continue;
            }
            boolean whole = isWhole(use);
            Map<String, String> read =
                    columns.computeIfAbsent(use.view.table().toString(), table -> new TreeMap<>());
            for (Plan.ViewColumn column : use.view.columns()) {
                if (whole || names.contains(column.name())) {
                    read.put(column.name(), column.transform().text());
                }
            }
        }
        return columns;
    }

    Fact.Shape shape() {
        if (uses.isEmpty()) {
            return Fact.Shape.CONSTANT;
        }
        if (uses.stream().allMatch(use -> use.view == null)) {
            return Fact.Shape.CATALOGUE;
        }
        return aggregate ? Fact.Shape.AGGREGATE : Fact.Shape.SELECT;
    }
}
