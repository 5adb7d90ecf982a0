package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.StoreSubjects;
import org.domicile.plan.SubjectToken;

/** What the gateway reads of a store to tell whose rows pass, as {@code domicile_gateway}. */
final class SubjectReader {
    private static final String VIEWS =
            """
            SELECT second.oid, first.oid
            FROM pg_catalog.pg_class second
            JOIN pg_catalog.pg_class first ON first.relname = second.relname
            WHERE second.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ?)
              AND first.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ?)
            """;

    private static final String COLUMNS =
            """
            SELECT c.relname, a.attname
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ?)
              AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY c.relname, a.attnum
            """;

    private SubjectReader() {}

    static Optional<StoreSubjects> read(Connection connection, AppliedPlan applied)
            throws SQLException {
        Map<String, Map<Long, Long>> views = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(VIEWS)) {
            for (Plan.Audience audience : applied.plan().audiences()) {
                long expected =
                        audience.views().stream()
                                .filter(view -> !applied.plan().hiddenSubjects(view).isEmpty())
                                .count();
                Optional<String> second = applied.subjectSchemaOf(audience);
                if (second.isEmpty()) {
                    continue;
                }
                statement.setString(1, second.get());
                statement.setString(2, applied.schemaOf(audience));
                Map<Long, Long> found = pairs(statement);
                if (found.size() != expected) {
                    return Optional.empty();
                }
                views.put(audience.name(), found);
            }
        }
        Optional<Map<String, Map<String, List<String>>>> columns = columns(connection, applied);
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new StoreSubjects(token(connection), views, columns.get()));
    }

    private static Optional<Map<String, Map<String, List<String>>>> columns(
            Connection connection, AppliedPlan applied) throws SQLException {
        Map<String, Map<String, List<String>>> columns = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            for (Plan.Audience audience : applied.plan().audiences()) {
                statement.setString(1, applied.schemaOf(audience));
                Map<String, List<String>> views = new TreeMap<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        views.computeIfAbsent(row.getString(1), view -> new ArrayList<>())
                                .add(row.getString(2));
                    }
                }
                if (views.size() != audience.views().size()) {
                    return Optional.empty(); // another plan is in force by now
                }
                columns.put(audience.name(), views);
            }
        }
        return Optional.of(columns);
    }

    private static Map<Long, Long> pairs(PreparedStatement statement) throws SQLException {
        Map<Long, Long> pairs = new HashMap<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                pairs.put(row.getLong(1), row.getLong(2));
            }
        }
        return pairs;
    }

    private static SubjectToken token(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT secret FROM domicile.subject_secret")) {
            if (!row.next()) {
                throw new SQLException(
                        "the store has no subject secret: restore domicile.subject_secret from a"
                                + " backup, a new one would make everybody another person");
            }
            return new SubjectToken(row.getBytes(1));
        }
    }

    static OptionalLong count(Connection connection, RelationName table, int timeoutMillis)
            throws SQLException {
        return Session.transaction(
                connection,
                () -> {
                    Session.execute(connection, "SET LOCAL statement_timeout = " + timeoutMillis);
                    try (PreparedStatement statement =
                            connection.prepareStatement("SELECT domicile.count_subjects(?, ?)")) {
                        statement.setString(1, table.schema());
                        statement.setString(2, table.name());
                        try (ResultSet row = statement.executeQuery()) {
                            row.next();
                            long people = row.getLong(1);
                            return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(people);
                        }
                    }
                });
    }
}
