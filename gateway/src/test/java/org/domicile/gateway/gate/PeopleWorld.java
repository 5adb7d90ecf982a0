package org.domicile.gateway.gate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;

/**
 * A few people's rows in a real store, as an audience sees them, as the second views tell them, and
 * as they would be without one of the people. All columns are text.
 */
final class PeopleWorld {
    static final String SCHEMA = "dom_analysts_v7";
    static final List<String> PEOPLE = List.of("p1", "p2", "p3", "p4");
    static final List<String> VALUES = List.of("a", "b", "c");

    /** Of each table the columns in the store's order; keys are among them. */
    static final Map<String, List<String>> COLUMNS = new LinkedHashMap<>();

    static final Map<String, List<String>> SUBJECTS =
            Map.of(
                    "users", List.of("id"),
                    "accounts", List.of("id"),
                    "notes", List.of("author_id"),
                    "follows", List.of("followee_id", "follower_id"));

    static {
        COLUMNS.put("users", List.of("id", "handle", "country"));
        COLUMNS.put("accounts", List.of("tariff", "id"));
        COLUMNS.put("notes", List.of("author_id", "K\u00f6rper \"x\"", "tag"));
        COLUMNS.put("follows", List.of("tag", "follower_id", "followee_id"));
        COLUMNS.put("topics", List.of("tag", "title"));
    }

    static final Plan.Audience AUDIENCE =
            new Plan.Audience(
                    "analysts",
                    "parent",
                    List.of("analytics"),
                    COLUMNS.entrySet().stream()
                            .map(table ->
                                    new Plan.View(
                                            new RelationName("app", table.getKey()),
                                            table.getValue().stream()
                                                    .map(column ->
                                                            new Plan.ViewColumn(
                                                                    column,
                                                                    transform(
                                                                            table.getKey(),
                                                                            column)))
                                                    .toList()))
                            .toList());

    static final GateContext CONTEXT = new GateContext(AUDIENCE, SCHEMA, SUBJECTS, COLUMNS, 18);

    private static final String TOKEN = "substr(sha256(convert_to('secret' || %s, 'UTF8')), 1, 16)";

    private final Statement statement;

    PeopleWorld(Connection connection) throws SQLException {
        statement = connection.createStatement();
        statement.execute("CREATE SCHEMA app");
        for (Map.Entry<String, List<String>> table : COLUMNS.entrySet()) {
            List<String> columns =
                    table.getValue().stream().map(c -> Sql.name(c) + " text").toList();
            statement.execute(
                    "CREATE TABLE app.%s (%s)"
                            .formatted(table.getKey(), String.join(", ", columns)));
        }
        makeViews(SCHEMA, "true", false);
        makeViews(SCHEMA + "_subjects", "true", true);
        for (String person : PEOPLE) {
            makeViews(without(person), "'" + person + "'", false);
        }
    }

    static String without(String person) {
        return "without_" + person;
    }

    private static Transform transform(String table, String column) {
        return switch (table + "." + column) {
            case "users.id", "accounts.id" -> new Transform.Pseudonym();
            case "follows.followee_id" -> new Transform.Redact();
            default -> new Transform.Show();
        };
    }

    private static String shown(String table, String column) {
        return switch (transform(table, column)) {
            case Transform.Pseudonym pseudonym -> "md5(" + Sql.name(column) + ")";
            case Transform.Redact redact -> "NULL::text";
            default -> Sql.name(column);
        };
    }

    private void makeViews(String schema, String person, boolean tokens) throws SQLException {
        statement.execute("CREATE SCHEMA " + schema);
        for (String table : COLUMNS.keySet()) {
            List<String> columns = new ArrayList<>();
            COLUMNS.get(table).forEach(c -> columns.add(shown(table, c) + " AS " + Sql.name(c)));
            String filter = "true";
            for (String key : SUBJECTS.getOrDefault(table, List.of())) {
                if (tokens && !(transform(table, key) instanceof Transform.Show)) {
                    columns.add(TOKEN.formatted(key) + " AS domicile_subject_" + key);
                }
                filter +=
                        person.equals("true")
                                ? ""
                                : " AND %s IS DISTINCT FROM %s".formatted(key, person);
            }
            statement.execute(
                    "CREATE VIEW %s.%s AS SELECT %s FROM app.%s WHERE %s"
                            .formatted(schema, table, String.join(", ", columns), table, filter));
        }
    }

    /** Puts other rows into every table. */
    void fill(Random random) throws SQLException {
        for (Map.Entry<String, List<String>> table : COLUMNS.entrySet()) {
            statement.execute("TRUNCATE app." + table.getKey());
            int rows = 2 + random.nextInt(5);
            for (int i = 0; i < rows; i++) {
                List<String> values = new ArrayList<>();
                for (String column : table.getValue()) {
                    boolean key = SUBJECTS.getOrDefault(table.getKey(), List.of()).contains(column);
                    List<String> from = key ? PEOPLE : VALUES;
                    values.add(
                            random.nextInt(6) == 0
                                    ? "NULL"
                                    : "'" + from.get(random.nextInt(from.size())) + "'");
                }
                statement.execute(
                        "INSERT INTO app.%s VALUES (%s)"
                                .formatted(table.getKey(), String.join(", ", values)));
            }
        }
    }

    /** Each person's token and key, as hidden columns hold them. */
    Map<String, String> peopleByHiddenText() throws SQLException {
        Map<String, String> people = new HashMap<>();
        for (String person : PEOPLE) {
            people.put(person, person);
            try (ResultSet row =
                    statement.executeQuery(
                            "SELECT encode(" + TOKEN.formatted("'" + person + "'") + ", 'hex')")) {
                row.next();
                people.put(row.getString(1), person);
            }
        }
        return people;
    }

    /** Whether the person has a row in the table, given as {@code app.name}. */
    boolean isIn(String table, String person) throws SQLException {
        List<String> tests =
                SUBJECTS.getOrDefault(table.substring("app.".length()), List.of()).stream()
                        .map(key -> key + " = '" + person + "'")
                        .toList();
        try (ResultSet row =
                statement.executeQuery(
                        "SELECT count(*) FROM " + table + " WHERE " + String.join(" OR ", tests))) {
            row.next();
            return row.getLong(1) > 0;
        }
    }
}
