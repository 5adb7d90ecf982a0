package org.domicile.console.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.plan.Effect;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanComparison;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two policies that a store has had, what widens first.
 *
 * @param versions the newest first
 * @param from the name of the one that is taken for the earlier; both are of {@code versions}
 * @param audiences those that are not as they were
 * @param tables what they see otherwise than before, with a cell for each of them
 * @param classified tables and columns that mean something else than before
 * @param isSame whether nothing is different
 */
public record PolicyDifference(
        List<String> jurisdictions,
        String jurisdiction,
        List<Version> versions,
        String from,
        String to,
        List<Audience> audiences,
        List<Table> tables,
        List<Classified> classified,
        boolean areEntitiesOther,
        boolean isSame) {
    /**
     * A policy.
     *
     * @param name the number of the entry that told of it first, or {@code now}
     * @param at when that was; null for now
     */
    public record Version(String name, long version, @Nullable Instant at) {}

    /**
     * An audience that came, went or changed.
     *
     * @param state whether it "came", "went" or "changed"
     * @param effect an {@link Effect} in lower case
     * @param before the counterparty; empty for one that came
     * @param after likewise; empty for one that went
     */
    public record Audience(
            String name,
            String state,
            String effect,
            String before,
            String after,
            List<String> newPurposes,
            List<String> oldPurposes) {}

    /** A table whose columns are seen otherwise. */
    public record Table(String name, List<Row> rows) {}

    /** A column, with a cell for each of the audiences. */
    public record Row(String column, String category, List<Cell> cells) {}

    /**
     * How an audience sees a column.
     *
     * @param before empty for hidden
     * @param after empty for hidden
     * @param effect as of an audience; empty where nothing is different
     */
    public record Cell(String before, String after, String effect) {
        static final Cell SAME = new Cell("", "", "");
    }

    /** A category or the subject keys of a table; empty where there was none. */
    public record Classified(String what, String before, String after) {}

    static PolicyDifference of(Site site, Indexes indexes, PlanHistory history, Ask ask)
            throws NoPageException {
        Jurisdiction jurisdiction =
                ask.query("jurisdiction").isEmpty()
                        ? site.jurisdictions().getFirst()
                        : site.jurisdiction(ask.query("jurisdiction"))
                                .orElseThrow(NoPageException::new);
        List<PlanHistory.Version> versions = history.of(jurisdiction, indexes);
        PlanHistory.Version to = chosen(versions, ask.query("to"), 0);
        PlanHistory.Version from =
                chosen(
                        versions,
                        ask.query("from"),
                        Math.min(versions.indexOf(to) + 1, versions.size() - 1));
        return of(site, jurisdiction, versions, from, to);
    }

    /** The one that is named, or one by default. */
    private static PlanHistory.Version chosen(
            List<PlanHistory.Version> versions, String name, int otherwise) throws NoPageException {
        return name.isEmpty()
                ? versions.get(otherwise)
                : versions.stream()
                        .filter(version -> version.name().equals(name))
                        .findFirst()
                        .orElseThrow(NoPageException::new);
    }

    private static PolicyDifference of(
            Site site,
            Jurisdiction jurisdiction,
            List<PlanHistory.Version> versions,
            PlanHistory.Version from,
            PlanHistory.Version to) {
        PlanComparison comparison = PlanComparison.of(from.lasting(), to.lasting());
        List<PlanComparison.OfAudience> worstFirst =
                comparison.audiences().stream()
                        .sorted(
                                java.util.Comparator.comparing(PlanComparison.OfAudience::effect)
                                        .reversed())
                        .toList();
        return new PolicyDifference(
                site.jurisdictions().stream().map(Jurisdiction::name).toList(),
                jurisdiction.name(),
                versions.stream()
                        .map(one -> new Version(one.name(), one.version(), one.at()))
                        .toList(),
                from.name(),
                to.name(),
                worstFirst.stream().map(PolicyDifference::audience).toList(),
                tables(to.lasting(), worstFirst),
                comparison.tables().stream().flatMap(one -> classified(one).stream()).toList(),
                comparison.areEntitiesOther(),
                comparison.isEmpty());
    }

    private static Audience audience(PlanComparison.OfAudience of) {
        return new Audience(
                of.name(),
                of.before().isEmpty() ? "came" : of.after().isEmpty() ? "went" : "changed",
                word(of.effect()),
                of.before().map(Plan.Audience::counterparty).orElse(""),
                of.after().map(Plan.Audience::counterparty).orElse(""),
                of.newPurposes(),
                of.oldPurposes());
    }

    private static String word(Effect effect) {
        return effect.name().toLowerCase(Locale.ROOT);
    }

    private static List<Table> tables(Plan to, List<PlanComparison.OfAudience> audiences) {
        TreeMap<RelationName, TreeSet<String>> columns = new TreeMap<>();
        List<Map<String, Cell>> cells = new ArrayList<>();
        for (PlanComparison.OfAudience audience : audiences) {
            Map<String, Cell> ofAudience = new TreeMap<>();
            for (PlanComparison.OfView view : audience.views()) {
                for (PlanComparison.OfColumn column : view.columns()) {
                    columns.computeIfAbsent(view.table(), _ -> new TreeSet<>()).add(column.name());
                    ofAudience.put(
                            place(view.table(), column.name()),
                            new Cell(
                                    column.before().map(Transform::text).orElse(""),
                                    column.after().map(Transform::text).orElse(""),
                                    word(column.effect())));
                }
            }
            cells.add(ofAudience);
        }
        List<Table> tables = new ArrayList<>();
        columns.forEach((table, names) ->
                tables.add(
                        new Table(
                                table.toString(),
                                names.stream()
                                        .map(name ->
                                                new Row(
                                                        name,
                                                        SqlPlaces.category(to, table, name),
                                                        cells.stream()
                                                                .map(of ->
                                                                        of.getOrDefault(
                                                                                place(table, name),
                                                                                Cell.SAME))
                                                                .toList()))
                                        .toList())));
        return tables;
    }

    private static String place(RelationName table, String column) {
        return table + "/" + column;
    }

    private static List<Classified> classified(PlanComparison.OfTable of) {
        List<Classified> changes = new ArrayList<>();
        String before = of.before().map(table -> String.join(", ", table.subjects())).orElse("");
        String after = of.after().map(table -> String.join(", ", table.subjects())).orElse("");
        if (!before.equals(after)) {
            changes.add(new Classified(of.name().toString(), before, after));
        }
        TreeSet<String> names = new TreeSet<>();
        of.before().ifPresent(table -> table.columns().forEach(one -> names.add(one.name())));
        of.after().ifPresent(table -> table.columns().forEach(one -> names.add(one.name())));
        for (String name : names) {
            String was = category(of.before(), name);
            String is = category(of.after(), name);
            if (!was.equals(is)) {
                changes.add(new Classified(of.name() + "." + name, was, is));
            }
        }
        return changes;
    }

    private static String category(Optional<Plan.Table> table, String column) {
        return table.flatMap(of -> of.column(column)).map(Plan.Column::category).orElse("");
    }
}
