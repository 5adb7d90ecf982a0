package org.domicile.policy.store;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.domicile.plan.Transform;

/** How a transform of a column is written in a view, and which transforms suit which type. */
final class ColumnTransform {
    /** Larger values have no pseudonym; the function {@code domicile.pseudonym} says the same. */
    private static final int MAX_PSEUDONYM_BYTES = 1_048_576;

    /** One of each, for the list of those that suit a type. */
    private static final List<Transform> SAMPLES =
            List.of(
                    new Transform.Show(),
                    new Transform.Redact(),
                    new Transform.Pseudonym(),
                    new Transform.Truncate(),
                    new Transform.Generalise(Transform.Generalise.Unit.MONTH),
                    new Transform.Generalise(Transform.Generalise.Unit.YEAR),
                    new Transform.Bucket(10),
                    new Transform.Coarsen(10),
                    new Transform.Partial());

    private ColumnTransform() {}

    /**
     * A view's column.
     *
     * @param expression over the base table, which the view calls {@code t}
     * @param type what {@code format_type} says of the result
     */
    record Output(String expression, String type) {}

    /**
     * The view's column, or nothing where the transform does not suit the column's type.
     *
     * @param key SQL for the number of the audience's pseudonym key
     */
    static Optional<Output> of(
            Transform transform, Catalogue.Column column, String category, String key) {
        String value = "t." + SqlText.name(column.name());
        return switch (transform) {
            case Transform.Show show -> Optional.of(new Output(value, column.type()));
            case Transform.Redact redact ->
                    // The base type: a domain may forbid NULL.
                    Optional.of(new Output("NULL::" + column.baseType(), column.baseType()));
            case Transform.Pseudonym pseudonym ->
                    stableText(value, column.family())
                            .map(text ->
                                    new Output(
                                            "domicile.pseudonym(%s, %s, %s)"
                                                    .formatted(key, SqlText.text(category), text),
                                            "text"));
            case Transform.Truncate truncate -> truncate(value, column.family());
            case Transform.Generalise generalise ->
                    generalise(
                            value,
                            column.family(),
                            switch (generalise.unit()) {
                                case MONTH -> "domicile.generalise_month";
                                case YEAR -> "domicile.generalise_year";
                            });
            case Transform.Bucket bucket ->
                    number("domicile.bucket", value, column.family(), bucket.width(), true);
            case Transform.Coarsen coarsen ->
                    number("domicile.coarsen", value, column.family(), coarsen.kilometres(), false);
            case Transform.Partial partial ->
                    column.family() == TypeFamily.TEXT
                            ? Optional.of(
                                    new Output("domicile.partial(" + value + "::text)", "text"))
                            : Optional.empty();
        };
    }

    /** The transforms that suit a type, as one writes them; {@code hide} suits every type. */
    static String suiting(Catalogue.Column column) {
        return Stream.concat(
                        Stream.of("hide"),
                        SAMPLES.stream()
                                .filter(t -> of(t, column, "user", "0").isPresent())
                                .map(t ->
                                        switch (t) {
                                            case Transform.Bucket bucket -> "bucket N";
                                            case Transform.Coarsen coarsen -> "coarsen N km";
                                            default -> t.text();
                                        }))
                .collect(Collectors.joining(", "));
    }

    /** Text that is the same for equal values under any setting; nothing where there is none. */
    private static Optional<String> stableText(String value, TypeFamily family) {
        return switch (family) {
            case TEXT, INTEGER, INET, CIDR, PLAIN -> Optional.of(value + "::text");
            case NUMERIC -> Optional.of("pg_catalog.trim_scale(" + value + ")::text");
            case FLOAT ->
                    // Its bits: the text depends on extra_float_digits. Adding 0 unites 0 and -0.
                    Optional.of(
                            "pg_catalog.encode(pg_catalog.float8send(%s::double precision + 0), 'hex')"
                                    .formatted(value));
            case DATE, TIMESTAMP -> Optional.of("extract(epoch FROM " + value + ")::text");
            case TIMESTAMPTZ ->
                    Optional.of("extract(epoch FROM " + value + " AT TIME ZONE 'UTC')::text");
            case BYTES ->
                    Optional.of(
                            "CASE WHEN pg_catalog.octet_length(%1$s) <= %2$d THEN pg_catalog.encode(%1$s, 'hex') END"
                                    .formatted(value, MAX_PSEUDONYM_BYTES / 2));
            case OTHER -> Optional.empty();
        };
    }

    private static Optional<Output> truncate(String value, TypeFamily family) {
        String call = "domicile.truncate(" + value;
        return switch (family) {
            case INET -> Optional.of(new Output(call + "::inet)", "inet"));
            case CIDR -> Optional.of(new Output(call + "::cidr)", "cidr"));
            case TEXT -> Optional.of(new Output(call + "::text)", "text"));
            default -> Optional.empty();
        };
    }

    private static Optional<Output> generalise(String value, TypeFamily family, String function) {
        String call = function + "(" + value + "::";
        return switch (family) {
            case DATE -> Optional.of(new Output(call + "date)", "date"));
            case TIMESTAMP -> Optional.of(new Output(call + "timestamp)", "date"));
            case TIMESTAMPTZ -> Optional.of(new Output(call + "timestamptz)", "date"));
            default -> Optional.empty();
        };
    }

    private static Optional<Output> number(
            String function, String value, TypeFamily family, long measure, boolean whole) {
        String type =
                switch (family) {
                    case INTEGER -> whole ? "bigint" : "";
                    case NUMERIC -> "numeric";
                    case FLOAT -> "double precision";
                    default -> "";
                };
        return type.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Output(
                                "%s(%s::%s, %d::bigint)".formatted(function, value, type, measure),
                                type));
    }
}
