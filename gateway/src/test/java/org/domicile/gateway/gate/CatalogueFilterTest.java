package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.domicile.testkit.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What clients read of a real catalogue holds nothing of second views and of other audiences. */
class CatalogueFilterTest {
    @AutoClose private static final StatementGate GATE = StatementGate.open();
    @AutoClose private static TestDatabase database;
    @AutoClose private static Connection connection;
    private static final Set<String> HIDDEN = new HashSet<>();

    @BeforeAll
    static void makeSchemas() throws SQLException {
        database = TestDatabase.create();
        connection = database.connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA app; CREATE TABLE app.users (id int)");
            for (String schema :
                    List.of(Fixture.SCHEMA, Fixture.SCHEMA + "_subjects", "dom_others_v2")) {
                statement.execute(
                        "CREATE SCHEMA %1$s; CREATE VIEW %1$s.users AS SELECT id, 1 AS domicile_subject_id FROM app.users"
                                .formatted(schema));
                statement.execute("COMMENT ON VIEW %s.users IS 'x'".formatted(schema));
            }
            statement.execute("SET search_path = " + Fixture.SCHEMA);
        }
        for (String oid :
                List.of(
                        "c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
                        "t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace",
                        "n.oid FROM pg_namespace n")) {
            rows("SELECT "
                            + oid
                            + " WHERE n.nspname IN ('"
                            + Fixture.SCHEMA
                            + "_subjects', 'dom_others_v2')")
                    .forEach(row -> HIDDEN.addAll(row));
        }
    }

    private static List<List<String>> rows(String sql) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static String upstream(String sql) {
        Judged judged = GATE.judge(sql, Fixture.CONTEXT).get(0);
        assertThat(judged.verdict()).as(sql).isInstanceOf(Verdict.Query.class);
        return judged.upstream();
    }

    private static boolean isHidden(String cell) {
        return cell.contains(Fixture.SCHEMA + "_subjects")
                || cell.contains("dom_others")
                || HIDDEN.contains(cell);
    }

    /** Columns of an allowed relation that this server has; empty where it has none. */
    private static List<String> columns(String relation, Lists.Relation allowed)
            throws SQLException {
        List<String> columns = new ArrayList<>();
        for (List<String> row :
                rows(
                        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('"
                                + relation
                                + "') AND attnum > 0")) {
            if (allowed.columns().contains(row.get(0))) {
                columns.add(row.get(0));
            }
        }
        return columns;
    }

    @Test
    void noRelationTellsOfHiddenSchemas() throws SQLException {
        Set<String> told = new TreeSet<>();
        Set<String> wouldTell = new TreeSet<>();
        for (Map.Entry<String, Lists.Relation> entry : Lists.RELATIONS.entrySet()) {
            List<String> columns =
                    entry.getValue().allowed()
                            ? columns(entry.getKey(), entry.getValue())
                            : List.of();
            if (columns.isEmpty()) {
                continue;
            }
            String sql = "SELECT " + String.join(", ", columns) + " FROM " + entry.getKey();
            if (rows(sql).stream().flatMap(List::stream).anyMatch(CatalogueFilterTest::isHidden)) {
                wouldTell.add(entry.getKey());
            }
            List<List<String>> rows = rows(upstream(sql));
            if (rows.stream().flatMap(List::stream).anyMatch(CatalogueFilterTest::isHidden)) {
                told.add(entry.getKey());
            }
        }
        assertThat(told).isEmpty();
        assertThat(wouldTell).contains("pg_catalog.pg_class", "information_schema.columns");
    }

    /** A filter hides other audiences' views, and nothing of one's own. */
    @Test
    void whatIsOnesOwnIsLeft() throws SQLException {
        for (FilteredRelation filtered : FilteredRelation.ALL.values()) {
            Lists.Relation allowed = Lists.RELATIONS.get(filtered.name());
            assertThat(allowed).as(filtered.name()).isNotNull();
            List<String> columns = new ArrayList<>(columns(filtered.name(), allowed));
            columns.removeAll(allowed.constants());
            if (filtered.kind() == FilteredRelation.Kind.TABLE && !columns.isEmpty()) {
                columns.add("tableoid::regclass");
            }
            // Of settings and users more than hidden schemas goes: CatalogueConstantsTest.
            if (columns.isEmpty() || filtered.name().matches(".*[.]pg_(settings|user)")) {
                continue;
            }
            String sql = "SELECT " + String.join(", ", columns) + " FROM " + filtered.name();
            List<List<String>> rows = rows(upstream(sql));
            Map<List<String>, Integer> gone = new HashMap<>();
            rows(sql).forEach(row -> gone.merge(row, 1, Integer::sum));
            rows.forEach(row -> gone.merge(row, -1, Integer::sum));
            assertThat(gone.values()).as(sql).allMatch(count -> count >= 0);
            gone.values().removeIf(count -> count == 0);
            assertThat(gone.keySet())
                    .as(sql)
                    .allMatch(row -> row.stream().anyMatch(CatalogueFilterTest::isHidden));
        }
    }

    @Test
    void manyWaysToWriteAName() throws SQLException {
        for (String sql :
                List.of(
                        "SELECT nspname FROM pg_namespace",
                        "SELECT x.n FROM \"pg_catalog\" . pg_namespace AS x(o, n)",
                        "TABLE pg_namespace",
                        "SELECT pg_catalog.pg_namespace.nspname FROM pg_catalog.pg_namespace",
                        "SELECT pg_catalog.pg_namespace.* FROM pg_catalog.pg_namespace",
                        "SELECT pg_namespace FROM pg_namespace",
                        "SELECT (SELECT string_agg(nspname, ',') FROM pg_namespace)",
                        "WITH n AS (SELECT * FROM pg_namespace) SELECT * FROM n UNION TABLE n",
                        "SELECT 1 WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = 'dom_others_v2')")) {
            List<List<String>> rows = rows(upstream(sql));
            assertThat(rows.stream().flatMap(List::stream))
                    .as(sql)
                    .noneMatch(cell -> cell.contains("_subjects") || cell.contains("dom_others"));
            assertThat(rows.isEmpty()).as(sql).isEqualTo(sql.contains("EXISTS"));
        }
    }

    /** Clients' own queries run as well with the filters as without. */
    @Test
    void recordedQueriesRunAsBefore() throws Exception {
        int compared = 0;
        for (ClientQueriesTest.Recorded recorded : ClientQueriesTest.recorded().toList()) {
            if (!recorded.passes()) {
                continue;
            }
            Judged judged = GATE.judge(recorded.sql(), Fixture.CONTEXT).get(0);
            if (!(judged.verdict() instanceof Verdict.Query)) {
                continue;
            }
            List<List<String>> before = tried(recorded.sql());
            if (before == null) {
                continue;
            }
            List<List<String>> rows = rows(judged.upstream());
            assertThat(before).as(recorded.client()).containsAll(rows);
            assertThat(rows.stream().flatMap(List::stream))
                    .as(recorded.client())
                    .noneMatch(CatalogueFilterTest::isHidden);
            compared++;
        }
        assertThat(compared).isGreaterThan(30);
    }

    private static @Nullable List<List<String>> tried(String sql) {
        try {
            return rows(sql);
        } catch (SQLException e) {
            return null;
        }
    }
}
