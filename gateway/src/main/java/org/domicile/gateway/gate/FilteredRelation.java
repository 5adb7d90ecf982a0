package org.domicile.gateway.gate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A relation of PostgreSQL's own that is read through a subquery, as {@code catalogue-filters.txt}
 * writes it down.
 *
 * @param columns all of them in PostgreSQL's order, where some are told as constants; else empty
 */
record FilteredRelation(String name, Kind kind, List<Column> columns, String condition) {
    /** By {@code schema.name}. */
    static final Map<String, FilteredRelation> ALL = all();

    /** What a subquery reads. */
    enum Kind {
        /** A relation that has a column {@code tableoid}. */
        TABLE,
        /** One that has none. */
        VIEW,
        /** Nothing at all: the subquery has the relation's columns, and no row. */
        NONE
    }

    /**
     * One column, in the releases that have it there.
     *
     * @param constant what is told in its stead; null where it is read
     */
    record Column(String name, @Nullable String constant, int firstMajor, int lastMajor) {
        /** {@code name[=constant][@[first]-[last]]}. */
        static Column of(String word) {
            String[] parts = word.split("@", 2);
            String[] releases = parts.length == 1 ? new String[] {"", ""} : parts[1].split("-", 2);
            String[] told = parts[0].split("=", 2);
            return new Column(
                    told[0],
                    told.length == 1 ? null : told[1],
                    releases[0].isEmpty() ? 0 : Integer.parseInt(releases[0]),
                    releases[1].isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(releases[1]));
        }

        boolean isIn(int major) {
            return firstMajor <= major && major <= lastMajor;
        }

        private String sql() {
            return constant == null ? name : constant + " AS " + name;
        }
    }

    FilteredRelation {
        columns = List.copyOf(columns);
        Set<String> constants =
                columns.stream()
                        .filter(column -> column.constant() != null)
                        .map(Column::name)
                        .collect(Collectors.toSet());
        Lists.Relation listed = Lists.RELATIONS.get(name);
        if (listed == null || !listed.allowed() || !listed.constants().equals(constants)) {
            throw new IllegalStateException(
                    "catalogue.txt and catalogue-filters.txt differ in the constants of " + name);
        }
    }

    /** What follows SELECT for a store of this major version. */
    String selected(int major) {
        return columns.isEmpty()
                ? "*"
                : columns.stream()
                        .filter(column -> column.isIn(major))
                        .map(Column::sql)
                        .collect(Collectors.joining(", "));
    }

    private static Map<String, FilteredRelation> all() {
        Map<String, FilteredRelation> all = new HashMap<>();
        List<String> lines = Lists.lines("catalogue-filters.txt");
        for (int i = 0; i < lines.size(); i++) {
            String[] words = lines.get(i).split(" +", 3);
            List<Column> columns = new ArrayList<>();
            while (i + 1 < lines.size() && lines.get(i + 1).startsWith(" ")) {
                i++;
                for (String word : lines.get(i).strip().split(" +")) {
                    columns.add(Column.of(word));
                }
            }
            Kind kind = Kind.valueOf(words[0].toUpperCase(Locale.ROOT));
            all.put(words[1], new FilteredRelation(words[1], kind, columns, words[2]));
        }
        Set<String> unfiltered = new HashSet<>();
        Lists.RELATIONS.forEach((name, relation) -> {
            if (!relation.constants().isEmpty() && !all.containsKey(name)) {
                unfiltered.add(name);
            }
        });
        if (!unfiltered.isEmpty()) {
            throw new IllegalStateException("catalogue-filters.txt lacks " + unfiltered);
        }
        return Map.copyOf(all);
    }
}
