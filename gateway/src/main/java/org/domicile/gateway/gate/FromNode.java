package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A part of a FROM clause, with what {@code *} stands for in it. */
sealed interface FromNode {
    Stream<Item> items();

    /** The columns {@code *} shows, or null where they are not known one by one. */
    @Nullable List<Column> columns();

    /** A column {@code *} shows: its name, and an expression that reads it and no other. */
    record Column(String name, String expression, boolean merged) {}

    /**
     * A relation, subquery or function.
     *
     * @param origin the node to declare plain where it must not get columns: a RangeVar's, or the
     *     SelectStmt's behind it
     * @param alias what its columns are qualified with; null where nothing was written
     * @param names of the columns the client knows, in order; null when not known
     * @param widened whether it has columns beside those
     * @param view whether it is a view itself, and no query of the client's
     */
    record Item(
            JsonNode origin,
            @Nullable String alias,
            @Nullable List<String> names,
            List<HiddenColumn> hidden,
            boolean widened,
            boolean view)
            implements FromNode {
        @Override
        public Stream<Item> items() {
            return Stream.of(this);
        }

        @Override
        public @Nullable List<Column> columns() {
            String alias = this.alias;
            if (names == null || alias == null || new HashSet<>(names).size() < names.size()) {
                return null;
            }
            return names.stream()
                    .map(name -> new Column(name, Sql.name(alias) + "." + Sql.name(name), false))
                    .toList();
        }

        /** What {@code alias.*} stands for, or null where that is not known. */
        @Nullable String star() {
            if (!widened) {
                return alias == null ? null : Sql.name(alias) + ".*";
            }
            return text(columns());
        }
    }

    /** Two parts joined; {@code using} is empty for any other condition. */
    record Join(FromNode left, FromNode right, List<String> using) implements FromNode {
        public Join {
            using = List.copyOf(using);
        }

        @Override
        public Stream<Item> items() {
            return Stream.concat(left.items(), right.items());
        }

        @Override
        public @Nullable List<Column> columns() {
            List<Column> leftColumns = left.columns();
            List<Column> rightColumns = right.columns();
            if (leftColumns == null || rightColumns == null) {
                return null;
            }
            // PostgreSQL merges USING's columns to the front, then the left's, then the right's.
            List<Column> columns = new ArrayList<>();
            using.forEach(name -> columns.add(new Column(name, Sql.name(name), true)));
            Set<String> merged = Set.copyOf(using);
            Stream.concat(leftColumns.stream(), rightColumns.stream())
                    .filter(column -> !merged.contains(column.name()))
                    .forEach(columns::add);
            return columns;
        }

        boolean merges() {
            return !using.isEmpty()
                    || (left instanceof Join one && one.merges())
                    || (right instanceof Join other && other.merges());
        }
    }

    /** What a bare star stands for over these parts, or null where that is not known. */
    static @Nullable String star(List<FromNode> from) {
        List<String> parts = new ArrayList<>();
        boolean merges = from.stream().anyMatch(node -> node instanceof Join j && j.merges());
        if (!merges) {
            for (Item item : from.stream().flatMap(FromNode::items).toList()) {
                parts.add(item.star());
            }
            return parts.contains(null) ? null : String.join(", ", parts);
        }
        List<Column> all = columns(from);
        if (all == null) {
            return null;
        }
        for (Column column : all) {
            boolean clear =
                    !column.merged()
                            || all.stream().filter(c -> c.name().equals(column.name())).count()
                                    == 1;
            if (!clear) {
                return null;
            }
        }
        return text(all);
    }

    /** The columns a bare star shows, or null where one is not known. */
    static @Nullable List<Column> columns(List<FromNode> from) {
        List<Column> all = new ArrayList<>();
        for (FromNode node : from) {
            List<Column> columns = node.columns();
            if (columns == null) {
                return null;
            }
            all.addAll(columns);
        }
        return all;
    }

    private static @Nullable String text(@Nullable List<Column> columns) {
        return columns == null || columns.isEmpty()
                ? null
                : String.join(", ", columns.stream().map(Column::expression).toList());
    }
}
