package org.domicile.app;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.domicile.control.organisation.GrantTerm;
import org.domicile.control.request.RequestRecord;

/**
 * The tables of a store in which requests, decisions and ends lie. What it reads is what is there,
 * whoever put it there: {@link org.domicile.control.request.GrantApproval} says what counts.
 */
final class RequestStore {
    /** More requests than this in {@link #DAYS} days are refused rather than cut short. */
    static final int MAX_REQUESTS = 10_000;

    /** Signed entries of one request that are looked at. */
    static final int MAX_ENTRIES = 256;

    /** A request that was filed earlier cannot be in force: {@link GrantTerm#MAX} and a day. */
    static final long DAYS = GrantTerm.MAX.toDays() + 1;

    private static final String UNDEFINED_TABLE = "42P01";

    private final Connection connection;
    private final String jurisdiction;

    RequestStore(Connection connection, String jurisdiction) {
        this.connection = connection;
        this.jurisdiction = jurisdiction;
    }

    /** Those of the last {@link #DAYS} days, oldest first. */
    List<RequestRecord> read() throws SQLException {
        Map<String, List<RequestRecord.Entry>> decisions = entries("decision", "approver");
        Map<String, List<RequestRecord.Entry>> ends = entries("grant_end", "person");
        List<RequestRecord> records = new ArrayList<>();
        try (PreparedStatement select =
                        prepare(
                                """
                                SELECT digest, document, note FROM domicile.request
                                WHERE filed_at > pg_catalog.clock_timestamp() - ? * interval '1 day'
                                ORDER BY filed_at, digest LIMIT ?
                                """);
                ResultSet row = recent(select, MAX_REQUESTS)) {
            while (row.next()) {
                String digest = row.getString(1);
                records.add(
                        new RequestRecord(
                                digest,
                                row.getString(2),
                                row.getString(3),
                                decisions.getOrDefault(digest, List.of()),
                                ends.getOrDefault(digest, List.of())));
            }
        } catch (SQLException e) {
            throw explained(e);
        }
        if (records.size() > MAX_REQUESTS) {
            throw new CommandFailure(
                    "the store of \""
                            + jurisdiction
                            + "\" has more than "
                            + MAX_REQUESTS
                            + " requests of the last "
                            + DAYS
                            + " days; take those away that nobody needs");
        }
        return records;
    }

    private Map<String, List<RequestRecord.Entry>> entries(String table, String person)
            throws SQLException {
        Map<String, List<RequestRecord.Entry>> entries = new TreeMap<>();
        String sql =
                """
                SELECT e.request, e.%1$s, e.note FROM domicile.%2$s e
                JOIN domicile.request r ON r.digest = e.request
                WHERE r.filed_at > pg_catalog.clock_timestamp() - ? * interval '1 day'
                ORDER BY e.signed_at, e.%1$s LIMIT ?
                """
                        .formatted(person, table);
        try (PreparedStatement select = prepare(sql);
                ResultSet row = recent(select, MAX_REQUESTS * MAX_ENTRIES)) {
            while (row.next()) {
                List<RequestRecord.Entry> found =
                        entries.computeIfAbsent(row.getString(1), _ -> new ArrayList<>());
                if (found.size() < MAX_ENTRIES) {
                    found.add(new RequestRecord.Entry(row.getString(2), row.getString(3)));
                }
            }
        } catch (SQLException e) {
            throw explained(e);
        }
        return entries;
    }

    private static ResultSet recent(PreparedStatement select, int limit) throws SQLException {
        select.setLong(1, DAYS);
        select.setInt(2, limit + 1);
        return select.executeQuery();
    }

    void file(String digest, String document, String note) throws SQLException {
        write(
                "INSERT INTO domicile.request (digest, document, note) VALUES (?, ?, ?)",
                digest,
                document,
                note);
    }

    /** Writes a decision; whatever stood under that name before gives way to it. */
    void decide(String request, RequestRecord.Entry entry) throws SQLException {
        write(
                """
                INSERT INTO domicile.decision (request, approver, note) VALUES (?, ?, ?)
                ON CONFLICT (request, approver)
                DO UPDATE SET note = EXCLUDED.note, signed_at = EXCLUDED.signed_at
                """,
                request,
                entry.by(),
                entry.note());
    }

    /** Writes an end, likewise. */
    void end(String request, RequestRecord.Entry entry) throws SQLException {
        write(
                """
                INSERT INTO domicile.grant_end (request, person, note) VALUES (?, ?, ?)
                ON CONFLICT (request, person)
                DO UPDATE SET note = EXCLUDED.note, signed_at = EXCLUDED.signed_at
                """,
                request,
                entry.by(),
                entry.note());
    }

    private void write(String sql, String... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw explained(e);
        }
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    private SQLException explained(SQLException e) {
        return explained(e, jurisdiction);
    }

    /** Where a table is missing, what to do about it; else the same. */
    static SQLException explained(SQLException e, String jurisdiction) {
        if (UNDEFINED_TABLE.equals(e.getSQLState())) {
            throw new CommandFailure(
                    "the store of \""
                            + jurisdiction
                            + "\" was prepared by an older release: run `domicile init` again");
        }
        return e;
    }
}
