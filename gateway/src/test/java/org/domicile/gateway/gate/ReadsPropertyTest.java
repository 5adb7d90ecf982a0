package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.domicile.plan.Plan;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.junit.jupiter.api.Test;

/**
 * What the gate says a query reads is never less than what PostgreSQL says: each random query is
 * made a view, whose dependencies PostgreSQL records column by column.
 */
class ReadsPropertyTest {
    /**
     * A parse costs milliseconds, so the short form is short; raise it with -Ddomicile.queries=N.
     */
    private static final int QUERIES = Integer.getInteger("domicile.queries", 300);

    @Test
    void theGateNeverSaysLessThanPostgresql() throws Exception {
        int compared = 0;
        int exact = 0;
        try (StatementGate gate = StatementGate.open();
                EmbeddedStore store =
                        EmbeddedStore.startTemporary(
                                PostgresBinaries.embedded(), EmbeddedStore.THROWAWAY);
                Connection connection = store.connect("postgres");
                Statement statement = connection.createStatement()) {
            makeSchema(statement);
            RandomQuery queries = new RandomQuery(new Random(4711), Fixture.AUDIENCE);
            for (int i = 0; i < QUERIES; i++) {
                String sql = queries.next();
                Set<String> read = readByPostgresql(statement, sql);
                if (read == null) {
                    continue;
                }
                Verdict verdict = gate.judge(sql, Fixture.CONTEXT).get(0).verdict();
                assertThat(verdict).as(sql).isInstanceOf(Verdict.Query.class);
                Set<String> said = said((Verdict.Query) verdict);
                assertThat(said).as(sql).containsAll(read);
                compared++;
                exact += said.equals(read) ? 1 : 0;
            }
        }
        // The generator must make queries PostgreSQL accepts, and the gate must not say "all"
        // always.
        assertThat(compared).isGreaterThan(QUERIES / 4);
        assertThat(exact).isGreaterThan(compared / 10);
    }

    private static void makeSchema(Statement statement) throws SQLException {
        statement.execute("CREATE SCHEMA " + Fixture.SCHEMA);
        statement.execute("SET search_path = " + Fixture.SCHEMA);
        for (Plan.View view : Fixture.AUDIENCE.views()) {
            statement.execute(
                    "CREATE TABLE "
                            + view.table().name()
                            + view.columns().stream()
                                    .map(column -> column.name() + " text")
                                    .toList()
                                    .toString()
                                    .replace('[', '(')
                                    .replace(']', ')'));
        }
    }

    private static Set<String> said(Verdict.Query query) {
        Set<String> said = new TreeSet<>();
        query.columns()
                .forEach((relation, columns) -> {
                    said.add(relation.replace("app.", ""));
                    columns.keySet()
                            .forEach(column ->
                                    said.add(relation.replace("app.", "") + "." + column));
                });
        return said;
    }

    /** Relations and columns the query depends on, or null where PostgreSQL refuses it. */
    @org.jspecify.annotations.Nullable
    private static Set<String> readByPostgresql(Statement statement, String sql)
            throws SQLException {
        statement.execute("BEGIN");
        try {
            // Column names may repeat in a query but not in a view: a scalar subquery has none.
            statement.execute("CREATE VIEW v_ AS SELECT EXISTS (" + sql + ") AS e");
            try (ResultSet rows =
                    statement.executeQuery(
                            """
                            select c.relname, a.attname from pg_depend d
                            join pg_rewrite r on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
                            join pg_class v on v.oid = r.ev_class and v.relname = 'v_'
                            join pg_class c on c.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
                                and c.oid <> v.oid
                            left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
                                and d.refobjsubid > 0
                            """)) {
                Set<String> read = new TreeSet<>();
                while (rows.next()) {
                    read.add(rows.getString(1));
                    if (rows.getString(2) != null) {
                        read.add(rows.getString(1) + "." + rows.getString(2));
                    }
                }
                return read;
            }
        } catch (SQLException e) {
            return null;
        } finally {
            statement.execute("ROLLBACK");
        }
    }
}
