package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.StoreNames;
import org.domicile.plan.StoreSubjects;
import org.domicile.plan.SubjectToken;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Second views, the tokens they give, and what the gateway reads of them. */
class SubjectViewTest {
    private static final RelationName LETTERS = new RelationName("public", "letters");

    static List<TestServer> servers() {
        return TestServer.all();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void areBuiltWhereAViewHidesAKeyAndShowTheSameRest(TestServer server) throws Exception {
        Sample.applied(server);
        try (Connection admin = server.superuser();
                Connection analyst = server.login("dom_analyst-lin")) {
            assertThat(
                            Session.queryStrings(
                                    admin,
                                    "SELECT nspname FROM pg_namespace WHERE nspname ~ '^dom_' ORDER BY 1"))
                    .as("us_support sees the one key there is")
                    .containsExactly(
                            "dom_analyst_v1", "dom_analyst_v1_subjects", "dom_us_support_v1");
            assertThat(columns(analyst, "dom_analyst_v1_subjects.users"))
                    .isEqualTo(
                            columns(analyst, "dom_analyst_v1.users") + " domicile_subject_id:17");
            assertThat(
                            StoreApplierTest.row(
                                    analyst,
                                    "SELECT count(*), count(DISTINCT s.domicile_subject_id) FROM users u"
                                            + " JOIN dom_analyst_v1_subjects.users s"
                                            + " USING (id, email, birth_date, created)"))
                    .isEqualTo("20 20");
            assertThat(StoreApplierTest.row(analyst, "SHOW search_path"))
                    .isEqualTo("dom_analyst_v1");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void giveTheTokensThatTheGatewayComputes(TestServer server) throws Exception {
        Sample.applied(server);
        try (Connection admin = server.superuser();
                Connection gateway = server.login(StoreNames.GATEWAY_ROLE);
                Connection analyst = server.login("dom_analyst-lin")) {
            AppliedPlan applied = AppliedPlanReader.read(gateway).orElseThrow();
            StoreSubjects subjects = AppliedPlanReader.readSubjects(gateway, applied).orElseThrow();
            Map<Long, Long> expected = new HashMap<>();
            for (String view : List.of("users", "logins")) {
                expected.put(
                        oid(admin, "dom_analyst_v1_subjects." + view),
                        oid(admin, "dom_analyst_v1." + view));
            }
            assertThat(subjects.firstViews()).containsExactly(Map.entry("analyst", expected));
            List<String> tokens =
                    Session.queryStrings(
                            analyst,
                            "SELECT encode(domicile_subject_user_id, 'hex') FROM dom_analyst_v1_subjects.logins");
            assertThat(tokens).hasSize(20);
            for (int id = 1; id <= 20; id++) {
                assertThat(tokens).contains(hex(subjects.token(), Integer.toString(id)));
            }
        }
    }

    /** Also what a cast to bytea would read as an escape, and what no text function agrees on. */
    @ParameterizedTest
    @MethodSource("servers")
    void giveTheSameTokensForKeysOfEveryType(TestServer server) throws Exception {
        server.reset();
        server.asSuperuser(
                "CREATE DOMAIN person AS bigint",
                "CREATE TYPE colour AS ENUM ('red', 'dark blue')",
                """
                CREATE TABLE letters (a smallint, b bigint, c numeric, d uuid, e text, f varchar(40), g char(8),
                  h inet, i person, j colour, k boolean, body text)
                """,
                """
                INSERT INTO letters VALUES
                  (-7, 9223372036854775807, 12.50, gen_random_uuid(), E'back\\\\slash \\\\x41 \\\\101', E'Zo\\u00eb \\U0001F600', 'ab', '10.0.0.1', 5, 'dark blue', true, 'x'),
                  (7, -9223372036854775808, 0, gen_random_uuid(), '', ' ', '', '2001:db8::/48', -5, 'red', false, 'y'),
                  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'z')
                """);
        List<String> keys = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k");
        Plan plan = letters(keys);
        try (Connection admin = server.superuser()) {
            StoreInit.run(admin, TestServer.SECRET);
        }
        Sample.apply(server, plan, Sample.roster(Sample.accessor("lin", "custodian", "reader")));
        try (Connection admin = server.superuser();
                Connection gateway = server.login(StoreNames.GATEWAY_ROLE);
                Connection reader = server.login("dom_reader-lin")) {
            SubjectToken token =
                    AppliedPlanReader.readSubjects(
                                    gateway, AppliedPlanReader.read(gateway).orElseThrow())
                            .orElseThrow()
                            .token();
            for (String key : keys) {
                for (String body : List.of("x", "y")) {
                    String raw =
                            cell(
                                            admin,
                                            "SELECT "
                                                    + key
                                                    + "::text FROM letters WHERE body = '"
                                                    + body
                                                    + "'")
                                    .orElseThrow();
                    assertThat(cell(reader, tokenOf(key, body)))
                            .as(key + " of " + body)
                            .contains(hex(token, raw));
                }
                assertThat(cell(reader, tokenOf(key, "z"))).as("nobody").isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void refuseAKeyWhoseTextDependsOnSettings(TestServer server) throws Exception {
        server.reset();
        server.asSuperuser(
                "CREATE TABLE letters (a date, b bytea, domicile_subject_a int, body text)");
        try (Connection admin = server.superuser()) {
            StoreInit.run(admin, TestServer.SECRET);
        }
        assertThat(Sample.look(server, letters(List.of("a", "b")), Sample.roster()).problems())
                .extracting(Problem::text)
                .contains(
                        "public.letters.a (date): a subject key of this type has no text that is always the same; name people by a key that is an integer, a uuid or text",
                        "public.letters.b (bytea): a subject key of this type has no text that is always the same; name people by a key that is an integer, a uuid or text",
                        "public.letters.domicile_subject_a (integer): names that begin with domicile_subject_ are Domicile's own; give the column another name");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void comeAndGoWithTheSubjectKeys(TestServer server) throws Exception {
        Sample.initialised(server);
        Plan with = Sample.plan();
        Plan without =
                new Plan(
                        with.jurisdiction(),
                        with.custodian(),
                        with.entities(),
                        with.tables().stream()
                                .map(t -> new Plan.Table(t.name(), List.of(), t.columns()))
                                .toList(),
                        with.audiences());
        Sample.apply(server, without, Sample.roster());
        try (Connection gateway = server.login(StoreNames.GATEWAY_ROLE)) {
            AppliedPlan first = AppliedPlanReader.read(gateway).orElseThrow();
            assertThat(AppliedPlanReader.readSubjects(gateway, first).orElseThrow().firstViews())
                    .isEmpty();
            StorePlan planned = Sample.look(server, with, Sample.roster());
            assertThat(planned.changes().stream().flatMap(c -> c.lines().stream()))
                    .containsExactly(
                            "~ audience analyst",
                            "    ~ its views are written anew: a category, a subject key or a column's type changed",
                            "~ classification",
                            "    ~ public.logins",
                            "    ~ public.users");
            StoreApplier.Applied applied = Sample.apply(server, with, Sample.roster());
            assertThat(applied.leftovers()).isEmpty();
            assertThat(schemas(server))
                    .containsExactly(
                            "dom_analyst_v2", "dom_analyst_v2_subjects", "dom_us_support_v1");
            AppliedPlan second = AppliedPlanReader.read(gateway).orElseThrow();
            Sample.apply(server, without, Sample.roster());
            assertThat(schemas(server)).containsExactly("dom_analyst_v3", "dom_us_support_v1");
            assertThat(AppliedPlanReader.readSubjects(gateway, second))
                    .as("of a plan that is in force no more")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void leftOverOnesAreDropped(TestServer server) throws Exception {
        Sample.applied(server);
        try (Connection compiler = server.compiler()) {
            TestServer.sql(compiler, "SET ROLE domicile_owner");
            TestServer.sql(compiler, "CREATE SCHEMA dom_analyst_v7_subjects");
        }
        StorePlan planned = Sample.look(server, Sample.plan(), Sample.roster());
        assertThat(planned.changes().stream().flatMap(c -> c.lines().stream()))
                .containsExactly("- schema dom_analyst_v7_subjects, left over");
        Sample.apply(server, Sample.plan(), Sample.roster());
        assertThat(schemas(server)).doesNotContain("dom_analyst_v7_subjects");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theSecretStaysWhenInitRunsAgain(TestServer server) throws Exception {
        Sample.applied(server);
        String read = "SELECT encode(secret, 'hex') FROM domicile.subject_secret";
        try (Connection admin = server.superuser()) {
            String before = StoreApplierTest.row(admin, read);
            StoreInit.run(admin, TestServer.SECRET);
            assertThat(StoreApplierTest.row(admin, read)).isEqualTo(before).hasSize(64);
            assertThat(
                            StoreApplierTest.row(
                                    admin,
                                    "SELECT count(*) FROM pg_statistic WHERE starelid = 'domicile.subject_secret'::regclass AND staattnum = 2"))
                    .as("no copy of it among the planner's statistics")
                    .isEqualTo("0");
        }
        assertThat(Sample.look(server, Sample.plan(), Sample.roster()).upToDate()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theGatewayCountsPeopleByTheirKeysAndNoReaderMay(TestServer server) throws Exception {
        server.reset();
        server.asSuperuser(
                "CREATE COLLATION fold (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                "CREATE TABLE letters (a text COLLATE fold, b text COLLATE fold, body text)",
                "INSERT INTO letters VALUES ('ann', 'bob', ''), ('Ann', NULL, ''), ('bob', 'ann', ''), (NULL, NULL, '')");
        try (Connection admin = server.superuser()) {
            StoreInit.run(admin, TestServer.SECRET);
        }
        Sample.apply(
                server,
                letters(List.of("a", "b")),
                Sample.roster(Sample.accessor("lin", "custodian", "reader")));
        try (Connection gateway = server.login(StoreNames.GATEWAY_ROLE);
                Connection reader = server.login("dom_reader-lin")) {
            assertThat(AppliedPlanReader.countSubjects(gateway, LETTERS, 10_000))
                    .as("as many as there are tokens: ann, Ann and bob")
                    .hasValue(3);
            assertThat(AppliedPlanReader.countSubjects(gateway, Sample.USERS, 10_000)).isEmpty();
            server.asSuperuser(
                    "INSERT INTO letters SELECT i, i, '' FROM generate_series(1, 300000) i");
            assertThatThrownBy(() -> AppliedPlanReader.countSubjects(gateway, LETTERS, 1))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            assertThatThrownBy(() ->
                            TestServer.sql(
                                    reader, "SELECT domicile.count_subjects('public', 'letters')"))
                    .hasMessageContaining("permission denied");
        }
    }

    private static Plan letters(List<String> keys) {
        List<String> columns = new java.util.ArrayList<>(List.of("body", "user.content"));
        keys.forEach(key -> columns.addAll(List.of(key, "user.unique_id")));
        return new Plan(
                "us",
                "custodian",
                List.of(new Plan.Entity("custodian", "US")),
                List.of(
                        new Plan.Table(
                                LETTERS,
                                keys,
                                Sample.table(LETTERS, columns.toArray(String[]::new)).columns())),
                List.of(
                        new Plan.Audience(
                                "reader",
                                "custodian",
                                List.of("support"),
                                List.of(Sample.view(LETTERS, "body", "show")))));
    }

    private static String tokenOf(String key, String body) {
        return "SELECT encode(domicile_subject_%s, 'hex') FROM dom_reader_v1_subjects.letters WHERE body = '%s'"
                .formatted(key, body);
    }

    private static String hex(SubjectToken token, String key) {
        return HexFormat.of().formatHex(token.of(key));
    }

    private static List<String> schemas(TestServer server) throws SQLException {
        try (Connection admin = server.superuser()) {
            return Session.queryStrings(
                    admin, "SELECT nspname FROM pg_namespace WHERE nspname ~ '^dom_' ORDER BY 1");
        }
    }

    private static long oid(Connection admin, String relation) throws SQLException {
        return Session.queryInt(admin, "SELECT '" + relation + "'::regclass::oid::int");
    }

    private static String columns(Connection connection, String relation) throws Exception {
        return StoreApplierTest.row(
                connection,
                "SELECT string_agg(attname || ':' || atttypid, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '%s'::regclass"
                        .formatted(relation));
    }

    private static Optional<String> cell(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return Optional.ofNullable(row.getString(1));
        }
    }
}
