package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.domicile.ledger.Fact;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Whose rows a result shows is in its entry, and nothing of how that is known at the client. */
class DisclosedPeopleTest {
    @SuppressWarnings("NullAway.Init")
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws SQLException, IOException {
        gateway = TestGateway.start();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.ledger().forget();
    }

    private static List<String> tokens(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(
                        id -> HexFormat.of().formatHex(TestGateway.TOKEN.of(Integer.toString(id))))
                .sorted()
                .toList();
    }

    private static void assertRecorded(int people, List<String> tokens, String... categories) {
        List<RecordingLedger.Entry> entries =
                gateway.ledger().entries().stream()
                        .filter(entry ->
                                entry.fact() instanceof Fact.Disclosure disclosure
                                        && disclosure.rows() > 0)
                        .toList();
        assertThat(entries).hasSize(1);
        Fact.Subjects subjects = ((Fact.Disclosure) entries.get(0).fact()).subjects();
        assertThat(subjects.bounds()).isEmpty();
        assertThat(subjects.people())
                .isEqualTo(
                        List.of(categories).stream()
                                .collect(Collectors.toMap(c -> c, c -> (long) people)));
        String field = entries.get(0).privateFields().getOrDefault("subjects", "");
        assertThat(SubjectsField.tokens(field)).isEqualTo(tokens);
    }

    @Test
    void aPlainSelectNamesItsPeople() throws SQLException {
        try (Connection connection = gateway.connect("us_support", "support");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT handle FROM users WHERE id BETWEEN 3 AND 7")) {
            assertThat(rows.getMetaData().getColumnCount()).isEqualTo(1);
            int count = 0;
            while (rows.next()) {
                count++;
            }
            assertThat(count).isEqualTo(5);
        }
        assertRecorded(5, tokens(3, 7), "user.name", "user.unique_id");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void preparedWithAllFormatsOfResults(boolean binary) throws SQLException {
        try (Connection connection =
                gateway.connect(
                        "us_support",
                        "support",
                        "prepareThreshold",
                        "-1",
                        "binaryTransfer",
                        Boolean.toString(binary))) {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT id, * FROM users WHERE id = ?")) {
                for (int id = 1; id <= 3; id++) {
                    gateway.ledger().forget();
                    statement.setInt(1, id);
                    try (ResultSet row = statement.executeQuery()) {
                        assertThat(row.getMetaData().getColumnCount()).isEqualTo(4);
                        assertThat(row.next()).isTrue();
                        assertThat(row.getInt(1)).isEqualTo(id);
                        assertThat(row.getString("email"))
                                .isEqualTo("person" + id + "@example.org");
                    }
                    assertRecorded(
                            1, tokens(id, id), "user.contact.email", "user.name", "user.unique_id");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(FORMAT csv)",
                "(FORMAT csv, HEADER, DELIMITER ';', FORCE_QUOTE *)",
                "(FORMAT text)",
                "(FORMAT text, DELIMITER '|', NULL 'x')",
                "(FORMAT binary)"
            })
    void aCopyShowsNothingOfIt(String options) throws SQLException, IOException {
        String copy =
                "COPY (SELECT handle, NULL::text FROM %s WHERE id < 4 ORDER BY id) TO STDOUT ";
        byte[] direct;
        try (Connection connection = gateway.store().connect("us")) {
            direct = copyOut(connection, copy.formatted("public.users") + options);
        }
        try (Connection connection = gateway.connect("us_support", "support")) {
            assertThat(copyOut(connection, copy.formatted("users") + options)).isEqualTo(direct);
        }
        assertRecorded(3, tokens(1, 3), "user.name", "user.unique_id");
        assertThat(gateway.ledger().disclosures().get(0).rows()).isEqualTo(3);
    }

    private static byte[] copyOut(Connection connection, String sql)
            throws SQLException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, out);
        return out.toByteArray();
    }

    @Test
    void aCursorsRowsAreRecordedAsTheyAreFetched() throws SQLException {
        try (Connection connection = gateway.connect("us_support", "support");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("DECLARE c CURSOR FOR SELECT handle FROM users ORDER BY id");
            gateway.ledger().forget();
            assertThat(handles(statement.executeQuery("FETCH 2 FROM c")))
                    .containsExactly("h1", "h2");
            assertRecorded(2, tokens(1, 2), "user.name", "user.unique_id");
            statement.execute("MOVE 5 FROM c");
            gateway.ledger().forget();
            try (PreparedStatement fetch = connection.prepareStatement("FETCH 1 FROM c")) {
                assertThat(handles(fetch.executeQuery())).containsExactly("h8");
            }
            assertRecorded(1, tokens(8, 8), "user.name", "user.unique_id");
            statement.execute("CLOSE c");
            assertThatThrownBy(() -> statement.executeQuery("FETCH 1 FROM c"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("34000"));
        }
    }

    private static List<String> handles(ResultSet rows) throws SQLException {
        List<String> handles = new ArrayList<>();
        try (rows) {
            assertThat(rows.getMetaData().getColumnCount()).isEqualTo(1);
            while (rows.next()) {
                handles.add(rows.getString(1));
            }
        }
        return handles;
    }

    @Test
    void whatCannotBeToldIsAnUpperBound() throws SQLException {
        try (Connection connection = gateway.connect("us_support", "support");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT max(email) FROM users WHERE id < 4")) {
            assertThat(rows.next()).isTrue();
        }
        Fact.Subjects subjects = gateway.ledger().disclosures().get(0).subjects();
        assertThat(subjects.bounds()).isEqualTo(Map.of("public.users", "aggregate"));
        assertThat(subjects.people())
                .isEqualTo(
                        Map.of(
                                "user.contact.email",
                                (long) TestGateway.USERS,
                                "user.unique_id",
                                (long) TestGateway.USERS));
    }

    @Test
    void everySegmentNamesItsOwnPeople() throws SQLException {
        try (Connection connection = gateway.connect("us_support", "support");
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT a.email, repeat('x', 900) FROM users a ORDER BY a.id")) {
            int count = 0;
            while (rows.next()) {
                count++;
            }
            assertThat(count).isEqualTo(TestGateway.USERS);
        }
        List<Fact.Disclosure> segments = gateway.ledger().disclosures();
        assertThat(segments).hasSizeGreaterThan(2);
        assertThat(segments)
                .allMatch(s ->
                        Long.valueOf(s.rows()).equals(s.subjects().people().get("user.unique_id")));
        List<String> all =
                gateway.ledger().entries().stream()
                        .map(entry -> entry.privateFields().getOrDefault("subjects", ""))
                        .flatMap(text -> SubjectsField.tokens(text).stream())
                        .sorted()
                        .toList();
        assertThat(all).isEqualTo(tokens(1, TestGateway.USERS));
    }
}
