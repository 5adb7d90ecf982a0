package org.domicile.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is different between two plans of a jurisdiction, column by column.
 *
 * @param audiences those that came or changed in the order of the later plan, then those that went
 * @param tables those that are classified otherwise, by name
 * @param areEntitiesOther whether a company's country, a company or the custodian is another
 */
public record PlanComparison(
        List<OfAudience> audiences, List<OfTable> tables, boolean areEntitiesOther) {
    public PlanComparison {
        audiences = List.copyOf(audiences);
        tables = List.copyOf(tables);
    }

    /**
     * An audience that is not as it was.
     *
     * @param before empty for one that came
     * @param after empty for one that went
     * @param views those that are not as they were; all of one that came or went
     */
    public record OfAudience(
            String name,
            Optional<Plan.Audience> before,
            Optional<Plan.Audience> after,
            List<OfView> views) {
        public OfAudience {
            views = List.copyOf(views);
        }

        /** Whether it is for other people than before. */
        public boolean hasOtherCounterparty() {
            return before.isPresent()
                    && after.isPresent()
                    && !before.get().counterparty().equals(after.get().counterparty());
        }

        /** Purposes that it had not. */
        public List<String> newPurposes() {
            return without(purposes(after), purposes(before));
        }

        /** Purposes that it has no longer. */
        public List<String> oldPurposes() {
            return without(purposes(before), purposes(after));
        }

        /**
         * The worst of all in it: others see what it shows, or for other reasons, or more of it.
         */
        public Effect effect() {
            List<Effect> effects = new ArrayList<>();
            views.forEach(view -> effects.add(view.effect()));
            if (after.isPresent() && (hasOtherCounterparty() || !newPurposes().isEmpty())) {
                effects.add(Effect.MORE);
            }
            if (before.isPresent() && !oldPurposes().isEmpty()) {
                effects.add(Effect.LESS);
            }
            return Effect.worst(effects);
        }

        private static List<String> purposes(Optional<Plan.Audience> of) {
            return of.map(Plan.Audience::purposes).orElse(List.of());
        }

        private static List<String> without(List<String> some, List<String> others) {
            return some.stream().filter(one -> !others.contains(one)).toList();
        }
    }

    /**
     * A table as an audience sees it, where it is not as it was.
     *
     * @param columns those that came or changed, then those that went
     */
    public record OfView(
            RelationName table,
            Optional<Plan.View> before,
            Optional<Plan.View> after,
            List<OfColumn> columns) {
        public OfView {
            columns = List.copyOf(columns);
        }

        public Effect effect() {
            return Effect.worst(columns.stream().map(OfColumn::effect).toList());
        }
    }

    /** A column as an audience sees it; empty stands for hidden. */
    public record OfColumn(String name, Optional<Transform> before, Optional<Transform> after) {
        public Effect effect() {
            return Effect.of(before, after);
        }
    }

    /** A table whose columns, categories or subject keys are others than before. */
    public record OfTable(
            RelationName name, Optional<Plan.Table> before, Optional<Plan.Table> after) {}

    /** Compares. */
    public static PlanComparison of(Plan before, Plan after) {
        Map<String, Plan.Audience> old = new TreeMap<>();
        before.audiences().forEach(audience -> old.put(audience.name(), audience));
        List<OfAudience> audiences = new ArrayList<>();
        for (Plan.Audience audience : after.audiences()) {
            Optional<Plan.Audience> was = Optional.ofNullable(old.remove(audience.name()));
            if (!was.equals(Optional.of(audience))) {
                audiences.add(audience(audience.name(), was, Optional.of(audience)));
            }
        }
        old.forEach(
                (name, gone) -> audiences.add(audience(name, Optional.of(gone), Optional.empty())));
        return new PlanComparison(
                audiences,
                tables(before, after),
                !before.entities().equals(after.entities())
                        || !before.custodian().equals(after.custodian()));
    }

    public boolean isEmpty() {
        return audiences.isEmpty() && tables.isEmpty() && !areEntitiesOther;
    }

    private static OfAudience audience(
            String name, Optional<Plan.Audience> before, Optional<Plan.Audience> after) {
        Map<RelationName, Plan.View> old = new TreeMap<>();
        before.ifPresent(audience -> audience.views().forEach(view -> old.put(view.table(), view)));
        List<OfView> views = new ArrayList<>();
        for (Plan.View view : after.map(Plan.Audience::views).orElse(List.of())) {
            Optional<Plan.View> was = Optional.ofNullable(old.remove(view.table()));
            if (!was.equals(Optional.of(view))) {
                views.add(view(view.table(), was, Optional.of(view)));
            }
        }
        old.forEach((table, gone) -> views.add(view(table, Optional.of(gone), Optional.empty())));
        return new OfAudience(name, before, after, views);
    }

    private static OfView view(
            RelationName table, Optional<Plan.View> before, Optional<Plan.View> after) {
        Map<String, Transform> old = new TreeMap<>();
        before.ifPresent(view ->
                view.columns().forEach(column -> old.put(column.name(), column.transform())));
        List<OfColumn> columns = new ArrayList<>();
        for (Plan.ViewColumn column : after.map(Plan.View::columns).orElse(List.of())) {
            Optional<Transform> was = Optional.ofNullable(old.remove(column.name()));
            if (!was.equals(Optional.of(column.transform()))) {
                columns.add(new OfColumn(column.name(), was, Optional.of(column.transform())));
            }
        }
        old.forEach((name, transform) ->
                columns.add(new OfColumn(name, Optional.of(transform), Optional.empty())));
        return new OfView(table, before, after, columns);
    }

    private static List<OfTable> tables(Plan before, Plan after) {
        TreeSet<RelationName> names = new TreeSet<>();
        before.tables().forEach(table -> names.add(table.name()));
        after.tables().forEach(table -> names.add(table.name()));
        return names.stream()
                .map(name -> new OfTable(name, before.table(name), after.table(name)))
                .filter(table -> !table.before().equals(table.after()))
                .toList();
    }
}
