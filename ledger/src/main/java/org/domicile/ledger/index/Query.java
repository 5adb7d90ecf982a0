package org.domicile.ledger.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Asks an index's tables. Each way to an answer looks at about as many entries as it returns, of
 * each kind that fits, however many there are: SQLite is told which index to take.
 */
final class Query {
    private final Connection connection;

    Query(Connection connection) {
        this.connection = connection;
    }

    /** Below {@code to}, and not below {@code from}. */
    private record Range(long from, long to) {}

    List<Found> search(Search search) throws SQLException {
        Range range = range(search);
        List<Long> indexes =
                search.accessor() != null
                        ? ofAccessor(search.accessor(), search, range)
                        : search.isOfAnyKind()
                                ? newest(range, search.limit())
                                : ofKinds(kinds(search), range, search.limit());
        return found(indexes);
    }

    /** As times never run back in a log, a time is a place in it. */
    private Range range(Search search) throws SQLException {
        long to = search.to() == null ? Long.MAX_VALUE : firstAt(search.to());
        return new Range(
                search.from() == null ? 0 : firstAt(search.from()),
                search.before() == null ? to : Math.min(to, search.before()));
    }

    /** The first entry that is not before a time. */
    private long firstAt(Instant time) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT idx FROM entry INDEXED BY entry_time WHERE time >= ?"
                                + " ORDER BY time, idx LIMIT 1")) {
            query.setLong(1, micros(time));
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : Long.MAX_VALUE;
            }
        }
    }

    private List<Long> newest(Range range, int limit) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT idx FROM entry WHERE idx >= ? AND idx < ?"
                                + " ORDER BY idx DESC LIMIT ?")) {
            query.setLong(1, range.from());
            query.setLong(2, range.to());
            query.setInt(3, limit);
            return longs(query);
        }
    }

    private Set<Long> kinds(Search search) throws SQLException {
        List<String> conditions = new ArrayList<>(List.of("TRUE"));
        List<String> values = new ArrayList<>();
        add(conditions, values, "type = ?", search.type());
        add(conditions, values, "counterparty = ?", search.counterparty());
        add(conditions, values, "purpose = ?", search.purpose());
        add(
                conditions,
                values,
                "EXISTS (SELECT 1 FROM kind_table WHERE kind = kind.id AND name = ?)",
                search.table());
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT id FROM kind WHERE " + String.join(" AND ", conditions))) {
            for (int i = 0; i < values.size(); i++) {
                query.setString(i + 1, values.get(i));
            }
            return new HashSet<>(longs(query));
        }
    }

    private static void add(
            List<String> conditions,
            List<String> values,
            String condition,
            @Nullable String value) {
        if (value != null) {
            conditions.add(condition);
            values.add(value);
        }
    }

    /** The newest of each kind, and of these the newest. */
    private List<Long> ofKinds(Set<Long> kinds, Range range, int limit) throws SQLException {
        TreeSet<Long> newest = new TreeSet<>();
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT idx FROM entry INDEXED BY entry_kind WHERE kind = ? AND idx >= ?"
                                + " AND idx < ? ORDER BY idx DESC LIMIT ?")) {
            for (long kind : kinds) {
                query.setLong(1, kind);
                query.setLong(2, newest.size() < limit ? range.from() : newest.first());
                query.setLong(3, range.to());
                query.setInt(4, limit);
                newest.addAll(longs(query));
                while (newest.size() > limit) {
                    newest.pollFirst();
                }
            }
        }
        return List.copyOf(newest.descendingSet());
    }

    private List<Long> ofAccessor(String accessor, Search search, Range range) throws SQLException {
        Set<Long> kinds = search.isOfAnyKind() ? Set.of() : kinds(search);
        List<Long> indexes = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT idx, kind FROM entry INDEXED BY entry_accessor WHERE accessor = ?"
                                + " AND idx >= ? AND idx < ? ORDER BY idx DESC")) {
            query.setString(1, accessor);
            query.setLong(2, range.from());
            query.setLong(3, range.to());
            try (ResultSet row = query.executeQuery()) {
                while (indexes.size() < search.limit() && row.next()) {
                    if (search.isOfAnyKind() || kinds.contains(row.getLong(2))) {
                        indexes.add(row.getLong(1));
                    }
                }
            }
        }
        return indexes;
    }

    List<Found> notes(long entry, int limit) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT idx FROM entry INDEXED BY entry_notes WHERE notes = ?"
                                + " ORDER BY idx DESC LIMIT ?")) {
            query.setLong(1, entry);
            query.setInt(2, limit);
            return found(longs(query));
        }
    }

    private static List<Long> longs(PreparedStatement query) throws SQLException {
        List<Long> values = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                values.add(row.getLong(1));
            }
        }
        return values;
    }

    private List<Found> found(List<Long> indexes) throws SQLException {
        List<Found> found = new ArrayList<>();
        try (PreparedStatement entry =
                        connection.prepareStatement(
                                "SELECT idx, time, type, session, counterparty, audience, purpose,"
                                        + " accessor, shown, people, reason, erases, EXISTS (SELECT 1"
                                        + " FROM entry later WHERE later.erases = entry.idx), kind"
                                        + " FROM entry JOIN kind ON kind.id = entry.kind WHERE idx = ?");
                PreparedStatement tables =
                        connection.prepareStatement(
                                "SELECT name FROM kind_table WHERE kind = ? ORDER BY name")) {
            for (long index : indexes) {
                entry.setLong(1, index);
                try (ResultSet row = entry.executeQuery()) {
                    if (row.next()) {
                        found.add(found(row, tables));
                    }
                }
            }
        }
        return found;
    }

    private static Found found(ResultSet row, PreparedStatement tables) throws SQLException {
        tables.setLong(1, row.getLong(14));
        List<String> names = new ArrayList<>();
        try (ResultSet name = tables.executeQuery()) {
            while (name.next()) {
                names.add(name.getString(1));
            }
        }
        return new Found(
                row.getLong(1),
                Instant.EPOCH.plus(row.getLong(2), ChronoUnit.MICROS),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                names,
                number(row, 9),
                number(row, 10),
                row.getString(11),
                number(row, 12),
                row.getBoolean(13));
    }

    private static @Nullable Long number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    List<LedgerIndex.Hourly> hourly(Instant since) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT hour, counterparty, disclosures, shown FROM hourly WHERE hour >= ?"
                                + " ORDER BY hour, counterparty")) {
            query.setLong(1, Rows.hour(since));
            List<LedgerIndex.Hourly> found = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(
                            new LedgerIndex.Hourly(
                                    Rows.beginning(row.getLong(1)),
                                    row.getString(2),
                                    row.getLong(3),
                                    row.getLong(4)));
                }
            }
            return found;
        }
    }

    List<LedgerIndex.Total> totals() throws SQLException {
        try (PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT counterparty, sum(disclosures), sum(shown) FROM hourly"
                                        + " GROUP BY counterparty ORDER BY counterparty");
                ResultSet row = query.executeQuery()) {
            List<LedgerIndex.Total> totals = new ArrayList<>();
            while (row.next()) {
                totals.add(new LedgerIndex.Total(row.getString(1), row.getLong(2), row.getLong(3)));
            }
            return totals;
        }
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
