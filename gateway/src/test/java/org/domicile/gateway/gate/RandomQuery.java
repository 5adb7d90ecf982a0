package org.domicile.gateway.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.domicile.plan.Plan;

/**
 * Random queries over an audience's views, all of whose columns are text: many constructs, most of
 * them valid.
 */
public final class RandomQuery {
    private static final int MAX_DEPTH = 3;

    /** Something in FROM: its alias and columns. */
    private record Source(String alias, List<String> columns) {}

    private final Random random;
    private final Plan.Audience audience;
    private final List<Source> commonTables = new ArrayList<>();
    private int aliases;

    public RandomQuery(Random random, Plan.Audience audience) {
        this.random = random;
        this.audience = audience;
    }

    public String next() {
        aliases = 0;
        commonTables.clear();
        return query(0, 1 + random.nextInt(3));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private String query(int depth, int columns) {
        if (depth < MAX_DEPTH && chance(12)) {
            String with = "c" + aliases++;
            int width = 1 + random.nextInt(3);
            // Sometimes it hides a view's own name.
            String name = chance(30) ? pick(audience.views()).table().name() : with;
            String body = query(depth + 1, width);
            List<Source> before = List.copyOf(commonTables);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                names.add("k" + i);
            }
            commonTables.add(new Source(name, names));
            String rest = query(depth + 1, columns);
            commonTables.clear();
            commonTables.addAll(before);
            return "WITH " + name + "(" + String.join(", ", names) + ") AS (" + body + ") " + rest;
        }
        if (depth < MAX_DEPTH && chance(10)) {
            return "("
                    + query(depth + 1, columns)
                    + ") "
                    + pick(List.of("UNION", "UNION ALL", "INTERSECT", "EXCEPT"))
                    + " ("
                    + query(depth + 1, columns)
                    + ")";
        }
        return select(depth, columns);
    }

    private String select(int depth, int columns) {
        List<Source> sources = new ArrayList<>();
        StringBuilder from = new StringBuilder(source(depth, sources, false));
        while (chance(35) && sources.size() < 4) {
            from.append(
                    switch (random.nextInt(5)) {
                        case 0 -> ", " + source(depth, sources, true);
                        case 1 -> " NATURAL JOIN " + source(depth, sources, false);
                        case 2 -> " LEFT JOIN " + source(depth, sources, false) + " ON true";
                        case 3 -> {
                            String right = source(depth, sources, false);
                            yield " JOIN "
                                    + right
                                    + " USING ("
                                    + pick(List.of("id", "user_id", "k0"))
                                    + ")";
                        }
                        default -> {
                            String right = source(depth, sources, false);
                            yield " JOIN " + right + " ON " + condition(depth, sources);
                        }
                    });
        }
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            targets.add(
                    expression(depth, sources)
                            + (chance(40) ? " AS " + pick(List.of("id", "email", "k0", "x")) : ""));
        }
        String sql = "SELECT " + String.join(", ", targets) + " FROM " + from;
        if (chance(40)) {
            sql += " WHERE " + condition(depth, sources);
        }
        if (chance(15)) {
            sql += " ORDER BY " + (chance(50) ? "1" : expression(depth, sources));
        }
        return sql;
    }

    private String source(int depth, List<Source> sources, boolean lateral) {
        String alias = "t" + aliases++;
        if (depth < MAX_DEPTH && chance(20)) {
            String inner =
                    lateral && !sources.isEmpty() && chance(60)
                            ? "SELECT " + expression(depth + 1, sources) + " AS k0"
                            : "SELECT q.* FROM (" + query(depth + 1, 1) + ") AS q(k0)";
            sources.add(new Source(alias, List.of("k0")));
            return (lateral ? "LATERAL (" : "(") + inner + ") AS " + alias;
        }
        if (!commonTables.isEmpty() && chance(50)) {
            Source table = pick(commonTables);
            sources.add(new Source(alias, table.columns()));
            return table.alias() + " " + alias;
        }
        Plan.View view = pick(audience.views());
        List<String> columns = view.columns().stream().map(Plan.ViewColumn::name).toList();
        String name = (chance(20) ? Fixture.SCHEMA + "." : "") + view.table().name();
        return switch (random.nextInt(6)) {
            case 0 -> {
                List<String> renamed = new ArrayList<>();
                columns.forEach(column -> renamed.add("r" + renamed.size()));
                sources.add(new Source(alias, renamed));
                yield name + " AS " + alias + "(" + String.join(", ", renamed) + ")";
            }
            case 1 -> {
                sources.add(new Source(view.table().name(), columns));
                yield name;
            }
            default -> {
                sources.add(new Source(alias, columns));
                yield name + " " + alias;
            }
        };
    }

    private String column(List<Source> sources) {
        Source source = pick(sources);
        String name = pick(source.columns());
        return switch (random.nextInt(6)) {
            case 0 -> name;
            case 1 -> "(" + source.alias() + ")." + name;
            default -> source.alias() + "." + name;
        };
    }

    /** Of type text. */
    private String expression(int depth, List<Source> sources) {
        Source source = pick(sources);
        return switch (random.nextInt(depth < MAX_DEPTH ? 20 : 14)) {
            case 0 -> source.alias() + "::text";
            case 1 -> "row_to_json(" + source.alias() + ")::text";
            case 2 -> "ROW(" + source.alias() + ".*)::text";
            case 3 -> source.alias() + ".row_to_json::text";
            case 4 -> "upper(" + column(sources) + ")";
            case 5 -> "coalesce(" + column(sources) + ", " + column(sources) + ")";
            case 6 -> "'x' || " + column(sources);
            case 7 ->
                    "CASE WHEN "
                            + condition(MAX_DEPTH, sources)
                            + " THEN "
                            + column(sources)
                            + " END";
            case 8 -> "(to_jsonb(" + source.alias() + ") ->> 'id')";
            case 9, 10, 11, 12, 13 -> column(sources);
            case 14 -> "(SELECT max(" + column(sources) + "))";
            case 15 -> {
                String from =
                        chance(50)
                                ? "SELECT * FROM " + source(depth + 1, new ArrayList<>(), false)
                                : query(depth + 1, 1);
                yield "(SELECT count(*) FROM (" + from + ") n)::text";
            }
            case 16 -> "(" + select(depth + 1, 1) + " LIMIT 1)";
            case 17 -> "array_to_string(ARRAY(" + query(depth + 1, 1) + "), ',')";
            case 18 -> "(SELECT z FROM (SELECT " + source.alias() + ") z LIMIT 1)::text";
            default -> "(SELECT count(" + source.alias() + ") FROM (SELECT 1) o)::text";
        };
    }

    private String condition(int depth, List<Source> sources) {
        return switch (random.nextInt(depth < MAX_DEPTH ? 6 : 4)) {
            case 0 -> column(sources) + " = 'x'";
            case 1 -> pick(sources).alias() + " IS NOT NULL";
            case 2 -> column(sources) + " IN ('a', 'b', 'c')";
            case 3 -> column(sources) + " LIKE " + column(sources);
            case 4 -> "EXISTS (" + query(depth + 1, 1) + ")";
            default -> column(sources) + " = ANY (" + query(depth + 1, 1) + ")";
        };
    }
}
