package org.domicile.ledger.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.domicile.ledger.Fact;
import org.domicile.ledger.VerifiedEntry;
import org.jspecify.annotations.Nullable;

/**
 * Puts entries into the index's tables, many at once. It remembers the kinds there are, and is of
 * no use after a transaction that was rolled back.
 */
final class Rows implements AutoCloseable {
    private static final int ROWS_A_BATCH = 1_000;
    private static final long HOUR_MICROS = 3_600_000_000L;

    private final PreparedStatement entries;
    private final PreparedStatement newKind;
    private final PreparedStatement newKindTable;
    private final PreparedStatement hours;
    private final Map<Kind, Long> kinds = new HashMap<>();
    private final Map<Hour, long[]> disclosures = new HashMap<>();
    private int waiting;

    /** The values that entries can be looked for by. */
    private record Kind(
            String type,
            @Nullable String counterparty,
            @Nullable String audience,
            @Nullable String purpose,
            Set<String> tables) {}

    private record Hour(long hour, String counterparty) {}

    /** Goes on from the kinds that are there. */
    Rows(Connection connection) throws SQLException {
        entries =
                connection.prepareStatement(
                        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        newKind = connection.prepareStatement("INSERT INTO kind VALUES (?, ?, ?, ?, ?)");
        newKindTable = connection.prepareStatement("INSERT INTO kind_table VALUES (?, ?)");
        hours =
                connection.prepareStatement(
                        "INSERT INTO hourly VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                                + " disclosures = disclosures + excluded.disclosures,"
                                + " shown = shown + excluded.shown");
        Map<Long, Set<String>> tables = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT kind, name FROM kind_table")) {
                while (row.next()) {
                    tables.computeIfAbsent(row.getLong(1), _ -> new HashSet<>())
                            .add(row.getString(2));
                }
            }
            try (ResultSet row =
                    statement.executeQuery(
                            "SELECT id, type, counterparty, audience, purpose FROM kind")) {
                while (row.next()) {
                    kinds.put(
                            new Kind(
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getString(5),
                                    tables.getOrDefault(row.getLong(1), Set.of())),
                            row.getLong(1));
                }
            }
        }
    }

    /** In which hour since 1970 a time is. */
    static long hour(Instant time) {
        return Math.floorDiv(Query.micros(time), HOUR_MICROS);
    }

    static Instant beginning(long hour) {
        return Instant.EPOCH.plus(hour, ChronoUnit.HOURS);
    }

    /** What the columns of an entry have, beside those that all have. */
    private record Columns(
            @Nullable String session,
            @Nullable String counterparty,
            @Nullable String audience,
            @Nullable String purpose,
            Set<String> tables,
            @Nullable Long rows,
            @Nullable Long people,
            @Nullable String reason) {}

    private static Columns columns(Fact fact) {
        return switch (fact) {
            case Fact.SessionOpened opened ->
                    new Columns(
                            opened.session(),
                            opened.counterparty(),
                            null,
                            null,
                            Set.of(),
                            null,
                            null,
                            null);
            case Fact.Disclosure disclosure ->
                    new Columns(
                            disclosure.session(),
                            disclosure.counterparty(),
                            disclosure.audience(),
                            disclosure.purpose(),
                            disclosure.columns().keySet(),
                            disclosure.rows(),
                            disclosure.subjects().people().values().stream()
                                    .max(Long::compare)
                                    .orElse(null),
                            null);
            case Fact.Refusal refusal ->
                    new Columns(
                            refusal.session(),
                            refusal.counterparty(),
                            refusal.audience(),
                            refusal.purpose(),
                            Set.of(),
                            null,
                            null,
                            refusal.reason());
            case Fact.WitnessLost lost ->
                    new Columns(null, null, null, null, Set.of(), null, null, lost.reason());
            case Fact.GrantOpened opened ->
                    new Columns(
                            null,
                            opened.counterparty(),
                            opened.audience(),
                            opened.purpose(),
                            Set.of(),
                            null,
                            null,
                            null);
            case Fact.GrantEnded ended ->
                    new Columns(null, null, null, null, Set.of(), null, null, ended.reason());
            case Fact.Frozen frozen ->
                    new Columns(
                            null,
                            frozen.target().equals("entity") ? frozen.name() : null,
                            frozen.target().equals("audience") ? frozen.name() : null,
                            null,
                            Set.of(),
                            null,
                            null,
                            null);
            case Fact.PolicyApplied _, Fact.OfLog _ ->
                    new Columns(null, null, null, null, Set.of(), null, null, null);
        };
    }

    void add(VerifiedEntry entry) throws SQLException {
        Columns columns = columns(entry.fact());
        entries.setLong(1, entry.index());
        entries.setLong(2, Query.micros(entry.time()));
        entries.setLong(
                3,
                kind(
                        new Kind(
                                entry.fact().type(),
                                columns.counterparty(),
                                columns.audience(),
                                columns.purpose(),
                                columns.tables())));
        entries.setString(4, columns.session());
        entries.setString(
                5, entry.privateValues().map(values -> values.get("accessor")).orElse(null));
        entries.setObject(6, columns.rows());
        entries.setObject(7, columns.people());
        entries.setString(8, columns.reason());
        entries.setObject(
                9, entry.fact() instanceof Fact.BodyErased erased ? erased.entry() : null);
        entries.setObject(10, entry.fact() instanceof Fact.Noted noted ? noted.entry() : null);
        entries.addBatch();
        if (entry.fact() instanceof Fact.Disclosure disclosure) {
            long[] ofHour =
                    disclosures.computeIfAbsent(
                            new Hour(hour(entry.time()), disclosure.counterparty()),
                            _ -> new long[2]);
            ofHour[0]++;
            ofHour[1] += disclosure.rows();
        }
        if (++waiting == ROWS_A_BATCH) {
            flush();
        }
    }

    private long kind(Kind kind) throws SQLException {
        Long known = kinds.get(kind);
        if (known != null) {
            return known;
        }
        long id = kinds.size() + 1L;
        newKind.setLong(1, id);
        newKind.setString(2, kind.type());
        newKind.setString(3, kind.counterparty());
        newKind.setString(4, kind.audience());
        newKind.setString(5, kind.purpose());
        newKind.executeUpdate();
        for (String table : kind.tables()) {
            newKindTable.setLong(1, id);
            newKindTable.setString(2, table);
            newKindTable.executeUpdate();
        }
        kinds.put(kind, id);
        return id;
    }

    void flush() throws SQLException {
        entries.executeBatch();
        for (Map.Entry<Hour, long[]> ofHour : disclosures.entrySet()) {
            hours.setLong(1, ofHour.getKey().hour());
            hours.setString(2, ofHour.getKey().counterparty());
            hours.setLong(3, ofHour.getValue()[0]);
            hours.setLong(4, ofHour.getValue()[1]);
            hours.addBatch();
        }
        hours.executeBatch();
        disclosures.clear();
        waiting = 0;
    }

    @Override
    public void close() throws SQLException {
        try (entries;
                newKind;
                newKindTable) {
            hours.close();
        }
    }
}
