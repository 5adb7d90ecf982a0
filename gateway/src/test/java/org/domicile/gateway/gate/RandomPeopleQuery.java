package org.domicile.gateway.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random queries over {@link PeopleWorld}, most of them plain. What the oracle needs of them: no
 * condition is true of NULL, at most one LIMIT and then no outer join, and every LIMIT and window
 * gives the same visible rows each time.
 *
 * <p>{@code \u0001} stands for a literal and {@code \u0002} for a list of them.
 */
final class RandomPeopleQuery {
    private static final int MAX_DEPTH = 3;

    private record Source(String alias, List<String> columns, boolean view) {
        String column(String name) {
            return (alias.isEmpty() ? "" : quoted(alias) + ".") + quoted(name);
        }
    }

    private final Random random;
    private final List<Source> commonTables = new ArrayList<>();
    private int names;
    private boolean limits;
    private boolean limited;

    RandomPeopleQuery(Random random) {
        this.random = random;
    }

    String next() {
        names = 0;
        commonTables.clear();
        limits = chance(25);
        limited = false;
        String sql = query(0, new ArrayList<>());
        return chance(10) ? "/* \u00e9\u20ac\ud83d\ude00 */ " + sql : sql;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String quoted(String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : Sql.name(name);
    }

    /** A query; its columns' names are added to {@code columns}. */
    private String query(int depth, List<String> columns) {
        if (chance(depth == 0 ? 15 : 8)) {
            return windowed(columns);
        }
        if (depth < MAX_DEPTH && chance(depth == 0 ? 25 : 8)) {
            List<Source> before = List.copyOf(commonTables);
            StringBuilder with = new StringBuilder("WITH ");
            int count = 1 + random.nextInt(2);
            for (int i = 0; i < count; i++) {
                String name = chance(10) ? pick(List.of("users", "notes")) : "c" + names++;
                List<String> inner = new ArrayList<>();
                String body = query(depth + 1, inner);
                String list = "";
                if (chance(30)) {
                    list = rename(inner);
                }
                with.append(i == 0 ? "" : ", ").append(name).append(list).append(" AS ");
                with.append(pick(List.of("", "MATERIALIZED ", "NOT MATERIALIZED ")));
                with.append("(").append(body).append(")");
                commonTables.add(0, new Source(name, inner, false));
            }
            String sql = with + " " + select(depth, columns);
            commonTables.clear();
            commonTables.addAll(before);
            return sql;
        }
        return select(depth, columns);
    }

    /** A column list for an alias, a prefix of the columns. */
    private String rename(List<String> columns) {
        int count = 1 + random.nextInt(columns.size());
        List<String> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = chance(10) ? "N" + names++ : "n" + names++;
            columns.set(i, name);
            list.add(quoted(name));
        }
        return " (" + String.join(", ", list) + ")";
    }

    private String select(int depth, List<String> columns) {
        List<Source> sources = new ArrayList<>();
        StringBuilder from = new StringBuilder(source(depth, sources, List.of()));
        while (chance(45) && sources.size() < 3) {
            join(depth, from, sources);
        }
        List<String> targets = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        boolean star = false;
        for (int i = 0; i < count; i++) {
            star |= target(sources, targets, columns);
        }
        String sql = (chance(5) ? "SELECT ALL " : "SELECT ") + String.join(", ", targets);
        sql += " FROM " + from;
        if (chance(40)) {
            sql += " WHERE " + condition(depth, sources);
        }
        if (limits && !limited && !star && chance(40)) {
            limited = true;
            List<String> order = new ArrayList<>();
            for (int i = 1; i <= targets.size(); i++) {
                order.add(String.valueOf(i) + (chance(20) ? " DESC" : ""));
            }
            sql += " ORDER BY " + String.join(", ", order) + " LIMIT " + (1 + random.nextInt(3));
        } else if (chance(15)) {
            sql += " ORDER BY " + (chance(50) ? "1" : column(sources));
        }
        return sql;
    }

    /**
     * Some of the rows that a window went over. What is left tells of people who are not in it,
     * unless the window kept them apart.
     */
    private String windowed(List<String> columns) {
        List<Source> inner = new ArrayList<>();
        String from;
        List<String> others;
        do {
            inner.clear();
            from = source(MAX_DEPTH, inner, List.of());
            others = inner.get(0).columns().stream().filter(c -> !isKey(c)).toList();
        } while (others.isEmpty() || others.size() == inner.get(0).columns().size());
        String shown = inner.get(0).column(pick(others));
        String window = window(inner, 40);
        String alias = "t" + names++;
        columns.addAll(List.of("w0", "w1"));
        return "SELECT %s.* FROM (SELECT %s AS w0, %s AS w1 FROM %s) AS %s WHERE %s.w0 = \u0001"
                .formatted(alias, shown, window, from, alias, alias);
    }

    private void join(int depth, StringBuilder from, List<Source> sources) {
        List<Source> right = new ArrayList<>();
        int kind = random.nextInt(limits ? 5 : 9);
        String item = source(depth, right, kind < 2 ? sources : List.of());
        List<String> shared = new ArrayList<>(right.get(0).columns());
        shared.retainAll(sources.get(sources.size() - 1).columns());
        List<Source> both = new ArrayList<>(sources);
        both.addAll(right);
        String on = " ON " + equality(both);
        boolean using = !shared.isEmpty() && chance(70);
        String condition = using ? " USING (" + quoted(pick(shared)) + ")" : on;
        switch (kind) {
            case 0 -> from.append(", ").append(item);
            case 1 -> from.append(" CROSS JOIN ").append(item);
            case 2 -> from.append(" JOIN ").append(item).append(on);
            case 3 -> from.append(" JOIN ").append(item).append(condition);
            case 4 -> {
                if (chance(20)) {
                    from.append(" NATURAL JOIN ").append(item);
                } else {
                    from.append(" INNER JOIN ").append(item).append(condition);
                }
            }
            case 5 -> from.append(" LEFT JOIN ").append(item).append(on);
            case 6 -> from.append(" LEFT JOIN ").append(item).append(condition);
            case 7 -> from.append(" RIGHT JOIN ").append(item).append(on);
            default -> from.append(" FULL JOIN ").append(item).append(on);
        }
        sources.addAll(right);
    }

    private String source(int depth, List<Source> sources, List<Source> lateral) {
        String alias = chance(8) ? "T " + names++ : "t" + names++;
        int kind = random.nextInt(depth < MAX_DEPTH ? 20 : 12);
        if (kind >= 16 && depth < MAX_DEPTH) {
            boolean sideways = !lateral.isEmpty() && chance(60);
            List<String> columns = new ArrayList<>();
            String body;
            if (sideways) {
                List<Source> inner = new ArrayList<>();
                String from = source(MAX_DEPTH, inner, List.of());
                columns.addAll(List.of("k0", "k1"));
                body =
                        "SELECT %s AS k0, %s AS k1 FROM %s WHERE %s = %s"
                                .formatted(
                                        column(inner),
                                        column(lateral),
                                        from,
                                        column(inner),
                                        column(lateral));
            } else {
                body = query(depth + 1, columns);
            }
            String list = chance(20) ? rename(columns) : "";
            sources.add(new Source(alias, columns, false));
            return (sideways ? "LATERAL (" : "(") + body + ") AS " + quoted(alias) + list;
        }
        return switch (kind) {
            case 12 -> {
                sources.add(new Source(alias, List.of("v1", "v2"), false));
                yield "(VALUES ('a', 'b'), (\u0001, 'c')) AS " + quoted(alias) + "(v1, v2)";
            }
            case 13 -> {
                sources.add(new Source(alias, List.of("g"), false));
                yield "unnest(ARRAY[\u0002]) AS " + quoted(alias) + "(g)";
            }
            case 14 -> {
                List<Source> inner = new ArrayList<>();
                String from = source(MAX_DEPTH, inner, List.of());
                String column = column(inner);
                sources.add(new Source(alias, List.of("d1", "d2"), false));
                yield "(SELECT %s AS d1, count(*)::text AS d2 FROM %s GROUP BY %s) %s"
                        .formatted(column, from, column, quoted(alias));
            }
            case 15 -> {
                List<Source> inner = new ArrayList<>();
                String from = source(MAX_DEPTH, inner, List.of());
                sources.add(new Source(alias, List.of("d1"), false));
                yield pick(List.of(
                                "(SELECT DISTINCT %1$s AS d1 FROM %2$s) %3$s",
                                "(SELECT %1$s AS d1 FROM %2$s UNION ALL SELECT 'a') %3$s"))
                        .formatted(column(inner), from, quoted(alias));
            }
            default -> relation(alias, sources);
        };
    }

    private String relation(String alias, List<Source> sources) {
        if (!commonTables.isEmpty() && chance(45)) {
            Source table = pick(commonTables);
            List<String> columns = new ArrayList<>(table.columns());
            String list = chance(15) ? rename(columns) : "";
            sources.add(new Source(alias, columns, false));
            return quoted(table.alias()) + " AS " + quoted(alias) + list;
        }
        String name = pick(List.copyOf(PeopleWorld.COLUMNS.keySet()));
        List<String> columns = new ArrayList<>(PeopleWorld.COLUMNS.get(name));
        String full =
                (chance(15) ? PeopleWorld.SCHEMA + "." : "") + (chance(10) ? Sql.name(name) : name);
        if (chance(15)) {
            sources.add(new Source(name, columns, true));
            return full;
        }
        String list = chance(15) ? rename(columns) : "";
        sources.add(new Source(alias, columns, list.isEmpty()));
        return full + (chance(50) ? " AS " : " ") + quoted(alias) + list;
    }

    private String column(List<Source> sources) {
        Source source = pick(sources);
        String name = pick(source.columns());
        return chance(10) ? quoted(name) : source.column(name);
    }

    /** False of NULL. */
    private String equality(List<Source> sources) {
        Source one = sources.get(sources.size() - 1);
        return one.column(pick(one.columns())) + " = " + column(sources);
    }

    private String condition(int depth, List<Source> sources) {
        return switch (random.nextInt(depth < MAX_DEPTH ? 6 : 4)) {
            case 0 -> column(sources) + " = \u0001";
            case 1 -> column(sources) + " IN (\u0002)";
            case 2 -> equality(sources);
            case 3 -> column(sources) + " IS NOT DISTINCT FROM 'a'";
            case 4 -> {
                List<Source> inner = new ArrayList<>();
                String from = source(MAX_DEPTH, inner, List.of());
                yield "EXISTS (SELECT %s FROM %s WHERE %s = %s)"
                        .formatted(
                                pick(List.of("*", "1", column(inner))),
                                from,
                                column(inner),
                                column(sources));
            }
            default -> {
                List<String> columns = new ArrayList<>();
                yield column(sources)
                        + " IN (SELECT q."
                        + "x FROM ("
                        + oneColumn(depth, columns)
                        + ") q(x))";
            }
        };
    }

    private String oneColumn(int depth, List<String> columns) {
        List<Source> inner = new ArrayList<>();
        String from = source(Math.min(depth + 1, MAX_DEPTH), inner, List.of());
        columns.add("x");
        return "SELECT " + column(inner) + " FROM " + from;
    }

    /** Adds a target and its columns' names; whether it is a star. */
    private boolean target(List<Source> sources, List<String> targets, List<String> columns) {
        Source source = pick(sources);
        int kind = random.nextInt(24);
        if (kind == 0) {
            targets.add("*");
            sources.forEach(one -> columns.addAll(one.columns()));
            return true;
        }
        if (kind <= 3 && !source.alias().isEmpty()) {
            targets.add(quoted(source.alias()) + ".*");
            columns.addAll(source.columns());
            return true;
        }
        String name = chance(15) ? "E " + names++ : "e" + names++;
        if (kind < 15) {
            String column = pick(source.columns());
            boolean as = chance(30);
            targets.add(source.column(column) + (as ? " AS " + quoted(name) : ""));
            columns.add(as ? name : column);
            return false;
        }
        targets.add(expression(sources, source) + " AS " + quoted(name));
        columns.add(name);
        return false;
    }

    private String expression(List<Source> sources, Source source) {
        return switch (random.nextInt(9)) {
            case 0 -> "upper(" + column(sources) + ")";
            case 1 -> column(sources) + " || \u0001";
            case 2 -> "concat(" + column(sources) + ", \u0002)";
            case 3 -> "(SELECT max(" + column(sources) + "))";
            case 4 ->
                    source.view() || chance(20)
                            ? "row_to_json(" + quoted(source.alias()) + ")::text"
                            : "\u0001";
            case 5 -> chance(60) ? window(sources, 75) : column(sources);
            case 6 -> "coalesce(" + column(sources) + ", \u0001)";
            case 7 -> {
                List<Source> inner = new ArrayList<>();
                String from = source(MAX_DEPTH, inner, List.of());
                yield "(SELECT max(%s) FROM %s WHERE %s = %s)"
                        .formatted(column(inner), from, column(inner), column(sources));
            }
            default -> "(" + column(sources) + " IS DISTINCT FROM \u0001)::text";
        };
    }

    private static boolean isKey(String column) {
        return column.equals("id") || column.endsWith("_id");
    }

    /** A window that keeps each key apart with such a chance. */
    private String window(List<Source> sources, int percent) {
        List<String> parts = new ArrayList<>();
        for (Source source : sources) {
            source.columns().stream()
                    .filter(c -> isKey(c) && chance(percent))
                    .forEach(c -> parts.add(source.column(c)));
        }
        String partition = parts.isEmpty() ? "" : "PARTITION BY " + String.join(", ", parts);
        return pick(List.of("count(*)", "rank()", "max(" + column(sources) + ")"))
                + " OVER (%s ORDER BY %s)::text".formatted(partition, column(sources));
    }
}
