package org.domicile.ledger.index;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.domicile.ledger.Fact;
import org.domicile.ledger.VerifiedEntry;
import org.jspecify.annotations.Nullable;

/** Puts entries into the index's tables, many at once. */
final class Rows implements AutoCloseable {
    private static final int ROWS_A_BATCH = 1_000;

    private final PreparedStatement entries;
    private final PreparedStatement tables;
    private int waiting;

    Rows(Connection connection) throws SQLException {
        entries =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        tables = connection.prepareStatement("INSERT OR REPLACE INTO entry_table VALUES (?, ?)");
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
        entries.setLong(2, ChronoUnit.MICROS.between(Instant.EPOCH, entry.time()));
        entries.setString(3, entry.fact().type());
        entries.setString(4, columns.session());
        entries.setString(5, columns.counterparty());
        entries.setString(6, columns.audience());
        entries.setString(7, columns.purpose());
        entries.setString(
                8, entry.privateValues().map(values -> values.get("accessor")).orElse(null));
        entries.setObject(9, columns.rows());
        entries.setObject(10, columns.people());
        entries.setString(11, columns.reason());
        entries.setObject(
                12, entry.fact() instanceof Fact.BodyErased erased ? erased.entry() : null);
        entries.addBatch();
        for (String table : columns.tables()) {
            tables.setString(1, table);
            tables.setLong(2, entry.index());
            tables.addBatch();
        }
        if (++waiting == ROWS_A_BATCH) {
            flush();
        }
    }

    void flush() throws SQLException {
        entries.executeBatch();
        tables.executeBatch();
        waiting = 0;
    }

    @Override
    public void close() throws SQLException {
        try (entries) {
            tables.close();
        }
    }
}
