package org.domicile.app;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.domicile.control.organisation.GrantTerm;
import org.domicile.control.request.RequestRecord;
import org.domicile.plan.Plan;

/**
 * The tables of a store in which requests, decisions and ends lie. What it reads is what is there,
 * whoever put it there: {@link org.domicile.control.request.GrantApproval} says what counts.
 */
final class RequestStore {
    /** More requests than this in {@link #DAYS} days are refused rather than cut short. */
    static final int MAX_REQUESTS = 10_000;

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
                ResultSet row = recent(select, MAX_REQUESTS * RequestRecord.MAX_ENTRIES)) {
            while (row.next()) {
                List<RequestRecord.Entry> found =
                        entries.computeIfAbsent(row.getString(1), _ -> new ArrayList<>());
                // One more than may be, so that whoever checks sees that there are too many.
                if (found.size() <= RequestRecord.MAX_ENTRIES) {
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

    /** Adds a decision to those there are. */
    void decide(String request, RequestRecord.Entry entry) throws SQLException {
        write(
                "INSERT INTO domicile.decision (request, approver, note) VALUES (?, ?, ?)",
                request,
                entry.by(),
                entry.note());
    }

    /** Adds an end, likewise. */
    void end(String request, RequestRecord.Entry entry) throws SQLException {
        write(
                "INSERT INTO domicile.grant_end (request, person, note) VALUES (?, ?, ?)",
                request,
                entry.by(),
                entry.note());
    }

    /** The audiences of grants that the store's plan in force has. */
    Set<String> grantsInStore() throws SQLException {
        Set<String> grants = new TreeSet<>();
        try (PreparedStatement select = prepare("SELECT audience FROM domicile.audience_version");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                if (row.getString(1).startsWith(Plan.Grant.AUDIENCE_PREFIX)) {
                    grants.add(row.getString(1));
                }
            }
        }
        return grants;
    }

    /** How many decisions there are: cheap, and more as soon as anybody decides. */
    long decisions() throws SQLException {
        try (PreparedStatement select = prepare("SELECT count(*) FROM domicile.decision");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw explained(e);
        }
    }

    /** How many requests, decisions and ends there are: more as soon as anybody acts. */
    long acts() throws SQLException {
        try (PreparedStatement select =
                        prepare(
                                """
                                SELECT (SELECT count(*) FROM domicile.request)
                                  + (SELECT count(*) FROM domicile.decision)
                                  + (SELECT count(*) FROM domicile.grant_end)
                                """);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw explained(e);
        }
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
