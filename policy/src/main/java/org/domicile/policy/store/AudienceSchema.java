package org.domicile.policy.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;

/**
 * The views of one audience as SQL, not yet bound to a version of its schema or to the number of
 * its pseudonym key.
 */
final class AudienceSchema {
    /** Stands for the key's number; the digest of a definition does not depend on numbers. */
    private static final String KEY = "\u0001";

    private final Plan.Audience audience;
    private final List<View> views;
    private final String definition;

    private AudienceSchema(Plan.Audience audience, List<View> views) {
        this.audience = audience;
        this.views = List.copyOf(views);
        this.definition = digest();
    }

    /**
     * A view before it is bound.
     *
     * @param columns what {@code format_type} will say: {@code id bigint, email text}
     */
    private record View(String name, String columns, String select) {}

    /** Writes an audience's views; what does not fit the store goes to {@code problems}. */
    static AudienceSchema of(
            Plan.Audience audience,
            Map<RelationName, Plan.Table> classified,
            Map<RelationName, Catalogue.Table> store,
            List<Problem> problems) {
        List<View> views = new ArrayList<>();
        for (Plan.View view : audience.views()) {
            Catalogue.Table table = store.get(view.table());
            Plan.Table classes = classified.get(view.table());
            if (table != null && classes != null) {
                views.add(view(audience, view, table, classes, problems));
            }
        }
        return new AudienceSchema(audience, views);
    }

    private static View view(
            Plan.Audience audience,
            Plan.View view,
            Catalogue.Table table,
            Plan.Table classes,
            List<Problem> problems) {
        Map<String, Plan.ViewColumn> wanted =
                view.columns().stream().collect(Collectors.toMap(Plan.ViewColumn::name, c -> c));
        Map<String, String> categories =
                classes.columns().stream()
                        .collect(Collectors.toMap(Plan.Column::name, Plan.Column::category));
        List<String> columns = new ArrayList<>();
        List<String> expressions = new ArrayList<>();
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
        return new View(
                table.name().name(),
                String.join(", ", columns),
                "SELECT "
                        + String.join(", ", expressions)
                        + " FROM "
                        + SqlText.name(table.name())
                        + " t");
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

    List<String> viewNames() {
        return views.stream().map(View::name).toList();
    }

    /** One CREATE VIEW for each view. */
    List<String> createViews(String schema, int keyId) {
        return views.stream()
                .map(view ->
                        "CREATE VIEW "
                                + SqlText.name(schema, view.name())
                                + " AS "
                                + view.select().replace(KEY, Integer.toString(keyId)))
                .toList();
    }

    /** What the catalogue must say of the views' columns, by view name. */
    Map<String, String> expectedColumns() {
        return views.stream().collect(Collectors.toMap(View::name, View::columns));
    }

    private String digest() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            String key = audience.counterparty() + "/" + keyPurposes();
            for (View view : views) {
                String text = view.name() + "\n" + view.columns() + "\n" + view.select() + "\n";
                sha256.update(text.replace(KEY, key).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
