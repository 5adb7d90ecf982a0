package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.domicile.ledger.Fact;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What people do with pgjdbc, through a gateway over a real store. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class JdbcClientTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
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

    @ParameterizedTest
    @CsvSource({"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void eachQueryModeReadsTheAudiencesViewAndIsRecorded(String mode) throws SQLException {
        try (Connection connection =
                        gateway.connect("parent_analyst", "analytics", "preferQueryMode", mode);
                PreparedStatement statement =
                        connection.prepareStatement("SELECT id, email FROM users WHERE id <= ?")) {
            statement.setInt(1, 3);
            int rows = 0;
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows++;
                    assertThat(result.getString("email")).isNull();
                }
            }
            assertThat(rows).isEqualTo(3);
        }
        assertThat(gateway.ledger().disclosures())
                .filteredOn(disclosure -> disclosure.shape() == Fact.Shape.SELECT)
                .singleElement()
                .satisfies(disclosure -> {
                    assertThat(disclosure.rows()).isEqualTo(3);
                    assertThat(disclosure.bytes()).isPositive();
                    assertThat(disclosure.last()).isTrue();
                    assertThat(disclosure.audience()).isEqualTo("foreign_analytics");
                    assertThat(disclosure.purpose()).isEqualTo("analytics");
                    assertThat(disclosure.columns().get("public.users"))
                            .containsEntry("email", "redact");
                });
    }

    @Test
    void factsOfASessionCountFromZeroWithoutAGap() throws SQLException {
        try (Connection connection = gateway.analyst();
                Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT 1").close();
            assertThatThrownBy(() -> statement.execute("INSERT INTO users VALUES (1)"))
                    .isInstanceOf(SQLException.class);
            statement.executeQuery("SELECT count(*) FROM users").close();
        }
        assertThat(gateway.ledger().facts(Fact.OfSession.class))
                .extracting(Fact.OfSession::sequence)
                .containsExactly(0L, 1L, 2L, 3L);
        assertThat(gateway.ledger().facts(Fact.OfSession.class))
                .extracting(Fact.OfSession::session)
                .containsOnly(gateway.ledger().facts(Fact.SessionOpened.class).get(0).session());
    }

    @Test
    void binaryTransferGivesTheSameValues() throws SQLException {
        try (Connection connection =
                        gateway.connect("us_support", "support", "prepareThreshold", "-1");
                PreparedStatement statement =
                        connection.prepareStatement(
                                "SELECT id, handle, email FROM users WHERE id = ?")) {
            for (int id = 1; id <= 10; id++) {
                statement.setInt(1, id);
                try (ResultSet result = statement.executeQuery()) {
                    assertThat(result.next()).isTrue();
                    assertThat(result.getInt(1)).isEqualTo(id);
                    assertThat(result.getString(3)).isEqualTo("person" + id + "@example.org");
                }
            }
        }
        assertThat(gateway.ledger().disclosures())
                .filteredOn(disclosure -> !disclosure.columns().isEmpty())
                .hasSize(10);
    }

    @Test
    void fetchSizeEndsASegmentWithEachPortalSuspension() throws SQLException {
        try (Connection connection = gateway.analyst()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(300);
                int rows = 0;
                try (ResultSet result = statement.executeQuery("SELECT id FROM users")) {
                    while (result.next()) {
                        rows++;
                    }
                }
                assertThat(rows).isEqualTo(TestGateway.USERS);
            }
            connection.commit();
        }
        assertThat(gateway.ledger().disclosures())
                .filteredOn(disclosure -> !disclosure.columns().isEmpty())
                .extracting(d -> d.segment() + ":" + d.rows() + ":" + d.last())
                .containsExactly("0:300:false", "1:300:false", "2:300:false", "3:100:true");
    }

    @Test
    void anErrorInATransactionFailsItUntilRollback() throws SQLException {
        try (Connection connection = gateway.analyst();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeQuery("SELECT 1").close();
            assertThatThrownBy(() -> statement.execute("DELETE FROM users"))
                    .isInstanceOfSatisfying(
                            PSQLException.class,
                            e -> {
                                assertThat(e.getSQLState()).isEqualTo("0A000");
                                assertThat(hint(e)).isNotEmpty();
                            });
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
            connection.rollback();
            try (ResultSet result = statement.executeQuery("SELECT 1")) {
                assertThat(result.next()).isTrue();
            }
        }
        assertThat(gateway.ledger().refusals())
                .extracting(Fact.Refusal::reason)
                .containsExactly("statement-not-allowed");
    }

    @Test
    void aPurposeIsDeclaredWithSetAndChangesTheAudience() throws SQLException {
        try (Connection connection = gateway.connect("us_support", "");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1 FROM users"))
                    .isInstanceOfSatisfying(
                            PSQLException.class,
                            e -> {
                                assertThat(e.getSQLState()).isEqualTo("42501");
                                assertThat(hint(e)).contains("SET domicile.purpose");
                            });
            statement.execute("SET domicile.purpose = 'support'");
            try (ResultSet result = statement.executeQuery("SELECT email FROM users LIMIT 1")) {
                assertThat(result.next()).isTrue();
                assertThat(result.getString(1)).contains("@example.org");
            }
            statement.execute("SET domicile.purpose = 'engineering'");
            try (ResultSet result = statement.executeQuery("SHOW domicile.purpose")) {
                assertThat(result.next()).isTrue();
                assertThat(result.getString(1)).isEqualTo("engineering");
            }
            assertThatThrownBy(() -> statement.executeQuery("SELECT email FROM users"))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> statement.execute("SET domicile.purpose = 'fun'"))
                    .isInstanceOf(SQLException.class);
            statement.executeQuery("SELECT id FROM users").close();
        }
        assertThat(gateway.ledger().disclosures())
                .extracting(Fact.Disclosure::purpose)
                .containsExactly("support", "engineering");
        assertThat(gateway.ledger().refusals())
                .extracting(Fact.Refusal::reason)
                .containsExactly("purpose-unset", "store-error", "purpose-not-yours");
    }

    @Test
    void aPurposeDoesNotChangeInsideATransaction() throws SQLException {
        try (Connection connection = gateway.connect("us_support", "support");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> statement.execute("SET domicile.purpose = 'engineering'"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("25001"));
            connection.rollback();
            try (ResultSet result = statement.executeQuery("SELECT email FROM users LIMIT 1")) {
                assertThat(result.next()).isTrue();
            }
        }
    }

    @Test
    void preparedStatementsDoNotOutliveTheirAudience() throws SQLException {
        try (Connection connection =
                        gateway.connect("us_support", "support", "prepareThreshold", "1");
                Statement set = connection.createStatement();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT email FROM users WHERE id = ?")) {
            statement.setInt(1, 1);
            statement.executeQuery().close();
            statement.executeQuery().close();
            set.execute("SET domicile.purpose = 'engineering'");
            assertThatThrownBy(statement::executeQuery).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void batchesArePipelined() throws SQLException {
        try (Connection connection = gateway.analyst();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 600; i++) {
                statement.addBatch("SET application_name = 'batch" + i + "'");
            }
            assertThat(statement.executeBatch()).hasSize(600);
            statement.addBatch("SET application_name = 'x'");
            statement.addBatch("DROP TABLE users");
            assertThatThrownBy(statement::executeBatch).isInstanceOf(BatchUpdateException.class);
            try (ResultSet result = statement.executeQuery("SHOW application_name")) {
                assertThat(result.next()).isTrue();
            }
        }
    }

    @Test
    void cancelReachesTheRunningStatement() throws Exception {
        try (Connection connection = gateway.analyst();
                Statement statement = connection.createStatement()) {
            Thread canceller =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    Thread.sleep(300);
                                    statement.cancel();
                                } catch (SQLException | InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            assertThatThrownBy(() -> statement.executeQuery(TestGateway.ENDLESS))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            canceller.join();
            statement.executeQuery("SELECT 1").close();
        }
    }

    @Test
    void valuesInTheStoresErrorsDoNotPass() throws SQLException {
        try (Connection connection = gateway.connect("us_support", "support");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT email::int FROM users LIMIT 5"))
                    .isInstanceOfSatisfying(
                            PSQLException.class,
                            e -> {
                                assertThat(e.getSQLState()).isEqualTo("22P02");
                                assertThat(e.toString()).doesNotContain("person1");
                                assertThat(hint(e)).contains("custodian");
                            });
        }
        assertThat(gateway.ledger().disclosures())
                .as("that it failed depends on the rows, so it is recorded")
                .hasSize(1);
    }

    @Test
    void aTableThatIsNotThere() throws SQLException {
        try (Connection connection = gateway.analyst();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeQuery("SELECT raw FROM public.secrets"))
                    .isInstanceOfSatisfying(
                            PSQLException.class,
                            e -> {
                                assertThat(e.getSQLState()).isEqualTo("42P01");
                                assertThat(hint(e)).contains("\\d");
                            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "parent_analyst, wrong, us, 28P01",
        "nobody, wrong, us, 28P01",
        "nobody, wrong, mars, 28P01",
        "parent_analyst, right, mars, 3D000",
        "stranger, right, us, 28000"
    })
    void whoeverHasNoBusinessHereIsTold(
            String user, String password, String database, String sqlState) {
        String url = "jdbc:postgresql://127.0.0.1:" + gateway.port() + "/" + database;
        String given = password.equals("right") ? TestGateway.password(user) : password;
        assertThatThrownBy(() -> DriverManager.getConnection(url, user, given))
                .isInstanceOfSatisfying(
                        PSQLException.class,
                        e -> {
                            assertThat(e.getSQLState()).isEqualTo(sqlState);
                            assertThat(hint(e)).isNotEmpty();
                        });
        boolean known = user.equals("parent_analyst") && database.equals("us");
        assertThat(gateway.ledger().refusals()).hasSize(known ? 1 : 0);
    }

    @Test
    void anUnknownPurposeIsRefusedAtTheDoorAndRecorded() {
        assertThatThrownBy(() -> gateway.connect("parent_analyst", "fun"))
                .isInstanceOfSatisfying(
                        PSQLException.class,
                        e -> {
                            assertThat(e.getSQLState()).isEqualTo("42501");
                            assertThat(hint(e)).contains("analytics");
                        });
        assertThat(gateway.ledger().refusals())
                .singleElement()
                .satisfies(refusal -> {
                    assertThat(refusal.reason()).isEqualTo("purpose-not-yours");
                    assertThat(refusal.purpose()).isNull();
                });
    }

    @Test
    void aPlanThatChangedEndsOlderSessions() throws SQLException {
        try (Connection connection = gateway.analyst();
                Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT 1").close();
            gateway.apply(TestGateway.appliedPlan(2));
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
            gateway.ledger().forget();
            gateway.analyst().close();
            gateway.analyst().close();
        } finally {
            gateway.apply(TestGateway.appliedPlan(1));
        }
        assertThat(gateway.ledger().facts(Fact.class))
                .as("the plan comes before the first session under it, and once")
                .extracting(Fact::type)
                .containsExactly("policy-applied", "session-opened", "session-opened");
        assertThat(gateway.ledger().documents())
                .last()
                .isEqualTo(
                        TestGateway.appliedPlan(2)
                                .plan()
                                .toJson()
                                .getBytes(StandardCharsets.UTF_8));
    }

    private static String hint(PSQLException e) {
        ServerErrorMessage message = e.getServerErrorMessage();
        String hint = message == null ? null : message.getHint();
        return hint == null ? "" : hint;
    }
}
