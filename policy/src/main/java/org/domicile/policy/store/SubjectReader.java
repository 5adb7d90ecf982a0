package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
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
        return Optional.of(new StoreSubjects(token(connection), views));
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
