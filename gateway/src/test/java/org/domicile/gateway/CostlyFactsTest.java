package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.upstream.ScriptedClient.Received;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.plan.Plan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Facts about PostgreSQL that cost others dearly, a test for each: see SECURITY.md. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class CostlyFactsTest {
    private static WalledStore store;

    @BeforeAll
    static void start() throws Exception {
        store = WalledStore.start();
    }

    @AfterAll
    static void stop() throws IOException {
        store.close();
    }

    private static void refusedByTheGate(String... statements) throws IOException {
        try (ScriptedClient analyst = store.analyst()) {
            for (String sql : statements) {
                store.ledger().forget();
                assertThat(analyst.query(sql).get(0).type()).as(sql).isEqualTo('E');
                assertThat(store.ledger().refusals())
                        .as(sql)
                        .singleElement()
                        .satisfies(one -> assertThat(one.reason()).isNotEqualTo("store-error"));
            }
        }
    }

    private static void refusedByTheRole(String... statements) throws IOException {
        try (ScriptedClient role = store.role()) {
            // Anybody may turn this off; it must not be what refuses.
            role.query("SET default_transaction_read_only = off");
            for (String sql : statements) {
                assertThat(role.query(sql)).as(sql).hasToString("[E:42501, Z]");
            }
        }
    }

    private static String analystSees(String... statements) throws IOException {
        try (ScriptedClient analyst = store.analyst()) {
            analyst.forget();
            for (String sql : statements) {
                analyst.query(sql);
            }
            return analyst.everything();
        }
    }

    @Test
    void estimatesOfExplainAreRefused() throws IOException {
        refusedByTheGate(
                "EXPLAIN SELECT * FROM users",
                "EXPLAIN (ANALYZE) SELECT * FROM users",
                "EXPLAIN (FORMAT json) SELECT * FROM users");
        try (ScriptedClient role = store.role()) {
            role.query("EXPLAIN SELECT * FROM users");
            assertThat(role.everything()).as("the role alone learns them").contains("rows=");
        }
    }

    @Test
    void countersOfStatisticsAreRefusedTwice() throws IOException {
        String[] statements = {
            "SELECT * FROM pg_stats",
            "SELECT * FROM pg_statio_user_tables",
            "SELECT pg_stat_get_live_tuples(16384)",
            "SELECT pg_relation_size(16384)"
        };
        refusedByTheGate(statements);
        refusedByTheRole(statements);
    }

    @Test
    void rowsThatPgClassCountsAreConstantsAndRefusedByTheRole() throws IOException {
        try (ScriptedClient analyst = store.analyst()) {
            assertOneRow(analyst, "SELECT DISTINCT reltuples FROM pg_class", "-1");
            assertOneRow(analyst, "SELECT DISTINCT relpages FROM pg_class", "0");
            assertOneRow(
                    analyst,
                    "SELECT count(n_live_tup) + count(seq_scan) + count(last_analyze) FROM"
                            + " pg_stat_user_tables",
                    "0");
        }
        refusedByTheRole(
                "SELECT reltuples FROM pg_class",
                "SELECT relpages FROM pg_class",
                "TABLE pg_class",
                "SELECT * FROM pg_stat_user_tables");
    }

    private static void assertOneRow(ScriptedClient client, String sql, String value)
            throws IOException {
        List<ScriptedClient.Received> answer = client.query(sql);
        assertThat(answer).as(sql).hasToString("[T, D, C, Z]");
        assertThat(answer.get(1).text()).as(sql).endsWith(value);
    }

    @Test
    void printedPlansAreRefused() throws IOException {
        refusedByTheGate(
                "SET debug_print_plan = on",
                "SET debug_print_rewritten = on",
                "SET client_min_messages = debug5",
                "SELECT set_config('debug_print_plan', 'on', false)");
    }

    @Test
    void thereIsNoRoleToGoBackTo() throws IOException {
        refusedByTheGate("SET ROLE postgres", "RESET ROLE", "RESET SESSION AUTHORIZATION");
        try (ScriptedClient role = store.role()) {
            role.query("RESET ROLE");
            role.query("RESET SESSION AUTHORIZATION");
            role.forget();
            role.query("SELECT session_user::text || '/' || current_user::text");
            assertThat(role.everything()).contains(WalledStore.ROLE + "/" + WalledStore.ROLE);
        }
        refusedByTheRole("SET ROLE domicile_owner", "SET SESSION AUTHORIZATION domicile_owner");
    }

    @Test
    void nobodyReadsWhatOthersRun() throws IOException {
        refusedByTheGate(
                "SELECT query FROM pg_stat_activity", "SELECT * FROM pg_stat_get_activity(NULL)");
        refusedByTheRole(
                "SELECT query FROM pg_stat_activity", "SELECT * FROM pg_stat_get_activity(NULL)");
    }

    /** A view that shouts whatever it reads, as a function of its owner's could. */
    @Test
    void theSixDoorsBesideRowsCarryNoValue() throws Exception {
        String view = store.schema() + ".logins";
        String before;
        try (java.sql.Connection admin = store.admin();
                var row =
                        admin.createStatement()
                                .executeQuery("SELECT pg_get_viewdef('" + view + "'::regclass)")) {
            row.next();
            before = row.getString(1);
        }
        store.asAdmin(
                "CREATE FUNCTION public.shout(value text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN"
                        + " RAISE NOTICE '%', value; RAISE WARNING '%', value USING DETAIL = value;"
                        + " PERFORM set_config('application_name', value, false);"
                        + " IF value LIKE '%_3' THEN RAISE EXCEPTION '%', value USING DETAIL = value,"
                        + " HINT = value, ERRCODE = '22023', COLUMN = value, TABLE = value; END IF;"
                        + " RETURN ''; END $$",
                "GRANT USAGE ON SCHEMA public TO PUBLIC",
                "CREATE OR REPLACE VIEW "
                        + view
                        + " AS SELECT city || public.shout('zqh_' || city) AS city, NULL::date AS at"
                        + " FROM app.logins");
        try {
            for (String sql :
                    List.of(
                            "SELECT count(city) FROM logins WHERE city NOT LIKE '%3'",
                            "SELECT count(city) FROM logins",
                            "COPY (SELECT count(city) FROM logins) TO STDOUT",
                            "SELECT handle::int FROM users",
                            "SELECT ('[' || handle)::json FROM users",
                            "SELECT handle::date FROM users",
                            "SELECT to_regclass(handle) FROM users",
                            "SELECT handle::regclass FROM users",
                            "SELECT handle::regtype FROM users",
                            "SELECT handle::regproc FROM users",
                            "SELECT handle::regrole FROM users")) {
                String bytes = analystSees(sql);
                Canary.assertNone(bytes, sql);
                assertThat(bytes).as(sql).doesNotContain("zqs_");
            }
            try (ScriptedClient role = store.role()) {
                role.query("SELECT count(city) FROM logins");
                assertThat(role.everything()).as("the view shouts").contains("zqh_zqs_logins");
            }
        } finally {
            store.asAdmin(
                    "CREATE OR REPLACE VIEW " + view + " AS " + before,
                    "DROP FUNCTION public.shout(text)",
                    "REVOKE USAGE ON SCHEMA public FROM PUBLIC");
        }
    }

    private static Plan.Audience narrower() {
        Plan.Audience all = WalledStore.audience();
        return new Plan.Audience(
                all.name(), all.counterparty(), all.purposes(), all.views().subList(0, 1));
    }

    @Test
    void sweepingTimeZonesTellsNoMoreOfAMaskedTime() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int hours = -14; hours <= 14; hours++) {
            try (ScriptedClient analyst = store.analyst()) {
                analyst.query("SET TimeZone = '" + hours + "'");
                analyst.forget();
                for (Received row :
                        analyst.query(
                                "SELECT extract(epoch FROM at)::bigint FROM logins ORDER BY 1")) {
                    if (row.type() == 'D') {
                        seen.add(row.text().substring(6));
                    }
                }
            }
        }
        // All lie in July and August 1961: two months, however long the sweep.
        assertThat(seen).hasSizeBetween(1, 2);
    }

    @Test
    void noSettingOfTheClientsOwnChangesAMask() throws IOException {
        refusedByTheGate("SET app.usr = 'x'", "SET domicile.secret = 'x'");
        try (ScriptedClient role = store.role()) {
            String before = role.query("SELECT id FROM users ORDER BY handle").get(1).text();
            role.query("SET app.usr = 'x'");
            role.query("SET domicile.secret = 'x'");
            role.query("SET search_path = pg_temp, public");
            assertThat(
                            role.query(
                                            "SELECT id FROM "
                                                    + store.schema()
                                                    + ".users ORDER BY handle")
                                    .get(1)
                                    .text())
                    .isEqualTo(before);
        }
    }

    @Test
    void noTemporaryTableStandsBeforeAView() throws IOException {
        String sql = "CREATE TEMPORARY TABLE users (id text)";
        refusedByTheGate(sql);
        refusedByTheRole(sql);
    }

    /** {@code now()} stands still in a transaction, and REVOKE leaves cursors open. */
    @Test
    void aNewPlanEndsTransactionsAndTheirOpenCursors() throws Exception {
        try (ScriptedClient analyst = store.analyst()) {
            analyst.query("BEGIN; DECLARE c CURSOR FOR SELECT city FROM logins; SELECT now()");
            analyst.query("FETCH 1 FROM c");
            store.apply(WalledStore.plan(narrower()));
            analyst.forget();
            List<Received> last = analyst.query("FETCH ALL FROM c");
            assertThat(last).hasToString("[E:57P01]");
            assertThat(analyst.everything()).doesNotContain("zqs_");
        } finally {
            store.apply(WalledStore.plan());
        }
    }

    @Test
    void aSecondStartupMessageEndsTheSession() throws IOException {
        try (ScriptedClient analyst = store.analyst()) {
            analyst.startup(3, 0, "postgres", WalledStore.DATABASE);
            assertThat(analyst.untilReady()).hasToString("[E:08P01]");
        }
        try (ScriptedClient client = new ScriptedClient(store.port())) {
            client.startup(3, 0, WalledStore.ANALYST, WalledStore.DATABASE);
            client.expect('R');
            client.startup(3, 0, "postgres", WalledStore.DATABASE);
            assertThat(client.untilReady()).hasToString("[E:08P01]");
        }
    }

    /** The store waits for the gateway, which waits for the client. */
    @Test
    void aClientThatDoesNotReadHoldsUpTheStore() throws Exception {
        try (ScriptedClient analyst = store.analyst();
                java.sql.Connection admin = store.admin();
                java.sql.Statement statement = admin.createStatement()) {
            analyst.send(
                    new FrontendMessage.Query(
                            "SELECT a.handle FROM users a, generate_series(1, 10000000)"));
            String waiting = "";
            while (!"ClientWrite".equals(waiting)) {
                Thread.sleep(50);
                try (var row =
                        statement.executeQuery(
                                "SELECT coalesce(max(wait_event), '') FROM pg_stat_activity WHERE usename = '"
                                        + WalledStore.ROLE
                                        + "' AND state = 'active'")) {
                    row.next();
                    waiting = row.getString(1);
                }
            }
            long recorded = recorded();
            Thread.sleep(500);
            // Blocked it stays: what left is what buffers of the sockets and one segment hold.
            assertThat(recorded()).isEqualTo(recorded).isLessThan(MAX_UNREAD_BYTES);
        }
    }

    /** The sockets' own buffers, on Linux up to some megabytes each, and the gateway's. */
    private static final long MAX_UNREAD_BYTES = 16 * 1024 * 1024;

    private static long recorded() {
        return store.ledger().disclosures().stream().mapToLong(one -> one.bytes()).sum();
    }
}
