package org.domicile.app;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.domicile.control.freeze.BreakGlass;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.plan.PlanFormatException;

/**
 * The tables of a store in which freezes lie. What it reads is what is there, whoever put it there:
 * {@link org.domicile.control.freeze.FreezeApproval} says what counts.
 */
final class FreezeStore {
    /** With more rows than this nobody is served until some are taken away (I7). */
    static final int MAX_ROWS = 10_000;

    private final Connection connection;
    private final String jurisdiction;

    FreezeStore(Connection connection, String jurisdiction) {
        this.connection = connection;
        this.jurisdiction = jurisdiction;
    }

    /** All that were ever filed, oldest first. */
    List<FreezeRecord> read() throws SQLException {
        Map<String, FreezeRecord> found = new LinkedHashMap<>();
        Map<String, List<Entry>> releases = releases();
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT digest, document, person, note FROM domicile.freeze"
                                        + " ORDER BY frozen_at, digest LIMIT "
                                        + (MAX_ROWS + 1));
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                String digest = row.getString(1);
                found.put(
                        digest,
                        new FreezeRecord(
                                digest,
                                row.getString(2),
                                new Entry(row.getString(3), row.getString(4)),
                                releases.getOrDefault(digest, List.of())));
            }
        } catch (SQLException e) {
            throw RequestStore.explained(e, jurisdiction);
        }
        requireFew(found.size());
        return List.copyOf(found.values());
    }

    /** Who agreed to the end of which freeze. */
    Map<String, List<Entry>> releases() throws SQLException {
        return entries("SELECT digest, person, note FROM domicile.freeze_release");
    }

    /** Who reviewed which use of break-glass. */
    Map<String, List<Entry>> reviews() throws SQLException {
        return entries("SELECT request, person, note FROM domicile.review");
    }

    private Map<String, List<Entry>> entries(String select) throws SQLException {
        Map<String, List<Entry>> entries = new LinkedHashMap<>();
        int rows = 0;
        try (PreparedStatement statement =
                        connection.prepareStatement(
                                select + " ORDER BY signed_at, person LIMIT " + (MAX_ROWS + 1));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows++;
                entries.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                        .add(new Entry(row.getString(2), row.getString(3)));
            }
        } catch (SQLException e) {
            throw RequestStore.explained(e, jurisdiction);
        }
        requireFew(rows);
        return entries;
    }

    /**
     * The freezes that follow from break-glass which nobody reviewed in time, as far as the store
     * tells it: the gateway knows better, and lets nobody see what it knows but by its ledger.
     */
    List<FreezeRecord> unreviewed() throws SQLException {
        Map<String, List<Entry>> releases = releases();
        List<FreezeRecord> found = new ArrayList<>();
        try (PreparedStatement select =
                        connection.prepareStatement(
                                """
                                SELECT document FROM domicile.request q
                                WHERE document LIKE '%"ticket":"",%'
                                  AND filed_at < pg_catalog.clock_timestamp() - ? * interval '1 hour'
                                  AND EXISTS (SELECT FROM domicile.decision d WHERE d.request = q.digest)
                                  AND NOT EXISTS (SELECT FROM domicile.review r
                                    WHERE r.request = q.digest
                                      AND r.signed_at < q.filed_at + ? * interval '1 hour')
                                ORDER BY filed_at LIMIT
                                """
                                        + MAX_ROWS)) {
            select.setLong(1, BreakGlass.REVIEW_WITHIN.toHours());
            select.setLong(2, BreakGlass.REVIEW_WITHIN.toHours());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Freeze freeze = BreakGlass.freeze(Request.fromJson(row.getString(1)));
                    found.add(
                            new FreezeRecord(
                                    freeze.digest(),
                                    freeze.toJson(),
                                    new Entry(FreezeRecord.BY_RULE, ""),
                                    releases.getOrDefault(freeze.digest(), List.of())));
                }
            }
        } catch (PlanFormatException e) {
            throw new CommandFailure(
                    "the store of \"" + jurisdiction + "\" has a request that is none: "
                            + e.getMessage());
        } catch (SQLException e) {
            throw RequestStore.explained(e, jurisdiction);
        }
        return found;
    }

    void review(String request, Entry entry) throws SQLException {
        write(
                "INSERT INTO domicile.review (request, person, note) VALUES (?, ?, ?)",
                request,
                entry.by(),
                entry.note());
    }

    private void requireFew(int rows) {
        if (rows > MAX_ROWS) {
            throw new CommandFailure(
                    "the store of \""
                            + jurisdiction
                            + "\" has more than "
                            + MAX_ROWS
                            + " freezes; take those away that are over");
        }
    }

    void freeze(FreezeRecord freeze) throws SQLException {
        write(
                "INSERT INTO domicile.freeze (digest, document, person, note) VALUES (?, ?, ?, ?)",
                freeze.digest(),
                freeze.document(),
                freeze.frozen().by(),
                freeze.frozen().note());
    }

    /** Adds an agreement; rows are added only, so that nobody puts one in another's place. */
    void release(String freeze, Entry entry) throws SQLException {
        write(
                "INSERT INTO domicile.freeze_release (digest, person, note) VALUES (?, ?, ?)",
                freeze,
                entry.by(),
                entry.note());
    }

    private void write(String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        } catch (SQLException e) {
            throw RequestStore.explained(e, jurisdiction);
        }
    }
}
