package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;

/**
 * Which rows of a table a grant's views show: those about nobody but its people, until its end.
 *
 * <p>The end is compared for each row as it is read, with the clock and not with {@code now()},
 * which stands still in a transaction: so also an open cursor runs dry, whether or not any process
 * of Domicile's is alive. The salt is there so that a digest of the view's definition cannot be
 * tried out for whose rows it shows.
 */
final class RowFilter {
    private static final String NO_RIGHT = "42501";

    private final Plan.Grant grant;
    private final Roster.Granted granted;

    private RowFilter(Plan.Grant grant, Roster.Granted granted) {
        this.grant = grant;
        this.granted = granted;
    }

    /** Nothing for a lasting audience, which sees every row. */
    static Optional<RowFilter> of(Plan.Audience audience, Roster roster, List<Problem> problems) {
        if (audience.grant().isEmpty()) {
            return Optional.empty();
        }
        Optional<Roster.Granted> granted = roster.granted(audience.name());
        if (granted.isEmpty()) {
            problems.add(
                    new Problem(
                            audience.name(),
                            null,
                            null,
                            null,
                            "is a grant, but the roster does not say for whose rows",
                            "apply it with the roster that belongs to it"));
        }
        return granted.map(rows -> new RowFilter(audience.grant().get(), rows));
    }

    /** A WHERE clause over the table as {@code t}. */
    String where(Catalogue.Table table, Plan.Table classes) {
        List<String> conditions = new ArrayList<>();
        conditions.add(
                "pg_catalog.clock_timestamp() < " + SqlText.text(grant.until()) + "::timestamptz");
        conditions.add(SqlText.text(granted.salt()) + "::text IS NOT NULL");
        for (String key : classes.subjects()) {
            table.column(key).ifPresent(column -> conditions.add(isGranted(column)));
        }
        return " WHERE " + String.join(" AND ", conditions);
    }

    private String isGranted(Catalogue.Column column) {
        return granted.subjects().stream()
                .map(SqlText::text)
                .collect(
                        Collectors.joining(
                                ", ",
                                "t." + SqlText.name(column.name()) + " = ANY (ARRAY[",
                                "]::" + column.type() + "[])"));
    }

    /**
     * A key must be the same text after it was a value of its column's type: a cast could cut or
     * round it, and name somebody else than who was approved.
     */
    static List<Problem> unfit(
            Connection connection,
            Plan plan,
            Roster roster,
            Map<RelationName, Catalogue.Table> store)
            throws SQLException {
        List<Problem> problems = new ArrayList<>();
        for (Plan.Audience audience : plan.audiences()) {
            Optional<Roster.Granted> granted =
                    audience.grant().flatMap(_ -> roster.granted(audience.name()));
            if (granted.isEmpty()) {
                continue;
            }
            for (Plan.View view : audience.views()) {
                Catalogue.Table table = store.get(view.table());
                Plan.Table classes = plan.table(view.table()).orElse(null);
                if (table == null || classes == null) {
                    continue;
                }
                for (String key : classes.subjects()) {
                    Catalogue.Column column = table.column(key).orElse(null);
                    if (column != null && !isSame(connection, column, granted.get())) {
                        problems.add(
                                new Problem(
                                        audience.name(),
                                        table.name(),
                                        column.name(),
                                        column.type(),
                                        "the grant has a subject that is no value of this type",
                                        "ask again, with the subjects' keys as this column has"
                                                + " them"));
                    }
                }
            }
        }
        return problems;
    }

    private static boolean isSame(
            Connection connection, Catalogue.Column column, Roster.Granted granted)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "SELECT bool_and(k::"
                                + column.type()
                                + "::text = k) FROM unnest(?::text[]) k")) {
            statement.setArray(1, connection.createArrayOf("text", granted.subjects().toArray()));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            connection.rollback(before);
            // No value of the type at all; or a type that only the compiler may use, who looks too.
            return NO_RIGHT.equals(e.getSQLState());
        }
    }
}
