package org.domicile.ledger.index;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerReader;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.VerifierKey;
import org.jspecify.annotations.Nullable;

/**
 * A search index over one ledger, in one SQLite file, mode 0600, as it has accessors' names. It is
 * brought up to the ledger's checkpoint by {@link #update}, and made anew when it is opened where
 * it does not fit: another key, another format, more entries than the ledger has, or a file that is
 * damaged.
 *
 * <p>For one thread. Others, of this process or not, may search in instances of their own while one
 * updates; one who updates while another does goes on from where that was.
 */
public final class LedgerIndex implements AutoCloseable {
    /** Entries in one transaction, so that an interrupted update has not been for nothing. */
    private static final int ENTRIES_A_COMMIT = 50_000;

    private final Path file;
    private final Path ledger;
    private final VerifierKey key;
    private final Connection connection;
    private final Query query;

    private LedgerIndex(Path file, Path ledger, VerifierKey key, Connection connection) {
        this.file = file;
        this.ledger = ledger;
        this.key = key;
        this.connection = connection;
        this.query = new Query(connection);
    }

    /**
     * Opens the index of a ledger, making it where there is none that fits; a new one is empty
     * until {@link #update}.
     *
     * @param key what the log signs with
     */
    public static LedgerIndex open(Path file, Path ledger, VerifierKey key)
            throws IOException, LedgerDamage {
        try {
            return new LedgerIndex(file, ledger, key, IndexFile.open(file, ledger, key));
        } catch (SQLException e) {
            throw new IOException("cannot open the index " + file + ": " + e.getMessage(), e);
        }
    }

    /** Hears how far an update is. */
    @FunctionalInterface
    public interface Progress {
        void indexed(long entries, long size);
    }

    /** Takes in what the ledger has more; how many entries those are. */
    public long update(Progress progress) throws IOException, LedgerDamage {
        LedgerReader reader = LedgerReader.open(ledger, key);
        long added = 0;
        try {
            connection.setAutoCommit(false);
            try {
                for (boolean isUpToDate = false; !isUpToDate; ) {
                    long[] next = {size()}; // begins a transaction
                    long first = next[0];
                    isUpToDate =
                            first > reader.checkpoint().size() || update(reader, next, progress);
                    added += next[0] - first;
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            return added;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Goes on from an entry, for which a transaction has begun.
     *
     * @param next the entry; afterwards the one after the last that is in the index
     * @return false where another process has come in between
     */
    private boolean update(LedgerReader reader, long[] next, Progress progress)
            throws SQLException, IOException, LedgerDamage {
        Checkpoint checkpoint = reader.checkpoint();
        try (Rows rows = new Rows(connection)) {
            reader.read(
                    next[0],
                    entry -> {
                        try {
                            rows.add(entry);
                            if ((entry.index() + 1) % ENTRIES_A_COMMIT == 0) {
                                commit(rows, entry.index() + 1, "");
                                next[0] = entry.index() + 1;
                                progress.indexed(next[0], checkpoint.size());
                                if (size() != next[0]) {
                                    throw new Interruption(null);
                                }
                            }
                        } catch (SQLException e) {
                            throw new Interruption(e);
                        }
                    });
            rows.flush();
            forgetErased();
            commit(rows, checkpoint.size(), IndexFile.rootOf(checkpoint));
            next[0] = checkpoint.size();
            return true;
        } catch (Interruption e) {
            connection.rollback();
            if (e.sql != null) {
                throw e.sql;
            }
            return false;
        }
    }

    /** Ends a visit, for a reason or since another process has updated the index. */
    private static final class Interruption extends RuntimeException {
        private final transient @Nullable SQLException sql;

        Interruption(@Nullable SQLException sql) {
            super(sql);
            this.sql = sql;
        }
    }

    private IOException failed(SQLException e) {
        return new IOException(
                "the index " + file + " cannot be used: " + e.getMessage() + "; delete it", e);
    }

    private long size() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT size FROM state")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void commit(Rows added, long size, String root) throws SQLException {
        added.flush();
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE state SET size = ?, root = ?")) {
            update.setLong(1, size);
            update.setString(2, root);
            update.executeUpdate();
        }
        connection.commit();
    }

    /** Forgets the private values of entries of which a later one tells that they are erased. */
    private void forgetErased() throws SQLException {
        try (Statement update = connection.createStatement()) {
            update.executeUpdate(
                    "UPDATE entry SET accessor = NULL WHERE accessor IS NOT NULL AND idx IN"
                            + " (SELECT erases FROM entry WHERE erases IS NOT NULL)");
        }
    }

    /** Forgets the private values of an entry whose body was erased. */
    public void forget(long index) throws IOException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE entry SET accessor = NULL WHERE idx = ?")) {
            update.setLong(1, index);
            update.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** How many entries it has: those below this one. */
    public long entries() throws IOException {
        try {
            return size();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The newest entries that fit, as of the last update. */
    public List<Found> search(Search search) throws IOException {
        try {
            return query.search(search);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The newest notes about an entry, as of the last update. */
    public List<Found> notes(long entry, int limit) throws IOException {
        try {
            return query.notes(entry, limit);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Disclosures of one counterparty that were recorded within one hour.
     *
     * @param hour its beginning
     */
    public record Hourly(Instant hour, String counterparty, long disclosures, long rows) {}

    /** Disclosures since the hour of a time, by hour and counterparty, as of the last update. */
    public List<Hourly> hourly(Instant since) throws IOException {
        try {
            return query.hourly(since);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** All disclosures to one counterparty. */
    public record Total(String counterparty, long disclosures, long rows) {}

    /** Every counterparty that anything was disclosed to, as of the last update. */
    public List<Total> totals() throws IOException {
        try {
            return query.totals();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
