package org.domicile.app;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.request.RequestRecord.Entry;

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
        Map<String, List<Entry>> releases = new LinkedHashMap<>();
        int rows = 0;
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT digest, person, note FROM domicile.freeze_release"
                                        + " ORDER BY signed_at, person LIMIT "
                                        + (MAX_ROWS + 1));
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                rows++;
                releases.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                        .add(new Entry(row.getString(2), row.getString(3)));
            }
        } catch (SQLException e) {
            throw RequestStore.explained(e, jurisdiction);
        }
        requireFew(rows);
        return releases;
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
