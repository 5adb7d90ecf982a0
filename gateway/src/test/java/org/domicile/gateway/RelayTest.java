package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.upstream.ScriptedClient.Received;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/**
 * What a driver can ask of PostgreSQL goes through transport and codec unchanged. pgjdbc's own
 * tests do so at length, see {@code src/test/pgjdbc}.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RelayTest {
    /** More than the relay holds before it waits for the client. */
    private static final int LONG_ROWS = 40_000;

    @AutoClose private final TestDatabase database = TestDatabase.create();
    @AutoClose private final Relay relay = Relay.start(0, database.store().port());

    @AutoClose private final Connection connection = connect();

    RelayTest() throws IOException, SQLException {}

    @BeforeEach
    void create() throws SQLException {
        execute("CREATE TABLE t (id int, v text)");
    }

    @AfterEach
    void nothingWasWrittenDifferently() {
        assertThat(relay.differences()).isZero();
    }

    @Test
    void batchesAndFetchSizes() throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
            for (int i = 0; i < 5_000; i++) {
                insert.setInt(1, i);
                insert.setString(2, i % 7 == 0 ? null : "naïve ☃ " + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(5_000).containsOnly(1);
        }
        try (PreparedStatement select = connection.prepareStatement("TABLE t ORDER BY id")) {
            select.setFetchSize(33);
            ResultSet rows = select.executeQuery();
            for (int i = 0; i < 5_000; i++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(i);
                assertThat(rows.getString(2)).isEqualTo(i % 7 == 0 ? null : "naïve ☃ " + i);
            }
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void copyInAndOut() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < LONG_ROWS; i++) {
            lines.append(i).append("\tvalue ").append(i).append('\n');
        }
        byte[] in = lines.toString().getBytes(StandardCharsets.UTF_8);
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        assertThat(copy.copyIn("COPY t FROM STDIN", new ByteArrayInputStream(in)))
                .isEqualTo(LONG_ROWS);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        copy.copyOut("COPY (TABLE t ORDER BY id) TO STDOUT", out);
        assertThat(out.toByteArray()).isEqualTo(in);
        // ended by the client: CopyFail
        copy.copyIn("COPY t FROM STDIN").cancelCopy();
        assertThat(text("SELECT count(*) FROM t")).isEqualTo(String.valueOf(LONG_ROWS));
    }

    @Test
    void largeObjectsByFunctionCalls() throws SQLException {
        connection.setAutoCommit(false);
        LargeObjectManager manager = connection.unwrap(PGConnection.class).getLargeObjectAPI();
        long oid = manager.createLO();
        byte[] content = new byte[300_000];
        content[123_456] = 7;
        try (LargeObject object = manager.open(oid)) {
            object.write(content);
            object.seek(0);
            assertThat(object.read(content.length)).isEqualTo(content);
        }
    }

    @Test
    void longValuesAndManyParameters() throws SQLException {
        String value = "é".repeat(1_500_000);
        try (PreparedStatement select = connection.prepareStatement("SELECT ?::text")) {
            select.setString(1, value);
            ResultSet row = select.executeQuery();
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo(value);
        }
        int parameters = 65_535; // all that fit into Bind's count
        String list = String.join(",", Collections.nCopies(parameters, "?"));
        try (PreparedStatement select =
                connection.prepareStatement("SELECT cardinality(ARRAY[" + list + "]::int[])")) {
            for (int i = 1; i <= parameters; i++) {
                select.setInt(i, i);
            }
            ResultSet row = select.executeQuery();
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(parameters);
        }
    }

    @Test
    void notificationsNoticesAndErrors() throws SQLException {
        execute("LISTEN news");
        execute("NOTIFY news, 'naïve'");
        assertThat(connection.unwrap(PGConnection.class).getNotifications())
                .singleElement()
                .satisfies(news -> assertThat(news.getParameter()).isEqualTo("naïve"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("DO $$ BEGIN RAISE WARNING 'careful' USING HINT = 'slowly'; END $$");
            assertThat(String.valueOf(statement.getWarnings())).contains("careful");
        }
        assertThatThrownBy(() -> text("SELECT 1 / 0"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22012"));
        assertThat(text("")).isEqualTo("no rows");
    }

    @Test
    void aStatementIsCancelled() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(100)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
        assertThat(text("SELECT 'still here'")).isEqualTo("still here");
    }

    /** PostgreSQL sends the whole result before it reads Terminate; then it closes. */
    @Test
    void aClientThatSaidGoodbyeMayReadLate() throws Exception {
        EmbeddedStore store = database.store();
        try (ScriptedClient client =
                ScriptedClient.login(
                        relay.port(), store.superuser(), store.password(), database.name())) {
            client.keepNothing();
            client.send(
                    new FrontendMessage.Query(
                            "SELECT repeat('x', 1000) FROM generate_series(1, " + LONG_ROWS + ")"),
                    new FrontendMessage.Terminate());
            int rows = 0;
            for (Received next = client.next(); next != null; next = client.next()) {
                rows += next.type() == 'D' ? 1 : 0;
            }
            assertThat(rows).isEqualTo(LONG_ROWS);
        }
    }

    private Connection connect() throws SQLException {
        EmbeddedStore store = database.store();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + relay.port() + "/" + database.name(),
                store.superuser(),
                store.password());
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "no rows";
            }
            ResultSet row = statement.getResultSet();
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
