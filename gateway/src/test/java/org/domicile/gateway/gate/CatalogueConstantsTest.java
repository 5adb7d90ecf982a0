package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Relations that are read through a subquery look like the real ones, and of what their constants
 * stand for nothing arrives: on the PostgreSQL that comes along and on each that is installed.
 */
class CatalogueConstantsTest {
    private static final int CANARY_ROWS = 94_711;
    private static final String CANARY_CODE = "canary_of_code";

    @AutoClose private static final StatementGate GATE = StatementGate.open();
    private static final Map<Integer, EmbeddedStore> STORES = new TreeMap<>();

    @AfterAll
    static void stop() {
        STORES.values().forEach(EmbeddedStore::close);
    }

    static Stream<PostgresBinaries> servers() {
        return Stream.concat(
                Stream.of(PostgresBinaries.embedded()), PostgresBinaries.findInstalled().stream());
    }

    private static Connection connect(PostgresBinaries server) throws SQLException {
        EmbeddedStore store = STORES.get(server.majorVersion());
        if (store == null) {
            store = EmbeddedStore.startTemporary(server, EmbeddedStore.THROWAWAY);
            STORES.put(server.majorVersion(), store);
            try (Connection connection = store.connect("postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        """
                        CREATE TABLE canary AS SELECT n FROM generate_series(1, %d) n;
                        ANALYZE canary;
                        CREATE FUNCTION canary() RETURNS text LANGUAGE sql AS $$SELECT '%s'$$;
                        CREATE ROLE domicile_owner;
                        CREATE ROLE dom_analysts;
                        CREATE ROLE dom_analysts__alice LOGIN IN ROLE dom_analysts;
                        CREATE ROLE dom_analysts__bob LOGIN IN ROLE dom_analysts;
                        REVOKE SELECT ON pg_class, pg_proc, pg_stat_user_tables, pg_stat_all_tables FROM PUBLIC
                        """
                                .formatted(CANARY_ROWS, CANARY_CODE));
                // The columns that init leaves; see policy.store's Hardenings.
                for (String table : List.of("pg_class", "pg_proc")) {
                    String columns =
                            strings(
                                            connection,
                                            "SELECT string_agg(attname, ', ') FROM pg_attribute WHERE attrelid = '"
                                                    + table
                                                    + "'::regclass AND attname NOT IN ('reltuples', 'relpages',"
                                                    + " 'relallvisible', 'relallfrozen', 'prosrc', 'prosqlbody', 'probin')")
                                    .get(0);
                    statement.execute("GRANT SELECT (" + columns + ") ON " + table + " TO PUBLIC");
                }
            }
        }
        return store.connect("postgres");
    }

    private static Connection asAlice(PostgresBinaries server) throws SQLException {
        Connection connection = connect(server);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION AUTHORIZATION dom_analysts__alice");
        }
        return connection;
    }

    private static String upstream(PostgresBinaries server, String sql) {
        GateContext context =
                new GateContext(
                        Fixture.AUDIENCE,
                        Fixture.SCHEMA,
                        Map.of(),
                        Fixture.COLUMNS,
                        server.majorVersion());
        Judged judged = GATE.judge(sql, context).get(0);
        assertThat(judged.verdict()).as(sql).isInstanceOf(Verdict.Query.class);
        return judged.upstream();
    }

    private static List<String> strings(Connection connection, String sql) throws SQLException {
        List<String> cells = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    cells.add(String.valueOf(rows.getString(i)));
                }
            }
        }
        return cells;
    }

    private static List<String> columns(Connection connection, String sql) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            ResultSetMetaData described = rows.getMetaData();
            for (int i = 1; i <= described.getColumnCount(); i++) {
                columns.add(described.getColumnName(i) + " " + described.getColumnTypeName(i));
            }
        }
        return columns;
    }

    @ParameterizedTest
    @MethodSource("servers")
    void looksLikeTheRealOne(PostgresBinaries server) throws SQLException {
        try (Connection real = connect(server);
                Connection alice = asAlice(server)) {
            Set<String> there =
                    Set.copyOf(
                            strings(
                                    real,
                                    "SELECT relnamespace::regnamespace || '.' || relname FROM pg_class"));
            List<String> compared = new ArrayList<>();
            for (FilteredRelation relation : FilteredRelation.ALL.values()) {
                if (!there.contains(relation.name())) {
                    continue;
                }
                String sql = "SELECT * FROM " + relation.name();
                assertThat(columns(alice, upstream(server, sql)))
                        .as(sql)
                        .isEqualTo(columns(real, sql));
                compared.add(relation.name());
            }
            assertThat(compared)
                    .contains(
                            "pg_catalog.pg_class",
                            "pg_catalog.pg_proc",
                            "pg_catalog.pg_database",
                            "pg_catalog.pg_extension",
                            "pg_catalog.pg_settings",
                            "pg_catalog.pg_roles",
                            "pg_catalog.pg_user",
                            "pg_catalog.pg_auth_members",
                            "pg_catalog.pg_stat_user_tables");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theConstantIsWhatArrives(PostgresBinaries server) throws SQLException {
        try (Connection real = connect(server);
                Connection alice = asAlice(server)) {
            String estimates = "SELECT reltuples::text FROM pg_class WHERE relname = 'canary'";
            String code = "SELECT prosrc FROM pg_proc WHERE proname = 'canary'";
            assertThat(strings(real, estimates)).containsExactly(Integer.toString(CANARY_ROWS));
            assertThat(strings(real, code)).singleElement().asString().contains(CANARY_CODE);
            assertThat(strings(alice, upstream(server, estimates))).containsExactly("-1");
            assertThat(strings(alice, upstream(server, code))).containsExactly("null");
            for (String sql :
                    List.of(
                            "SELECT * FROM pg_class",
                            "TABLE pg_class",
                            "SELECT c FROM pg_class c",
                            "SELECT c.* FROM pg_class c",
                            "SELECT (c).reltuples FROM pg_class c",
                            "SELECT to_json(pg_class) FROM pg_class",
                            "SELECT c.row_to_json FROM pg_class c",
                            "SELECT pg_catalog.pg_class.reltuples FROM pg_catalog.pg_class",
                            "SELECT U&\"reltuple\\0073\" FROM pg_class",
                            "SELECT * FROM pg_class NATURAL JOIN pg_namespace",
                            "WITH c AS (TABLE pg_class) SELECT * FROM c ORDER BY reltuples",
                            "SELECT * FROM pg_proc",
                            "SELECT p FROM pg_proc p",
                            "SELECT * FROM pg_stat_user_tables",
                            "SELECT * FROM pg_stat_all_tables")) {
                // As somebody whom the store would let read everything.
                assertThat(strings(real, upstream(server, sql)))
                        .as(sql)
                        .noneMatch(cell -> cell.contains(String.valueOf(CANARY_ROWS)))
                        .noneMatch(cell -> cell.contains(CANARY_CODE));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void rolesAreOnesOwn(PostgresBinaries server) throws SQLException {
        try (Connection alice = asAlice(server)) {
            assertThat(strings(alice, upstream(server, "SELECT rolname FROM pg_roles")))
                    .containsExactlyInAnyOrder(
                            "dom_analysts", "dom_analysts__alice", "domicile_owner");
            assertThat(strings(alice, upstream(server, "SELECT usename FROM pg_user")))
                    .containsExactly("dom_analysts__alice");
            assertThat(
                            strings(
                                    alice,
                                    upstream(
                                            server,
                                            "SELECT member::regrole, roleid::regrole FROM pg_auth_members")))
                    .containsExactly("dom_analysts__alice", "dom_analysts");
            for (String relation : List.of("pg_roles", "pg_user", "pg_auth_members")) {
                assertThat(strings(alice, upstream(server, "SELECT x FROM " + relation + " x")))
                        .noneMatch(cell -> cell.contains("bob"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void settingsAreThoseThatMayBeShown(PostgresBinaries server) throws SQLException {
        try (Connection real = connect(server)) {
            String names = "SELECT lower(name) FROM pg_settings";
            assertThat(strings(real, names)).contains("data_directory", "hba_file");
            Set<String> told =
                    strings(real, upstream(server, names)).stream().collect(Collectors.toSet());
            assertThat(Lists.SETTINGS.keySet()).containsAll(told);
            assertThat(told).contains("max_index_keys", "server_version", "timezone");
            assertThat(
                            strings(
                                    real,
                                    upstream(
                                            server,
                                            "SELECT setting FROM pg_settings WHERE name = 'max_index_keys'")))
                    .containsExactly("32");
        }
    }
}
