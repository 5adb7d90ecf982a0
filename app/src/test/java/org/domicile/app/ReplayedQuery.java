package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;

/**
 * A query some tool sends, and what becomes of it. A file of them has, before each query, a line
 * {@code -- pass title}, {@code -- empty title} where it passes and finds nothing, or {@code --
 * refuse [part of the message] title}; a query ends at a line of one semicolon. In it <code>
 * {schema}
 * </code> stands for the audience's schema and <code>{users}</code> for the view's oid.
 *
 * @param refusal a part of the refusal's message; empty where it passes
 */
record ReplayedQuery(String title, boolean finds, String refusal, String sql) {
    private static final Pattern QUERY =
            Pattern.compile(
                    "^-- (pass|empty|refuse \\[([^]]+)]) (.*?)\\n(.*?)\\n;$",
                    Pattern.DOTALL | Pattern.MULTILINE);

    static List<ReplayedQuery> read(Path file) throws Exception {
        return QUERY.matcher(Files.readString(file))
                .results()
                .map(found ->
                        new ReplayedQuery(
                                found.group(3),
                                found.group(1).equals("pass"),
                                found.group(2) == null ? "" : found.group(2),
                                found.group(4)))
                .toList();
    }

    void check(JdbcChecks jdbc) throws SQLException {
        try (Connection connection = jdbc.analyst();
                Statement statement = connection.createStatement()) {
            String text =
                    sql.replace("{schema}", connection.getSchema())
                            .replace("{users}", one(statement, "SELECT 'users'::regclass::oid"));
            if (refusal.isEmpty()) {
                int rows = statement.execute(text) ? count(statement) : 0;
                assertThat(rows > 0).as("it finds something: " + rows).isEqualTo(finds);
            } else {
                assertThatThrownBy(() -> statement.execute(text))
                        .isInstanceOf(PSQLException.class)
                        .hasMessageContaining(refusal)
                        .hasMessageContaining("Hint:");
            }
        }
    }

    private static int count(Statement statement) throws SQLException {
        int rows = 0;
        try (ResultSet result = statement.getResultSet()) {
            while (result.next()) {
                rows++;
            }
        }
        return rows;
    }

    private static String one(Statement statement, String query) throws SQLException {
        try (ResultSet result = statement.executeQuery(query)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }
}
