package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the gate says a query reads is never less than what PostgreSQL says: for each column there
 * is a role that may read all but that one, and a query it may not run reads the column, be it by
 * name, by a star or by a whole row.
 */
class ReadsPropertyTest {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

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
            String columns =
                    names(view).stream().collect(Collectors.joining(" text, ", "(", " text)"));
            statement.execute("CREATE TABLE " + view.table().name() + columns);
        }
        for (Plan.View view : Fixture.AUDIENCE.views()) {
            for (String column : names(view)) {
                makeRole(statement, view, column);
            }
        }
    }

    private static void makeRole(Statement statement, Plan.View without, String column)
            throws SQLException {
        String role = role(without, column);
        statement.execute("CREATE ROLE " + role);
        statement.execute("GRANT USAGE ON SCHEMA " + Fixture.SCHEMA + " TO " + role);
        for (Plan.View view : Fixture.AUDIENCE.views()) {
            String columns =
                    names(view).stream()
                            .filter(name -> !view.equals(without) || !name.equals(column))
                            .collect(Collectors.joining(", "));
            statement.execute(
                    "GRANT SELECT (" + columns + ") ON " + view.table().name() + " TO " + role);
        }
    }

    private static String role(Plan.View view, String column) {
        return "without_" + view.table().name() + "_" + column;
    }

    private static List<String> names(Plan.View view) {
        return view.columns().stream().map(Plan.ViewColumn::name).toList();
    }

    private static Set<String> said(Verdict.Query query) {
        Set<String> said = new TreeSet<>();
        query.columns()
                .forEach((relation, columns) ->
                        columns.keySet()
                                .forEach(column ->
                                        said.add(relation.replace("app.", "") + "." + column)));
        return said;
    }

    /** The columns without which the query is refused, or null where it is no valid query. */
    private static @Nullable Set<String> readByPostgresql(Statement statement, String sql)
            throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            return null;
        }
        Set<String> read = new TreeSet<>();
        for (Plan.View view : Fixture.AUDIENCE.views()) {
            for (String column : names(view)) {
                statement.execute("SET ROLE " + role(view, column));
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).as(sql).isEqualTo(INSUFFICIENT_PRIVILEGE);
                    read.add(view.table().name() + "." + column);
                } finally {
                    statement.execute("RESET ROLE");
                }
            }
        }
        return read;
    }
}
