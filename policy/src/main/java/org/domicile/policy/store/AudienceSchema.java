package org.domicile.policy.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;
import org.domicile.plan.StoreNames;
import org.domicile.plan.SubjectToken;

/**
 * The views of one audience as SQL, not yet bound to a version of its schemas or to the number of
 * its pseudonym key. Where a view hides a subject key, a second view shows the same columns and
 * then a token for each such key: {@code docs/decisions/0010-subject-tokens.md}. A grant's views
 * have a {@link RowFilter}.
 */
final class AudienceSchema {
    /** Stands for the key's number; the digest of a definition does not depend on numbers. */
    private static final String KEY = "\u0001";

    private final Plan.Audience audience;
    private final List<View> views;
    private final List<View> subjectViews;
    private final String definition;

    private AudienceSchema(Plan.Audience audience, List<View> views, List<View> subjectViews) {
        this.audience = audience;
        this.views = List.copyOf(views);
        this.subjectViews = List.copyOf(subjectViews);
        this.definition = digest();
    }

    /**
     * A view before it is bound.
     *
     * @param columns what {@code format_type} will say: {@code id bigint, email text}
     */
    private record View(String name, String columns, String select) {
        static View of(
                Catalogue.Table table,
                List<String> columns,
                List<String> expressions,
                String joinsAndWhere) {
            return new View(
                    table.name().name(),
                    String.join(", ", columns),
                    "SELECT "
                            + String.join(", ", expressions)
                            + " FROM "
                            + SqlText.name(table.name())
                            + " t"
                            + joinsAndWhere);
        }
    }

    /** Writes an audience's views; what does not fit the store goes to {@code problems}. */
    static AudienceSchema of(
            Plan plan,
            Plan.Audience audience,
            Roster roster,
            Map<RelationName, Catalogue.Table> store,
            List<Problem> problems) {
        Optional<RowFilter> filter = RowFilter.of(audience, roster, problems);
        List<View> views = new ArrayList<>();
        List<View> subjectViews = new ArrayList<>();
        for (Plan.View view : audience.views()) {
            Catalogue.Table table = store.get(view.table());
            Optional<Plan.Table> classes = plan.table(view.table());
            if (table == null || classes.isEmpty()) {
                continue;
            }
            List<String> columns = new ArrayList<>();
            List<String> expressions = new ArrayList<>();
            write(audience, view, table, classes.get(), columns, expressions, problems);
            String where = filter.map(rows -> rows.where(table, classes.get())).orElse("");
            views.add(View.of(table, columns, expressions, where));
            List<String> hidden = plan.hiddenSubjects(view);
            if (!hidden.isEmpty()) {
                String joins = tokens(table, hidden, columns, expressions);
                subjectViews.add(View.of(table, columns, expressions, joins + where));
            }
        }
        return new AudienceSchema(audience, views, subjectViews);
    }

    /**
     * Adds a token column for each key.
     *
     * @return what the view joins for them: where many rows are one person's, PostgreSQL then may
     *     remember a person's token instead of computing it again, which OFFSET 0 lets it see
     */
    private static String tokens(
            Catalogue.Table table,
            List<String> keys,
            List<String> columns,
            List<String> expressions) {
        StringBuilder joins = new StringBuilder();
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            String value = token(key);
            if (!table.primaryKey().equals(List.of(key))) {
                joins.append(
                        " CROSS JOIN LATERAL (SELECT %s AS token OFFSET 0) s%d"
                                .formatted(value, i));
                value = "s" + i + ".token";
            }
            columns.add(StoreNames.subjectColumn(key) + " bytea");
            expressions.add(value + " AS " + SqlText.name(StoreNames.subjectColumn(key)));
        }
        return joins.toString();
    }

    /**
     * The subquery depends on no row, so it runs once for each query; the owner's rights read the
     * secret.
     */
    private static String token(String key) {
        return ("pg_catalog.substr(pg_catalog.sha256((SELECT k.secret FROM domicile.subject_secret k)"
                        + " || pg_catalog.convert_to(t.%s::text, 'UTF8')), 1, %d)")
                .formatted(SqlText.name(key), SubjectToken.TOKEN_BYTES);
    }

    private static void write(
            Plan.Audience audience,
            Plan.View view,
            Catalogue.Table table,
            Plan.Table classes,
            List<String> columns,
            List<String> expressions,
            List<Problem> problems) {
        Map<String, Plan.ViewColumn> wanted =
                view.columns().stream().collect(Collectors.toMap(Plan.ViewColumn::name, c -> c));
        Map<String, String> categories =
                classes.columns().stream()
                        .collect(Collectors.toMap(Plan.Column::name, Plan.Column::category));
        // The table's own order, so that SELECT * looks as it always did.
        for (Catalogue.Column column : table.columns()) {
            Plan.ViewColumn shown = wanted.get(column.name());
            if (shown == null) {
                continue;
            }
            Optional<ColumnTransform.Output> output =
                    ColumnTransform.of(
                            shown.transform(),
                            column,
                            categories.getOrDefault(column.name(), ""),
                            KEY);
            if (output.isEmpty()) {
                problems.add(unsuited(audience, table, column, shown));
                continue;
            }
            columns.add(column.name() + " " + output.get().type());
            expressions.add(output.get().expression() + " AS " + SqlText.name(column.name()));
        }
    }

    private static Problem unsuited(
            Plan.Audience audience,
            Catalogue.Table table,
            Catalogue.Column column,
            Plan.ViewColumn shown) {
        return new Problem(
                audience.name(),
                table.name(),
                column.name(),
                column.type(),
                "\"" + shown.transform().text() + "\" does not suit this type",
                "write one of: " + ColumnTransform.suiting(column));
    }

    Plan.Audience audience() {
        return audience;
    }

    /** Lower-case hexadecimal SHA-256 of all that decides what the views return. */
    String definition() {
        return definition;
    }

    /** Names the pseudonym key: audiences of one counterparty with the same purposes share one. */
    String keyPurposes() {
        return String.join(" ", audience.purposes());
    }

    boolean needsKey() {
        return views.stream().anyMatch(view -> view.select().contains(KEY));
    }

    /** Whether there are second views, and so a second schema. */
    boolean hasSubjectViews() {
        return !subjectViews.isEmpty();
    }

    int viewCount() {
        return views.size() + subjectViews.size();
    }

    /** The audience's schemas of that version: its views', and where there are some, the second. */
    List<String> schemas(long version) {
        String first = StoreNames.schema(audience.name(), version);
        return hasSubjectViews()
                ? List.of(first, StoreNames.subjectSchema(audience.name(), version))
                : List.of(first);
    }

    /** For each of {@link #schemas}, one CREATE VIEW for each view. */
    Map<String, List<String>> createViews(long version, int keyId) {
        return eachSchema(
                version,
                (schema, all) -> createViews(all, schema, keyId, audience.grant().isPresent()));
    }

    /** For each of {@link #schemas}, what the catalogue must say of its views' columns, by name. */
    Map<String, Map<String, String>> expectedColumns(long version) {
        return eachSchema(
                version,
                (schema, all) -> all.stream().collect(Collectors.toMap(View::name, View::columns)));
    }

    private <T> Map<String, T> eachSchema(long version, BiFunction<String, List<View>, T> what) {
        List<List<View>> all = List.of(views, subjectViews);
        Map<String, T> result = new LinkedHashMap<>();
        for (String schema : schemas(version)) {
            result.put(schema, what.apply(schema, all.get(result.size())));
        }
        return result;
    }

    private static List<String> createViews(
            List<View> views, String schema, int keyId, boolean isFiltered) {
        return views.stream()
                .map(view ->
                        "CREATE VIEW "
                                + SqlText.name(schema, view.name())
                                + (isFiltered ? " WITH (security_barrier = true)" : "")
                                + " AS "
                                + view.select().replace(KEY, Integer.toString(keyId)))
                .toList();
    }

    private String digest() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            String key = audience.counterparty() + "/" + keyPurposes();
            for (List<View> all : List.of(views, subjectViews)) {
                for (View view : all) {
                    String text = view.name() + "\n" + view.columns() + "\n" + view.select() + "\n";
                    sha256.update(text.replace(KEY, key).getBytes(StandardCharsets.UTF_8));
                }
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
