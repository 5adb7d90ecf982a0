package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** What people do with pgjdbc, through a running gateway. */
final class JdbcChecks {
    private static final String LONG_QUERY = "SELECT count(*) FROM generate_series(1, 10000000000)";
    private static final int CANCEL_SECONDS = 30;

    private final DemoProcess demo;

    JdbcChecks(DemoProcess demo) {
        this.demo = demo;
    }

    Stream<DynamicTest> all() {
        Map<String, Executable> sections = new LinkedHashMap<>();
        for (String threshold : List.of("-1", "1", "5")) {
            sections.put("prepared, threshold " + threshold, () -> prepared(threshold));
        }
        for (String mode : List.of("simple", "extended", "extendedCacheEverything")) {
            sections.put("query mode " + mode, () -> values("preferQueryMode", mode));
        }
        sections.put("binary off", () -> values("binaryTransfer", "false"));
        sections.put("fetch size", this::fetchSize);
        sections.put("metadata", this::metadata);
        sections.put("metadata, described columns", this::columns);
        sections.put("cancel", this::cancel);
        sections.put("query timeout", this::queryTimeout);
        sections.put("read-only transactions", this::readOnly);
        sections.put("refusals", this::refusals);
        sections.put("copy", this::copy);
        sections.put("cursors", this::cursors);
        return sections.entrySet().stream()
                .map(section -> DynamicTest.dynamicTest(section.getKey(), section.getValue()));
    }

    Connection analyst(String... properties) throws SQLException {
        return connect("parent_analyst", "analytics", properties);
    }

    private Connection connect(String user, String purpose, String... properties)
            throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", user);
        all.setProperty("password", password(user));
        all.setProperty("options", "-c domicile.purpose=" + purpose);
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + demo.port + "/us", all);
    }

    private String password(String user) {
        try (Stream<String> lines = Files.lines(demo.data.resolve("pgpass"))) {
            return lines.map(line -> line.split(":"))
                    .filter(fields -> fields[3].equals(user))
                    .findFirst()
                    .orElseThrow()[4];
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The e-mail addresses as the analyst must see them, from those that support sees. */
    private List<String> masked() throws SQLException {
        try (Connection connection = connect("us_support", "support")) {
            List<String> raw = strings(connection, "SELECT email FROM users");
            assertThat(raw).hasSizeGreaterThan(50).allMatch(email -> email.matches("[^*@]+@.+"));
            return raw.stream()
                    .map(email ->
                            "*" + email.substring(email.indexOf('@')).toLowerCase(Locale.ROOT))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> strings(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return strings(result, 1);
        }
    }

    private static List<String> strings(ResultSet result, Object column) throws SQLException {
        List<String> strings = new ArrayList<>();
        while (result.next()) {
            strings.add(
                    column instanceof Integer index
                            ? result.getString(index)
                            : result.getString(column.toString()));
        }
        return strings;
    }

    private void values(String... properties) throws SQLException {
        try (Connection connection = analyst(properties)) {
            assertThat(strings(connection, "SELECT email FROM users"))
                    .containsExactlyInAnyOrderElementsOf(masked());
        }
    }

    private void prepared(String threshold) throws SQLException {
        try (Connection connection = analyst("prepareThreshold", threshold);
                PreparedStatement statement =
                        connection.prepareStatement(
                                "SELECT id, birth_date, followers_count, is_creator, created_at FROM"
                                        + " users WHERE country = ? AND birth_date > ?")) {
            int first = -1;
            for (int i = 0; i < 8; i++) {
                statement.setString(1, "US");
                statement.setDate(2, java.sql.Date.valueOf("1900-01-01"));
                int rows = 0;
                try (ResultSet result = statement.executeQuery()) {
                    for (; result.next(); rows++) {
                        assertThat(result.getString(1)).matches("[0-9a-f]{32}");
                        assertThat(result.getDate(2).toString()).endsWith("-01-01");
                        assertThat(result.getInt(3) % 100).isZero();
                        assertThat(result.getDate(5)).isNotNull();
                    }
                }
                first = i == 0 ? rows : first;
                assertThat(rows).isPositive().isEqualTo(first);
            }
        }
    }

    private void fetchSize() throws SQLException {
        try (Connection connection = analyst()) {
            connection.setAutoCommit(false);
            long count =
                    Long.parseLong(strings(connection, "SELECT count(*) FROM impressions").get(0));
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(100);
                assertThat(strings(statement.executeQuery("SELECT id FROM impressions"), 1))
                        .hasSize(Math.toIntExact(count));
            }
            connection.commit();
        }
    }

    private void metadata() throws SQLException {
        try (Connection connection = analyst()) {
            var metadata = connection.getMetaData();
            String schema = connection.getSchema();
            assertThat(strings(metadata.getCatalogs(), "TABLE_CAT")).contains("shortvideo");
            assertThat(strings(metadata.getSchemas(), "TABLE_SCHEM")).contains(schema);
            assertThat(strings(metadata.getTables(null, schema, "%", null), "TABLE_NAME"))
                    .contains("users", "videos")
                    .noneMatch(name -> name.startsWith("domicile"));
            assertThat(strings(metadata.getTypeInfo(), "TYPE_NAME")).contains("text", "date");
            assertThat(strings(metadata.getTableTypes(), 1)).contains("VIEW");
            assertThat(strings(metadata.getPrimaryKeys(null, schema, "users"), 1)).isEmpty();
            assertThat(strings(metadata.getFunctions(null, "pg_catalog", "lower"), 3)).isNotEmpty();
            assertThat(metadata.getDatabaseProductVersion()).startsWith("18");
            assertThat(metadata.getUserName()).isNotEmpty();
            assertThat(metadata.getSQLKeywords()).isNotEmpty();
            // Views have no keys and no indexes.
            assertThat(strings(metadata.getImportedKeys(null, schema, "users"), 1)).isEmpty();
            assertThat(strings(metadata.getExportedKeys(null, schema, "users"), 1)).isEmpty();
            assertThat(strings(metadata.getIndexInfo(null, schema, "users", false, false), 1))
                    .isEmpty();
            assertThat(strings(metadata.getTablePrivileges(null, schema, "users"), "PRIVILEGE"))
                    .contains("SELECT");
            assertThat(
                            strings(
                                    metadata.getColumnPrivileges(null, schema, "users", "email"),
                                    "PRIVILEGE"))
                    .isEmpty(); // of tables only, and an audience has views
        }
    }

    private void columns() throws SQLException {
        try (Connection connection = analyst()) {
            var metadata = connection.getMetaData();
            assertThat(
                            strings(
                                    metadata.getColumns(null, connection.getSchema(), "users", "%"),
                                    "COLUMN_NAME"))
                    .contains("id", "email", "birth_date")
                    .doesNotContain("bio")
                    .noneMatch(name -> name.startsWith("domicile"));
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT * FROM users WHERE id = ?")) {
                var described = statement.getMetaData();
                assertThat(described.getColumnName(1)).isEqualTo("id");
                assertThat(described.getColumnTypeName(1)).isEqualTo("text");
                for (int i = 1; i <= described.getColumnCount(); i++) {
                    assertThat(described.getColumnName(i)).doesNotStartWith("domicile");
                }
                assertThat(statement.getParameterMetaData().getParameterTypeName(1))
                        .isEqualTo("text");
            }
        }
    }

    private void cancel() throws Exception {
        try (Connection connection = analyst();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Void> cancelled =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    statement.cancel();
                                } catch (SQLException e) {
                                    throw new IllegalStateException(e);
                                }
                            },
                            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
            assertThatThrownBy(() -> statement.executeQuery(LONG_QUERY))
                    .isInstanceOfSatisfying(
                            PSQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            cancelled.get(CANCEL_SECONDS, TimeUnit.SECONDS);
            assertThat(strings(connection, "SELECT 1")).containsExactly("1");
        }
    }

    private void queryTimeout() throws SQLException {
        try (Connection connection = analyst();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery(LONG_QUERY))
                    .isInstanceOfSatisfying(
                            PSQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            assertThat(strings(connection, "SELECT 1")).containsExactly("1");
        }
    }

    private void readOnly() throws SQLException {
        for (String mode : List.of("ignore", "transaction", "always")) {
            try (Connection connection = analyst("readOnlyMode", mode)) {
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                connection.setAutoCommit(false);
                assertThat(strings(connection, "SHOW transaction_isolation"))
                        .containsExactly("repeatable read");
                var savepoint = connection.setSavepoint();
                refused(
                        "only reads",
                        () -> connection.createStatement().execute("DELETE FROM users"));
                connection.rollback(savepoint);
                assertThat(strings(connection, "SELECT count(*) FROM users")).hasSize(1);
                connection.commit();
            }
        }
    }

    private void refusals() throws SQLException {
        try (Connection connection = analyst();
                Statement statement = connection.createStatement()) {
            refused("only reads", () -> statement.execute("INSERT INTO users VALUES (1)"));
            refused(
                    "does not exist for you",
                    () -> statement.execute("SELECT * FROM public.users"));
            refused("EXPLAIN", () -> statement.execute("EXPLAIN SELECT 1"));
            assertThat(strings(connection, "SELECT 1")).containsExactly("1");
        }
    }

    private static void refused(
            String message, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PSQLException.class,
                        e -> {
                            assertThat(String.valueOf(e.getMessage())).contains(message);
                            var server = e.getServerErrorMessage();
                            assertThat(server == null ? null : server.getHint()).isNotEmpty();
                        });
    }

    private void copy() throws Exception {
        try (Connection connection = analyst()) {
            var copies = connection.unwrap(PGConnection.class).getCopyAPI();
            for (String source : List.of("(SELECT email FROM users)", "users (email)")) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                long rows = copies.copyOut("COPY " + source + " TO STDOUT (FORMAT csv)", out);
                List<String> expected = masked();
                assertThat(out.toString(StandardCharsets.UTF_8).split("\n"))
                        .containsExactlyInAnyOrderElementsOf(expected);
                assertThat(rows).isEqualTo(expected.size());
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            copies.copyOut("COPY (SELECT id, email FROM users) TO STDOUT (FORMAT binary)", out);
            assertThat(Arrays.copyOf(out.toByteArray(), 6)).asString().isEqualTo("PGCOPY");
            refused("only reads", () -> copies.copyIn("COPY users FROM STDIN"));
        }
    }

    private void cursors() throws SQLException {
        try (Connection connection = analyst();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("DECLARE c SCROLL CURSOR FOR SELECT email FROM users ORDER BY email");
            List<String> rows = new ArrayList<>(strings(connection, "FETCH 7 FROM c"));
            assertThat(rows).hasSize(7);
            rows.addAll(strings(connection, "FETCH ALL FROM c"));
            assertThat(rows).containsExactlyInAnyOrderElementsOf(masked());
            statement.execute("MOVE ABSOLUTE 0 IN c");
            assertThat(strings(connection, "FETCH 7 FROM c")).isEqualTo(rows.subList(0, 7));
            statement.execute("CLOSE c");
            connection.commit();
        }
    }
}
