package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.domicile.plan.Plan;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.PSQLWarning;

/** The second of the two walls (I3): what a login role cannot do even without the gate. */
class RoleWallTest {
    private static final String ANALYST = "dom_analyst-lin";

    /** Refused for want of a right, or because such a name cannot be seen. */
    private static final List<String> REFUSED =
            List.of(
                    "SELECT * FROM public.users",
                    "SELECT phone FROM users",
                    "SELECT secret FROM dom_analyst_v1.users",
                    "SELECT ctid FROM users",
                    "TABLE dom_us_support_v1.users",
                    "SELECT domicile.partial('a@b.example')",
                    "SELECT domicile.pseudonym(1, 'user.unique_id', '1')",
                    "SELECT domicile.pseudonym_key_id('parent', 'analytics')",
                    "TABLE domicile.pseudonym_key",
                    "TABLE domicile.subject_secret",
                    "SELECT secret FROM domicile.subject_secret",
                    "SELECT domicile_subject_user_id FROM logins",
                    "SELECT ctid FROM dom_analyst_v1_subjects.users",
                    "SELECT secret FROM dom_analyst_v1_subjects.users",
                    "SELECT subject_secret FROM dom_analyst_v1_subjects.users",
                    "UPDATE dom_analyst_v1_subjects.logins SET domicile_subject_user_id = NULL",
                    "TABLE domicile.subject_key",
                    "SELECT domicile.count_subjects('public', 'users')",
                    "TABLE domicile.applied_plan",
                    "TABLE domicile.catalogue_row",
                    "CREATE TABLE t (a int)",
                    "CREATE TABLE public.t (a int)",
                    "CREATE TEMPORARY TABLE t (a int)",
                    "CREATE TEMPORARY VIEW w AS SELECT 1",
                    "CREATE SCHEMA s",
                    "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
                    "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql RETURN 1",
                    "CREATE ROLE r",
                    "CREATE DATABASE d",
                    "DO $$ BEGIN PERFORM 1; END $$",
                    "DO LANGUAGE plpgsql 'BEGIN PERFORM 1; END'",
                    "INSERT INTO users (email) VALUES ('a@b.example')",
                    "UPDATE users SET email = NULL",
                    "DELETE FROM users",
                    "TRUNCATE users",
                    "SET ROLE domicile_owner",
                    "SET ROLE domicile_keys",
                    "SET ROLE domicile_compiler",
                    "SET ROLE dom_us_support",
                    "SET ROLE \"dom_us_support-sam\"",
                    "SET SESSION AUTHORIZATION domicile_owner",
                    "GRANT dom_us_support TO CURRENT_USER",
                    "ALTER ROLE CURRENT_USER SUPERUSER",
                    "ALTER VIEW users OWNER TO CURRENT_USER",
                    "TABLE pg_stats",
                    "TABLE pg_stat_activity",
                    "TABLE pg_stat_user_tables",
                    "TABLE pg_statio_user_tables",
                    "TABLE pg_locks",
                    "TABLE pg_authid",
                    "TABLE pg_statistic",
                    "SELECT reltuples FROM pg_class",
                    "SELECT relpages FROM pg_class",
                    "SELECT * FROM pg_class",
                    "SELECT c FROM pg_class c",
                    "SELECT prosrc FROM pg_proc",
                    "SELECT probin FROM pg_proc",
                    "SELECT pg_get_functiondef('pg_catalog.lpad(text,int)'::regprocedure)",
                    "SELECT pg_relation_size('pg_class')",
                    "SELECT pg_total_relation_size(16384)",
                    "SELECT pg_stat_get_live_tuples(16384)",
                    "SELECT pg_sleep(0)",
                    "SELECT pg_advisory_lock(1)",
                    "SELECT pg_notify('a', 'b')",
                    "SELECT lo_from_bytea(0, 'x')",
                    "SELECT query_to_xml('SELECT 1', true, true, '')",
                    "SELECT ts_stat('SELECT NULL::tsvector')",
                    "SELECT pg_export_snapshot()",
                    "SELECT txid_current()",
                    "SELECT pg_logical_emit_message(true, 'a', 'b')",
                    "SELECT pg_terminate_backend(pg_backend_pid())",
                    "SELECT pg_read_file('PG_VERSION')",
                    "COPY users TO PROGRAM 'cat'",
                    "COPY users TO '/dev/null'");

    /** What makes a server print the inside of a query to whoever sends it. */
    private static final List<String> INSIDE =
            List.of(
                    "client_min_messages = debug5",
                    "debug_print_parse = on",
                    "debug_print_rewritten = on",
                    "debug_print_plan = on");

    /** No right, no such relation, column, schema or function; a view that cannot be written to. */
    private static final List<String> STATES =
            List.of("42501", "42P01", "42703", "3F000", "42883", "42809", "55000");

    static List<TestServer> servers() {
        return TestServer.all();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void refusesWhatIsNotAView(TestServer server) throws Exception {
        Sample.applied(server);
        try (Connection analyst = server.login(ANALYST)) {
            // A reader may turn this off; it must not be what refuses.
            TestServer.sql(analyst, "SET default_transaction_read_only = off");
            for (String sql : REFUSED) {
                assertThat(catchThrowable(() -> TestServer.sql(analyst, sql)))
                        .as(sql)
                        .isInstanceOf(SQLException.class)
                        .matches(
                                e -> STATES.contains(((SQLException) e).getSQLState()),
                                "is refused for want of a right: " + sql);
            }
            assertThat(StoreApplierTest.row(analyst, "SELECT count(*) FROM users")).isEqualTo("20");
            // Without grant option this is a warning, and must be no more.
            TestServer.sql(analyst, "GRANT SELECT ON users TO PUBLIC");
            assertThat(
                            StoreApplierTest.row(
                                    analyst,
                                    "SELECT has_table_privilege('public', 'users', 'SELECT')"))
                    .isEqualTo("f");
        }
    }

    /**
     * Tokens are what a reader may have: without the secret they say nothing of a key. Whatever a
     * session can be made to print of a query's inside, the secret and the keys are not in it.
     */
    @ParameterizedTest
    @MethodSource("servers")
    void showsTokensButNeitherTheirSecretNorTheKeysBehindThem(TestServer server) throws Exception {
        Sample.initialised(server);
        server.asSuperuser(
                "INSERT INTO users (id, handle) VALUES (7700000000123, 'canary')",
                "INSERT INTO logins (user_id) VALUES (7700000000123)");
        Sample.apply(server, Sample.plan(), Sample.roster());
        byte[] secret;
        try (Connection admin = server.superuser();
                Statement statement = admin.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT secret FROM domicile.subject_secret")) {
            row.next();
            secret = row.getBytes(1);
        }
        try (Connection analyst = server.login(ANALYST)) {
            for (String setting : INSIDE) {
                TestServer.sql(analyst, "SET " + setting);
            }
            String view = "dom_analyst_v1_subjects.logins";
            StringBuilder seen = new StringBuilder();
            for (String sql :
                    List.of(
                            "SELECT * FROM " + view,
                            "SELECT domicile_subject_user_id::text FROM " + view,
                            "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM " + view,
                            "EXPLAIN (VERBOSE, SETTINGS, FORMAT json) SELECT domicile_subject_user_id FROM "
                                    + view
                                    + " WHERE domicile_subject_user_id = '\\x00'",
                            "SELECT pg_get_viewdef('" + view + "'::regclass)",
                            "SELECT ev_action FROM pg_rewrite WHERE ev_class = '"
                                    + view
                                    + "'::regclass")) {
                seen.append(everything(analyst, sql));
            }
            assertThat(seen).contains("domicile_subject_user_id").contains("subject_secret");
            assertThat(seen.toString().toLowerCase(Locale.ROOT))
                    .doesNotContain(HexFormat.of().formatHex(secret))
                    .doesNotContain(dumped(secret))
                    .doesNotContain("7700000000123");
            assertThat(everything(analyst, "SELECT domicile_subject_user_id::text FROM " + view))
                    .containsPattern("\\\\x[0-9a-f]{32}");
        }
    }

    /** The bytes as PostgreSQL writes a constant in a dumped tree: signed decimals. */
    private static String dumped(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(b).append(' ');
        }
        return text.toString().strip();
    }

    /** All rows, and all that the server says besides. */
    private static String everything(Connection connection, String sql) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(sql)) {
                while (row.next()) {
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        text.append(row.getString(i)).append('\n');
                    }
                }
            }
            for (SQLWarning said = statement.getWarnings();
                    said != null;
                    said = said.getNextWarning()) {
                text.append(said.getMessage()).append('\n');
                if (said instanceof PSQLWarning warning
                        && warning.getServerErrorMessage() != null) {
                    text.append(warning.getServerErrorMessage().getDetail()).append('\n');
                }
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void refusesOtherDatabasesAndTheFastPath(TestServer server) throws Exception {
        Sample.applied(server);
        assertThatThrownBy(() -> server.login(ANALYST, "postgres", TestServer.SECRET))
                .hasMessageContaining("permission denied for database");
        try (Connection analyst = server.login(ANALYST);
                Connection admin = server.superuser()) {
            int oid =
                    Session.queryInt(
                            admin, "SELECT 'domicile.partial(text)'::regprocedure::oid::int");
            assertThatThrownBy(() -> FastPath.call(analyst, oid, "a@b.example"))
                    .hasMessageContaining("permission denied for schema domicile");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void endsOldSessionsAndClosesOldViewsAtASwitch(TestServer server) throws Exception {
        Sample.applied(server);
        Plan narrower =
                Sample.plan(
                        Sample.plan().audience("us_support").orElseThrow(),
                        new Plan.Audience(
                                "analyst",
                                "parent",
                                List.of("analytics", "engineering"),
                                List.of(Sample.view(Sample.USERS, "id", "pseudonym"))));
        try (Connection analyst = server.login(ANALYST);
                Connection support = server.login("dom_us_support-sam")) {
            assertThat(StoreApplierTest.row(analyst, "SELECT count(*) FROM logins"))
                    .isEqualTo("20");
            StoreApplier.Applied applied = Sample.apply(server, narrower, Sample.roster());
            assertThat(applied.version()).isEqualTo(2);
            assertThat(applied.sessionsEnded()).isEqualTo(1);
            assertThat(applied.leftovers()).isEmpty();
            assertThatThrownBy(() -> TestServer.sql(analyst, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
            assertThat(StoreApplierTest.row(support, "SELECT count(*) FROM users"))
                    .as("an audience that did not change goes on")
                    .isEqualTo("20");
        }
        try (Connection analyst = server.login(ANALYST)) {
            assertThatThrownBy(() -> TestServer.sql(analyst, "TABLE logins"))
                    .hasMessageContaining("does not exist");
            assertThatThrownBy(() -> TestServer.sql(analyst, "TABLE dom_analyst_v1.users"))
                    .isInstanceOf(SQLException.class);
            assertThat(StoreApplierTest.row(analyst, "SELECT count(id) FROM dom_analyst_v2.users"))
                    .isEqualTo("20");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void removesWhoeverLeaves(TestServer server) throws Exception {
        Sample.applied(server);
        Sample.apply(
                server,
                Sample.plan(Sample.plan().audience("us_support").orElseThrow()),
                Sample.roster(Sample.accessor("sam", "custodian", "us_support")));
        assertThatThrownBy(() -> server.login(ANALYST)).isInstanceOf(SQLException.class);
        try (Connection admin = server.superuser()) {
            assertThat(
                            Session.queryStrings(
                                    admin,
                                    "SELECT rolname FROM pg_roles WHERE rolname ~ '^dom_' ORDER BY 1"))
                    .containsExactly("dom_us_support", "dom_us_support-sam");
            assertThat(
                            Session.queryStrings(
                                    admin,
                                    "SELECT nspname FROM pg_namespace WHERE nspname ~ '^dom_'"))
                    .containsExactly("dom_us_support_v1");
        }
    }
}
