package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.domicile.testkit.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Nobody is under-counted, and nobody notices. Who a query shows is computed without the gate: a
 * person is in its result when a row of it goes as soon as the person's rows are gone. Each of them
 * must be in a hidden column, or have a row in a relation that is called an upper bound; and what
 * the client sees of the rewritten query is what it sees of its own.
 */
class SubjectsPropertyTest {
    /** A parse costs milliseconds; raise it with -Ddomicile.queries=N. */
    private static final int QUERIES = Integer.getInteger("domicile.queries", 120);

    private static final long SEED = Long.getLong("domicile.seed", 3);
    private static final int QUERIES_FOR_ONE_WORLD = 10;

    private final Random random = new Random(SEED);

    /** Visible columns as {@code name type}, and each row's texts. */
    private record Result(List<String> columns, List<List<@Nullable String>> rows) {
        Result first(int count) {
            List<List<@Nullable String>> firsts = new ArrayList<>();
            rows.forEach(row -> firsts.add(row.subList(0, count)));
            return new Result(columns.subList(0, count), firsts);
        }

        Map<String, Long> counted() {
            return rows.stream()
                    .collect(Collectors.groupingBy(String::valueOf, Collectors.counting()));
        }
    }

    @Test
    void everyoneWhoseRowsAreShownIsCounted() throws Exception {
        int ran = 0;
        int exact = 0;
        int equal = 0;
        Map<String, Integer> reasons = new HashMap<>();
        try (StatementGate gate = StatementGate.open();
                TestDatabase database = TestDatabase.create();
                Connection connection = database.connect()) {
            PeopleWorld world = new PeopleWorld(connection);
            Map<String, String> people = world.peopleByHiddenText();
            RandomPeopleQuery queries = new RandomPeopleQuery(random);
            for (int i = 0; i < QUERIES; i++) {
                if (i % QUERIES_FOR_ONE_WORLD == 0) {
                    world.fill(random);
                }
                String pattern = queries.next();
                String sql = literals(pattern);
                Result visible = run(connection, PeopleWorld.SCHEMA, sql);
                if (visible == null) {
                    continue;
                }
                // Its verdict is found for other literals, and kept.
                gate.judge(literals(pattern), PeopleWorld.CONTEXT);
                Judged judged = gate.judge(sql, PeopleWorld.CONTEXT).get(0);
                String about = sql + "\n-> " + judged.upstream();
                assertThat(judged.verdict()).as(about).isInstanceOf(Verdict.Query.class);
                Subjects subjects = ((Verdict.Query) judged.verdict()).subjects();
                Result rewritten = run(connection, PeopleWorld.SCHEMA, judged.upstream());
                assertThat(rewritten).as("runs as well: " + about).isNotNull();
                Set<String> counted = counted(visible, rewritten, subjects, people, about);
                Set<String> shown = shown(connection, sql, visible);
                for (String person : shown) {
                    boolean bounded = counted.contains(person);
                    for (String table : subjects.bounds().keySet()) {
                        bounded |= world.isIn(table, person);
                    }
                    assertThat(bounded)
                            .as("%s is counted: %s %s", person, about, subjects)
                            .isTrue();
                }
                ran++;
                subjects.bounds().values().forEach(why -> reasons.merge(why, 1, Integer::sum));
                if (subjects.bounds().isEmpty() && !subjects.hidden().isEmpty()) {
                    exact++;
                    equal += counted.equals(shown) ? 1 : 0;
                }
            }
        }
        // The generator must make queries PostgreSQL accepts; the gate must tell most exactly, and
        // must not just name everybody.
        System.out.println(ran + " ran, exact " + exact + ", equal " + equal + " " + reasons);
        assertThat(ran).isGreaterThan(QUERIES / 2);
        assertThat(exact).isGreaterThan(ran / 3);
        assertThat(equal).isGreaterThan(exact * 3 / 4);
    }

    private String literals(String pattern) {
        StringBuilder sql = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '\u0001' -> sql.append(literal());
                case '\u0002' -> {
                    sql.append(literal());
                    int more = 2 + random.nextInt(4);
                    for (int literal = 0; literal < more; literal++) {
                        sql.append(random.nextBoolean() ? ", " : ",/*\u20ac,*/").append(literal());
                    }
                }
                default -> sql.append(c);
            }
        }
        return sql.toString();
    }

    private String literal() {
        return switch (random.nextInt(5)) {
            case 0 -> "'a'";
            case 1 -> "'b'";
            case 2 -> "'c'";
            case 3 -> "$$c$$";
            default -> "'\u00e9\ud83d\ude00, FROM'";
        };
    }

    private static @Nullable Result run(Connection connection, String schema, String sql)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = " + schema);
            List<String> columns = new ArrayList<>();
            List<List<@Nullable String>> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery(sql)) {
                ResultSetMetaData about = result.getMetaData();
                for (int i = 1; i <= about.getColumnCount(); i++) {
                    columns.add(about.getColumnLabel(i) + " " + about.getColumnTypeName(i));
                }
                while (result.next()) {
                    List<@Nullable String> row = new ArrayList<>();
                    for (int i = 1; i <= columns.size(); i++) {
                        row.add(result.getString(i));
                    }
                    rows.add(row);
                }
            } catch (SQLException e) {
                return null;
            }
            return new Result(columns, rows);
        }
    }

    private static Set<String> counted(
            Result visible,
            Result rewritten,
            Subjects subjects,
            Map<String, String> people,
            String about) {
        int width = visible.columns().size();
        assertThat(rewritten.columns()).as(about).hasSize(width + subjects.hidden().size());
        assertThat(rewritten.first(width).columns()).as(about).isEqualTo(visible.columns());
        assertThat(rewritten.first(width).counted()).as(about).isEqualTo(visible.counted());
        Set<String> counted = new TreeSet<>();
        for (List<@Nullable String> row : rewritten.rows()) {
            for (String hidden : row.subList(width, row.size())) {
                if (hidden != null) {
                    assertThat(people).as(about).containsKey(hidden);
                    counted.add(people.get(hidden));
                }
            }
        }
        return counted;
    }

    private static Set<String> shown(Connection connection, String sql, Result visible)
            throws SQLException {
        Set<String> shown = new TreeSet<>();
        for (String person : PeopleWorld.PEOPLE) {
            String schema = PeopleWorld.without(person);
            Result without = run(connection, schema, sql.replace(PeopleWorld.SCHEMA, schema));
            assertThat(without).as(sql).isNotNull();
            Map<String, Long> left = without.counted();
            boolean gone =
                    visible.counted().entrySet().stream()
                            .anyMatch(row -> left.getOrDefault(row.getKey(), 0L) < row.getValue());
            if (gone) {
                shown.add(person);
            }
        }
        return shown;
    }
}
