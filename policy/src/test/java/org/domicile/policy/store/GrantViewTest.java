package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a grant shows, and that it ends in the store itself, with nobody there to end it. */
class GrantViewTest {
    private static final String REQUEST = "ab12cd34ef56".concat("0".repeat(52));
    private static final String AUDIENCE = "grant_ab12cd34ef56";
    private static final String LOGIN = "dom_" + AUDIENCE + "-lin";

    static List<TestServer> servers() {
        return TestServer.all();
    }

    private static Plan plan(Instant until, Plan.View... views) {
        Plan base = Sample.plan();
        Plan.Audience grant =
                new Plan.Audience(
                        AUDIENCE,
                        "parent",
                        List.of("support"),
                        List.of(views),
                        Optional.of(new Plan.Grant(REQUEST, until.toString())));
        return new Plan(
                base.jurisdiction(),
                base.custodian(),
                base.entities(),
                base.tables(),
                Stream.concat(base.audiences().stream(), Stream.of(grant)).toList());
    }

    private static Roster roster(String... subjects) {
        return new Roster(
                "us",
                List.of(
                        Sample.accessor("sam", "custodian", "us_support"),
                        Sample.accessor("lin", "parent", "analyst", AUDIENCE)),
                List.of(new Roster.Granted(AUDIENCE, "5".repeat(32), List.of(subjects))));
    }

    private static Instant in(Duration time) {
        return Instant.now().plus(time).truncatedTo(ChronoUnit.SECONDS);
    }

    private static final Plan.View EMAIL = Sample.view(Sample.USERS, "email", "show");
    private static final Plan.View IP = Sample.view(Sample.LOGINS, "ip", "show");

    @ParameterizedTest
    @MethodSource("servers")
    void aGrantShowsItsColumnsOfItsPeopleOnly(TestServer server) throws Exception {
        Sample.initialised(server);
        Plan plan = plan(in(Duration.ofHours(1)), EMAIL, IP);
        Sample.apply(server, plan, roster("17", "4"));
        try (Connection lin = server.login(LOGIN)) {
            assertThat(strings(lin, "SELECT email FROM users ORDER BY 1"))
                    .containsExactly("user17@example.com", "user4@example.com");
            assertThat(strings(lin, "SELECT ip::text FROM logins ORDER BY 1"))
                    .containsExactly("10.1.2.17/32", "10.1.2.4/32");
            assertThatThrownBy(() -> strings(lin, "SELECT handle FROM users"))
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> strings(lin, "SELECT email FROM public.users"))
                    .isInstanceOf(SQLException.class);
        }
        StorePlan again = Sample.look(server, plan, roster("17", "4"));
        assertThat(again.changes()).isEmpty();
        assertThat(again.drift()).isEmpty();

        // Whoever adds a person behind the plan's back is found.
        try (Connection admin = server.superuser();
                Statement statement = admin.createStatement()) {
            statement.execute(
                    "CREATE OR REPLACE VIEW dom_%s_v1.users WITH (security_barrier = true) AS SELECT email FROM public.users t"
                            .formatted(AUDIENCE));
        }
        assertThat(Sample.look(server, plan, roster("17", "4")).drift()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void anEndedGrantShowsNothingEvenToAnOpenCursor(TestServer server) throws Exception {
        Sample.initialised(server);
        Instant until = in(Duration.ofSeconds(8));
        Plan plan = plan(until, EMAIL);
        Sample.apply(server, plan, roster("1", "2", "3", "4", "5", "6", "7", "8"));
        try (Connection lin = server.login(LOGIN);
                Statement statement = lin.createStatement()) {
            lin.setAutoCommit(false);
            statement.execute("DECLARE c NO SCROLL CURSOR FOR SELECT email FROM users");
            assertThat(strings(lin, "FETCH 2 FROM c")).hasSize(2);
            Thread.sleep(Duration.between(Instant.now(), until).plusMillis(500));
            assertThat(strings(lin, "FETCH ALL FROM c")).isEmpty();
            lin.rollback();
            assertThat(strings(lin, "SELECT email FROM users")).isEmpty();
        }
        assertThatThrownBy(() -> server.login(LOGIN).close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        // And the store is put in order by the next apply without it.
        Sample.apply(server, Sample.plan(), Sample.roster());
        assertThat(Sample.look(server, Sample.plan(), Sample.roster()).changes()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void whatDoesNotFitIsAProblem(TestServer server) throws Exception {
        Sample.initialised(server);
        Plan plan = plan(in(Duration.ofHours(1)), EMAIL);
        assertThat(Sample.look(server, plan, roster("17", "1); --")).problems())
                .extracting(Problem::text)
                .anyMatch(text -> text.contains("no value of this type"));
        assertThat(Sample.look(server, plan, Sample.roster()).problems())
                .extracting(Problem::text)
                .anyMatch(text -> text.contains("does not say for whose rows"));
    }

    /** A cast that cuts would show somebody else than who was approved. */
    @ParameterizedTest
    @MethodSource("servers")
    void aKeyThatItsColumnsTypeWouldCutIsAProblem(TestServer server) throws Exception {
        Sample.initialised(server);
        server.asSuperuser(
                "ALTER TABLE logins DROP CONSTRAINT logins_user_id_fkey, ALTER user_id TYPE varchar(2)");
        Plan plan = plan(in(Duration.ofHours(1)), IP);
        assertThat(Sample.look(server, plan, roster("17")).problems()).isEmpty();
        assertThat(Sample.look(server, plan, roster("17-somebody-else")).problems())
                .extracting(Problem::text)
                .anyMatch(text -> text.contains("no value of this type"));
    }

    private static List<String> strings(Connection connection, String sql) throws SQLException {
        List<String> rows = new java.util.ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }
}
