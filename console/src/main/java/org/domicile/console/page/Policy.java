package org.domicile.console.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.Transform;

/**
 * The plan that a jurisdiction's store has: what each audience sees of each column.
 *
 * @param examples of each transform that is used, on made-up values
 */
public record Policy(
        List<String> jurisdictions,
        String jurisdiction,
        long version,
        String digest,
        List<Audience> audiences,
        List<Table> tables,
        List<Example> examples) {
    /** A column of the matrix. */
    public record Audience(String name, String counterparty, List<String> purposes) {}

    /** Some rows of the matrix. */
    public record Table(String name, boolean isAboutPeople, List<Row> rows) {}

    /**
     * One column of a table.
     *
     * @param seen as what, in the order of the audiences; empty where it is hidden
     */
    public record Row(String column, String category, List<String> seen) {}

    /** What a transform makes of a made-up value. */
    public record Example(String transform, String before, String after) {}

    static Policy of(Site site, Ask ask) throws NoPageException {
        Jurisdiction jurisdiction =
                ask.query("jurisdiction").isEmpty()
                        ? site.jurisdictions().getFirst()
                        : site.jurisdiction(ask.query("jurisdiction"))
                                .orElseThrow(NoPageException::new);
        AppliedPlan applied = jurisdiction.plan().get();
        Plan plan = applied.plan();
        List<Plan.Audience> lasting =
                plan.audiences().stream().filter(one -> one.grant().isEmpty()).toList();
        Map<String, Example> examples = new TreeMap<>();
        List<Table> tables = new ArrayList<>();
        for (Plan.Table table : plan.tables()) {
            List<Row> rows = new ArrayList<>();
            for (Plan.Column column : table.columns()) {
                rows.add(
                        new Row(
                                column.name(),
                                column.category(),
                                lasting.stream()
                                        .map(audience -> seen(audience, table, column, examples))
                                        .toList()));
            }
            tables.add(new Table(table.name().toString(), !table.subjects().isEmpty(), rows));
        }
        return new Policy(
                site.jurisdictions().stream().map(Jurisdiction::name).toList(),
                jurisdiction.name(),
                applied.version(),
                plan.digest(),
                lasting.stream()
                        .map(one -> new Audience(one.name(), one.counterparty(), one.purposes()))
                        .toList(),
                tables,
                List.copyOf(examples.values()));
    }

    private static String seen(
            Plan.Audience audience,
            Plan.Table table,
            Plan.Column column,
            Map<String, Example> examples) {
        for (Plan.View view : audience.views()) {
            if (view.table().equals(table.name()) && view.column(column.name()).isPresent()) {
                Transform transform = view.column(column.name()).get().transform();
                examples.computeIfAbsent(transform.text(), _ -> example(transform));
                return transform.text();
            }
        }
        return "";
    }

    /** Made-up values; what comes out is as the store's functions have it. */
    private static Example example(Transform transform) {
        return switch (transform) {
            case Transform.Show _ -> new Example("show", "ana@example.com", "ana@example.com");
            case Transform.Redact _ -> new Example("redact", "+1 555 0100", "NULL");
            case Transform.Pseudonym _ ->
                    new Example("pseudonym", "42", "k5t2\u2026 (HMAC-SHA-256)");
            case Transform.Truncate _ ->
                    new Example("truncate", "198.51.100.23", "198.51.100.0/24");
            case Transform.Generalise generalise ->
                    new Example(
                            generalise.text(),
                            "1991-08-23",
                            generalise.unit() == Transform.Generalise.Unit.MONTH
                                    ? "1991-08-01"
                                    : "1991-01-01");
            case Transform.Bucket bucket ->
                    new Example(
                            bucket.text(),
                            Long.toString(bucket.width() * 2 + bucket.width() / 2),
                            Long.toString(bucket.width() * 2));
            case Transform.Coarsen coarsen ->
                    new Example(coarsen.text(), "52.52001", coarsen.kilometres() + " km");
            case Transform.Partial _ -> new Example("partial", "ana@example.com", "*@example.com");
        };
    }
}
