package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.domicile.control.meter.BulkMeters;
import org.domicile.control.rules.BulkThreshold;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Fact;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** What would be bulk is refused before it leaves, and the session goes on. */
class BulkMeterTest {
    private static final int THRESHOLD = 700;

    private static final Rules RULES =
            new Rules(
                    List.of(
                            new RulePack(
                                    "test",
                                    1,
                                    "test",
                                    "none",
                                    new RulePack.CoveredPersons(
                                            Set.of("US"),
                                            Map.of(),
                                            50,
                                            new RulePack.Citations("", "", "", "", "", "", "", "")),
                                    new RulePack.Bulk(
                                            12,
                                            "",
                                            "",
                                            List.of(
                                                    new BulkThreshold(
                                                            "identifiers",
                                                            THRESHOLD,
                                                            BulkThreshold.Counted.PERSONS,
                                                            Set.of("user.unique_id"),
                                                            "no law"))),
                                    Map.of(),
                                    new RulePack.Term(Period.ofYears(1), ""),
                                    "0")));

    @SuppressWarnings("NullAway.Init")
    private TestGateway gateway;

    @BeforeEach
    void start() throws SQLException, IOException {
        gateway = TestGateway.start(RULES);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    private static int rows(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            int rows = 0;
            while (result.next()) {
                rows++;
            }
            return rows;
        }
    }

    private void assertRefused(Statement statement, String sql, int left) throws SQLException {
        gateway.ledger().forget();
        SQLException refused = catchThrowableOfType(SQLException.class, () -> rows(statement, sql));
        assertThat(refused.getSQLState()).isEqualTo("53400");
        assertThat(refused.getMessage())
                .contains("%d left in category identifiers".formatted(left));
        assertThat(gateway.ledger().disclosures()).as("nothing of it left").isEmpty();
        assertThat(gateway.ledger().refusals())
                .singleElement()
                .satisfies(refusal -> {
                    assertThat(refusal.reason()).isEqualTo("bulk-threshold");
                    assertThat(refusal.counterparty()).isEqualTo("parent");
                    assertThat(refusal.audience()).isEqualTo("foreign_analytics");
                });
        assertThat(rows(statement, "SELECT id FROM users WHERE id = 1")).isEqualTo(1);
    }

    private void assertCounted(long people, long untold) {
        assertThat(gateway.meters().readings(Instant.now()))
                .singleElement()
                .satisfies(reading -> {
                    assertThat(reading.people()).isEqualTo(people);
                    assertThat(reading.untold()).isEqualTo(untold);
                });
    }

    @Test
    void thresholdPassesAndOneMoreIsRefusedInEachProtocol() throws SQLException {
        for (String mode : List.of("simple", "extended")) {
            try (Connection analyst =
                            gateway.connect(
                                    "parent_analyst", "analytics", "preferQueryMode", mode);
                    Statement statement = analyst.createStatement()) {
                assertThat(rows(statement, "SELECT id FROM users WHERE id <= 400")).isEqualTo(400);
                assertThat(rows(statement, "SELECT id FROM users WHERE id BETWEEN 300 AND 700"))
                        .isEqualTo(401);
                assertRefused(statement, "SELECT id FROM users WHERE id BETWEEN 500 AND 701", 0);
                assertRefused(statement, "SELECT id FROM users", 0);
                assertThat(rows(statement, "SELECT id FROM users WHERE id <= 700")).isEqualTo(700);
            }
        }
        assertCounted(THRESHOLD, 0);
    }

    @Test
    void whatIsLeftIsSaid() throws SQLException {
        try (Connection analyst = gateway.analyst();
                Statement statement = analyst.createStatement()) {
            assertThat(rows(statement, "SELECT id FROM users WHERE id <= 660")).isEqualTo(660);
            assertRefused(statement, "SELECT id FROM users", 40);
        }
    }

    /** Those at home may see everybody. */
    @Test
    void theCustodianIsNotMetered() throws SQLException {
        try (Connection support = gateway.connect("us_support", "support");
                Statement statement = support.createStatement()) {
            assertThat(rows(statement, "SELECT * FROM users")).isEqualTo(TestGateway.USERS);
        }
        assertThat(gateway.meters().readings(Instant.now())).isEmpty();
    }

    @Test
    void aTransactionGoesOnAfterARefusal() throws SQLException {
        try (Connection analyst = gateway.analyst();
                Statement statement = analyst.createStatement()) {
            analyst.setAutoCommit(false);
            assertThat(rows(statement, "SELECT id FROM users WHERE id <= 5")).isEqualTo(5);
            assertRefused(statement, "SELECT id FROM users", 695);
            analyst.rollback();
            assertThat(rows(statement, "SELECT id FROM users WHERE id <= 5")).isEqualTo(5);
            analyst.commit();
        }
    }

    @Test
    void aCursorsBatchesAddUp() throws SQLException {
        try (Connection analyst = gateway.analyst();
                Statement statement = analyst.createStatement()) {
            analyst.setAutoCommit(false);
            statement.setFetchSize(300);
            try (ResultSet result = statement.executeQuery("SELECT id FROM users ORDER BY id")) {
                int rows = 0;
                String refused = "";
                try {
                    while (result.next()) {
                        rows++;
                    }
                } catch (SQLException e) {
                    refused = e.getSQLState();
                }
                assertThat(rows).isEqualTo(600);
                assertThat(refused).isEqualTo("53400");
            }
            analyst.rollback();
        }
        assertCounted(600, 0);
    }

    @Test
    void copyIsCountedToo() throws Exception {
        try (Connection analyst = gateway.analyst()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            analyst.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT id FROM users WHERE id <= 100) TO STDOUT", out);
            assertCounted(100, 0);
            ByteArrayOutputStream nothing = new ByteArrayOutputStream();
            assertThatThrownBy(() ->
                            analyst.unwrap(PGConnection.class)
                                    .getCopyAPI()
                                    .copyOut("COPY (SELECT id FROM users) TO STDOUT", nothing))
                    .hasMessageContaining("600 left");
            assertThat(nothing.size()).isZero();
            try (Statement statement = analyst.createStatement()) {
                assertThat(rows(statement, "SELECT id FROM users WHERE id <= 9")).isEqualTo(9);
            }
        }
    }

    /** The statements after it have run already, unlike in PostgreSQL. */
    @Test
    void moreStatementsAfterARefusedOneEndTheSession() throws SQLException {
        try (Connection analyst =
                        gateway.connect(
                                "parent_analyst", "analytics", "preferQueryMode", "simple");
                Statement statement = analyst.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT id FROM users; SELECT 1"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("700 left");
            assertThat(analyst.isValid(5)).isFalse();
        }
    }

    @Test
    void anAggregateDoesNotUseTheMeterUp() throws SQLException {
        try (Connection analyst = gateway.analyst();
                Statement statement = analyst.createStatement()) {
            for (int times = 0; times < 10; times++) {
                assertThat(rows(statement, "SELECT count(id) FROM users")).isEqualTo(1);
            }
            assertCounted(0, 10);
            assertRefused(
                    statement,
                    "SELECT string_agg(id::text, ',' ORDER BY id) || repeat('x', 16000) FROM users",
                    690);
        }
    }

    @Test
    void whatCouldNotBeRecordedIsNotCounted() throws SQLException {
        try (Connection analyst = gateway.analyst();
                Statement statement = analyst.createStatement()) {
            assertThat(rows(statement, "SELECT id FROM users WHERE id <= 30")).isEqualTo(30);
            List<BulkMeters.Reading> before = gateway.meters().readings(Instant.now());
            assertThatThrownBy(() -> rows(statement, "SELECT 1 / (id - 5) FROM users WHERE id = 5"))
                    .isInstanceOf(SQLException.class);
            assertThat(gateway.meters().readings(Instant.now())).isEqualTo(before);
            assertThat(gateway.ledger().facts(Fact.Disclosure.class)).isNotEmpty();
        }
    }
}
