package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.domicile.plan.BackendPassword;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoreInitTest {
    private static final String ANALYST = "dom_analyst-lin";

    static List<TestServer> servers() {
        return TestServer.all();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void doesEverythingAsSuperuserAndNothingTheSecondTime(TestServer server) throws Exception {
        server.reset();
        try (Connection admin = server.superuser()) {
            InitReport first = StoreInit.run(admin, TestServer.SECRET);
            assertThat(first.superuser()).isTrue();
            assertThat(first.open()).isEmpty();
            InitReport second = StoreInit.run(admin, TestServer.SECRET);
            assertThat(second.items())
                    .allSatisfy(item ->
                            assertThat(item.result())
                                    .as(item.id())
                                    .isEqualTo(InitReport.Result.ALREADY));
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void leavesNoPasswordOnTheServer(TestServer server) throws Exception {
        Sample.applied(server);
        try (Connection admin = server.superuser()) {
            assertThat(
                            Session.queryStrings(
                                    admin,
                                    "SELECT rolpassword FROM pg_authid WHERE rolname ~ '^dom' AND rolcanlogin"))
                    .hasSize(5)
                    .allMatch(verifier -> verifier.startsWith("SCRAM-SHA-256$4096:"));
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void keepsApplicationsWorking(TestServer server) throws Exception {
        server.reset();
        server.asSuperuser(
                "CREATE ROLE app LOGIN PASSWORD 'app'",
                "GRANT CREATE ON DATABASE us TO app",
                "GRANT CREATE ON SCHEMA public TO app");
        String[] work = {
            "CREATE TABLE IF NOT EXISTS public.notes (id serial PRIMARY KEY, text text)",
            "INSERT INTO notes (text) VALUES ('x')",
            "CREATE TEMPORARY TABLE scratch AS SELECT * FROM notes",
            "DO $$ BEGIN PERFORM count(*) FROM notes; END $$",
            "CREATE OR REPLACE FUNCTION shout(t text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN upper(t); END'",
            "SELECT shout(text) FROM notes",
            "SELECT pg_advisory_xact_lock(1)",
            "SELECT lo_unlink(lo_create(0))",
            "SELECT pg_total_relation_size('notes')",
            "SELECT * FROM pg_stat_user_tables",
            "SELECT reltuples FROM pg_class",
            "SELECT * FROM pg_proc",
            "SELECT pg_get_functiondef('shout'::regproc)"
        };
        try (Connection app = server.login("app", "app")) {
            for (String sql : work) {
                TestServer.sql(app, sql);
            }
        }
        try (Connection admin = server.superuser()) {
            StoreInit.run(admin, TestServer.SECRET);
        }
        try (Connection app = server.login("app", "app")) {
            for (String sql : work) {
                TestServer.sql(app, sql);
            }
            TestServer.sql(app, "CREATE TABLE later (id int)");
            TestServer.sql(app, "CREATE SCHEMA more");
            TestServer.sql(app, "CREATE TABLE more.later (id int)");
        }
        try (Connection admin = server.superuser()) {
            assertThat(
                            Session.queryStrings(
                                    admin,
                                    "SELECT has_table_privilege('domicile_owner', t, 'SELECT') AND has_schema_privilege('domicile_owner', 'more', 'USAGE') FROM unnest(ARRAY['public.later', 'more.later']) t"))
                    .as("tables that came later are readable without another init")
                    .containsExactly("t", "t");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void saysWhatRestsOnTheGateWhereNobodyIsSuperuser(TestServer server) throws Exception {
        server.reset();
        server.asSuperuser(
                "CREATE ROLE boss LOGIN CREATEROLE CREATEDB PASSWORD 'boss'",
                "ALTER DATABASE us OWNER TO boss",
                "ALTER SCHEMA public OWNER TO boss");
        if (server.majorVersion() >= 16) {
            server.asSuperuser("GRANT pg_signal_backend TO boss WITH ADMIN OPTION");
        }
        InitReport report;
        try (Connection boss = server.login("boss", "boss")) {
            for (String sql : Sample.TABLES) {
                TestServer.sql(boss, sql);
            }
            report = StoreInit.run(boss, TestServer.SECRET);
        }
        assertThat(report.superuser()).isFalse();
        assertThat(report.open())
                .extracting(InitReport.Item::id)
                .contains("languages", "large-objects", "statistics-views", "row-estimates")
                .doesNotContain(
                        "members",
                        "connect-own",
                        "read-tables",
                        "read-new-tables",
                        "schemas",
                        "temporary-tables",
                        "end-sessions",
                        "applications");
        assertThat(report.open()).allMatch(item -> !item.rests().isEmpty());
        StoreApplier.Applied applied = Sample.apply(server, Sample.plan(), Sample.roster());
        assertThat(applied.version()).isEqualTo(1);
        assertThat(Sample.look(server, Sample.plan(), Sample.roster()).upToDate()).isTrue();
        try (Connection analyst = server.login(ANALYST)) {
            assertThat(StoreApplierTest.row(analyst, "SELECT count(*) FROM users")).isEqualTo("20");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void leavesDriversTheCatalogueTheyNeed(TestServer server) throws Exception {
        Sample.applied(server);
        try (Connection analyst = server.login(ANALYST)) {
            DatabaseMetaData metadata = analyst.getMetaData();
            assertThat(
                            names(
                                    metadata.getTables(null, "dom\\_analyst\\_v1", "%", null),
                                    "TABLE_NAME"))
                    .containsExactly("logins", "users");
            assertThat(
                            names(
                                    metadata.getColumns(null, "dom\\_analyst\\_v1", "users", "%"),
                                    "COLUMN_NAME"))
                    .containsExactly("id", "handle", "email", "birth_date", "created");
            metadata.getSchemas().close();
            metadata.getPrimaryKeys(null, null, "users").close();
            metadata.getImportedKeys(null, null, "logins").close();
            // The driver asks for the row estimates of indexes along with their names.
            assertThatThrownBy(() -> metadata.getIndexInfo(null, null, "users", false, true))
                    .hasMessageContaining("permission denied for table pg_class");
            metadata.getFunctions(null, null, "%").close();
            metadata.getProcedures(null, null, "%").close();
            metadata.getTypeInfo().close();
            metadata.getTablePrivileges(null, null, "users").close();
            metadata.getColumnPrivileges(null, null, "users", "%").close();
            TestServer.sql(analyst, "SELECT * FROM information_schema.tables");
            TestServer.sql(analyst, "SELECT * FROM information_schema.columns");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void leavesPsqlItsBackslashCommands(TestServer server) throws Exception {
        Assumptions.assumeTrue(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(dir -> Files.isExecutable(Path.of(dir, "psql"))),
                "psql is installed");
        Sample.applied(server);
        for (String command :
                List.of(
                        "\\d",
                        "\\dt",
                        "\\dv",
                        "\\d users",
                        "\\d+ users",
                        "\\l",
                        "\\dn",
                        "\\df",
                        "\\dT",
                        "\\du",
                        "\\conninfo",
                        "\\dp",
                        "\\sv users")) {
            if (command.equals("\\l") && psqlVersion() < server.majorVersion()) {
                continue; // pg_database's columns changed; an older psql fails as any role
            }
            String output = psql(server, command);
            assertThat(output).as(command).doesNotContain("ERROR").doesNotContain("FATAL");
            if (command.equals("\\d+ users")) {
                assertThat(output).contains("domicile.partial").contains("birth_date");
            }
        }
    }

    private static int psqlVersion() throws Exception {
        Process process = new ProcessBuilder("psql", "--version").start();
        String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Integer.parseInt(words.replaceAll("\\D+(\\d+)[\\s\\S]*", "$1"));
    }

    private static String psql(TestServer server, String command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("psql", "-X", "-d", server.uri(ANALYST), "-c", command);
        Map<String, String> environment = builder.environment();
        environment.put("PGPASSWORD", BackendPassword.derive(TestServer.SECRET, ANALYST));
        environment.put("PAGER", "cat");
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private static List<String> names(ResultSet rows, String column) throws Exception {
        List<String> names = new ArrayList<>();
        try (rows) {
            while (rows.next()) {
                names.add(rows.getString(column));
            }
        }
        return names;
    }
}
