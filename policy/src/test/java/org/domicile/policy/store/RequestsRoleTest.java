package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.domicile.plan.StoreNames;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the login of those who ask and decide can do in a store: add signed acts, read them. */
class RequestsRoleTest {
    private static final String FILE =
            "INSERT INTO domicile.request (digest, document, note) VALUES (repeat('a', 64), 'd', 'n')";

    private static final List<String> ALLOWED =
            List.of(
                    FILE,
                    "INSERT INTO domicile.decision (request, approver, note) VALUES (repeat('a', 64), 'ana', 'n')",
                    "INSERT INTO domicile.decision (request, approver, note) VALUES (repeat('a', 64), 'ana', 'o')",
                    "INSERT INTO domicile.grant_end (request, person, note) VALUES (repeat('a', 64), 'ana', 'n')",
                    "TABLE domicile.request",
                    "TABLE domicile.decision",
                    "TABLE domicile.grant_end",
                    "TABLE domicile.audience_version");

    private static final List<String> REFUSED =
            List.of(
                    "SELECT * FROM public.users",
                    "SELECT count(*) FROM public.logins",
                    "TABLE dom_analyst_v1.users",
                    "TABLE dom_us_support_v1.users",
                    "TABLE dom_analyst_v1_subjects.users",
                    "TABLE domicile.applied_plan",
                    "SELECT roster FROM domicile.applied_plan",
                    "TABLE domicile.catalogue_row",
                    "TABLE domicile.pseudonym_key",
                    "TABLE domicile.subject_secret",
                    "TABLE domicile.subject_key",
                    "SELECT domicile.count_subjects('public', 'users')",
                    "SELECT domicile.pseudonym(1, 'user.unique_id', '1')",
                    "SELECT domicile.pseudonym_key_id('parent', 'analytics')",
                    "SELECT domicile.partial('a@b.example')",
                    "UPDATE domicile.request SET note = 'x'",
                    "UPDATE domicile.decision SET note = 'x'",
                    "UPDATE domicile.grant_end SET note = 'x'",
                    "DELETE FROM domicile.request",
                    "DELETE FROM domicile.decision",
                    "DELETE FROM domicile.grant_end",
                    "TRUNCATE domicile.decision",
                    "INSERT INTO domicile.decision VALUES (repeat('a', 64), 'ana', 'p', now())",
                    "INSERT INTO domicile.request (digest, document, note, filed_at) VALUES (repeat('b', 64), 'd', 'n', 'epoch')",
                    "INSERT INTO domicile.decision (request, approver, note) VALUES (repeat('a', 64), 'ana', 'n')"
                            + " ON CONFLICT (request, approver, note) DO UPDATE SET note = 'x'",
                    "SELECT * FROM domicile.decision FOR UPDATE",
                    "INSERT INTO domicile.audience_version VALUES ('a', 1, 'd')",
                    "INSERT INTO domicile.applied_plan (version) VALUES (9)",
                    "INSERT INTO public.users (handle) VALUES ('x')",
                    "CREATE TABLE t (a int)",
                    "CREATE TABLE public.t (a int)",
                    "CREATE TABLE domicile.t (a int)",
                    "CREATE TEMPORARY TABLE t (a int)",
                    "CREATE SCHEMA s",
                    "CREATE FUNCTION domicile.f() RETURNS int LANGUAGE sql RETURN 1",
                    "CREATE TRIGGER t BEFORE INSERT ON domicile.decision EXECUTE FUNCTION f()",
                    "CREATE ROLE r",
                    "DO $$ BEGIN PERFORM 1; END $$",
                    "DROP TABLE domicile.decision",
                    "ALTER TABLE domicile.decision ADD COLUMN a int",
                    "SET ROLE domicile_owner",
                    "SET ROLE domicile_keys",
                    "SET ROLE domicile_compiler",
                    "SET ROLE domicile_gateway",
                    "SET ROLE domicile_applications",
                    "SET ROLE \"dom_us_support-sam\"",
                    "SET SESSION AUTHORIZATION domicile_compiler",
                    "GRANT domicile_compiler TO CURRENT_USER",
                    "ALTER ROLE CURRENT_USER SUPERUSER",
                    "TABLE pg_stats",
                    "TABLE pg_stat_activity",
                    "TABLE pg_authid",
                    "SELECT reltuples FROM pg_class",
                    "SELECT pg_terminate_backend(pg_backend_pid())",
                    "SELECT pg_read_file('PG_VERSION')",
                    "COPY domicile.decision TO '/dev/null'");

    /** No right, or no such thing for whoever may not look. */
    private static final List<String> STATES = List.of("42501", "42P01", "3F000", "42883");

    /** A row's bounds are the table's. */
    private static final String CHECK_VIOLATION = "23514";

    static List<TestServer> servers() {
        return TestServer.all();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void addsSignedActsReadsThemAndDoesNothingElse(TestServer server) throws Exception {
        Sample.applied(server);
        try (Connection desk = server.login(StoreNames.REQUESTS_ROLE)) {
            for (String sql : ALLOWED) {
                TestServer.sql(desk, sql);
            }
            for (String sql : REFUSED) {
                assertThat(catchThrowable(() -> TestServer.sql(desk, sql)))
                        .as(sql)
                        .isInstanceOf(SQLException.class)
                        .matches(
                                e -> STATES.contains(((SQLException) e).getSQLState()),
                                "is refused for want of a right: " + sql);
            }
            assertThat(StoreApplierTest.row(desk, "SELECT count(*) FROM domicile.decision"))
                    .isEqualTo("2");
        }
    }

    /** Privileges that the role came to otherwise are gone after init, and drift before it. */
    @ParameterizedTest
    @MethodSource("servers")
    void initTakesAwayWhatItDoesNotGive(TestServer server) throws Exception {
        Sample.applied(server);
        server.asSuperuser(
                "GRANT UPDATE, DELETE ON domicile.decision TO domicile_requests",
                "GRANT SELECT ON domicile.applied_plan TO domicile_requests");
        try (Connection admin = server.superuser()) {
            StoreInit.run(admin, TestServer.SECRET);
        }
        try (Connection desk = server.login(StoreNames.REQUESTS_ROLE)) {
            for (String sql :
                    List.of("DELETE FROM domicile.decision", "TABLE domicile.applied_plan")) {
                assertThat(catchThrowable(() -> TestServer.sql(desk, sql)))
                        .as(sql)
                        .hasMessageContaining("permission denied");
            }
            TestServer.sql(desk, FILE);
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aRowHasBounds(TestServer server) throws Exception {
        Sample.initialised(server);
        try (Connection desk = server.login(StoreNames.REQUESTS_ROLE)) {
            TestServer.sql(desk, FILE);
            for (String sql :
                    List.of(
                            FILE.replace("'d'", "repeat('d', 500001)").replace("'a'", "'b'"),
                            FILE.replace("'n'", "repeat('n', 1401)").replace("'a'", "'b'"),
                            FILE.replace("64", "65"),
                            "INSERT INTO domicile.decision (request, approver, note) VALUES (repeat('a', 64), repeat('p', 64), 'n')",
                            "INSERT INTO domicile.grant_end (request, person, note) VALUES (repeat('a', 64), 'p', repeat('n', 1401))")) {
                assertThat(catchThrowable(() -> TestServer.sql(desk, sql)))
                        .as(sql)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo(CHECK_VIOLATION));
            }
        }
    }
}
