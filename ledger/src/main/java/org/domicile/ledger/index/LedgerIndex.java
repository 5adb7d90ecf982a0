package org.domicile.ledger.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerReader;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.VerifierKey;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * A search index over one ledger, in one SQLite file, mode 0600, as it has accessors' names. It is
 * brought up to the ledger's checkpoint by {@link #update}, and made anew where it does not fit:
 * another key, another format, more entries than the ledger has, or a file that is damaged.
 *
 * <p>For one thread; several processes may search while one updates.
 */
public final class LedgerIndex implements AutoCloseable {
    /** Raised with every change of the tables. */
    private static final int FORMAT = 2;

    /** The file is of no database, or of a damaged one. */
    private static final Set<Integer> UNREADABLE =
            Set.of(SQLiteErrorCode.SQLITE_NOTADB.code, SQLiteErrorCode.SQLITE_CORRUPT.code);

    private static final int BUSY_MILLIS = 10_000;

    /** Entries in one transaction, so that an interrupted update has not been for nothing. */
    private static final int ENTRIES_A_COMMIT = 50_000;

    private static final List<String> TABLES =
            List.of(
                    "CREATE TABLE state (key TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL)",
                    "CREATE TABLE entry (idx INTEGER PRIMARY KEY, time INTEGER NOT NULL, type TEXT NOT NULL,"
                            + " session TEXT, counterparty TEXT, audience TEXT, purpose TEXT,"
                            + " accessor TEXT, shown INTEGER, people INTEGER,"
                            + " reason TEXT, erases INTEGER)",
                    "CREATE TABLE entry_table (name TEXT NOT NULL, idx INTEGER NOT NULL,"
                            + " PRIMARY KEY (name, idx)) WITHOUT ROWID",
                    "CREATE INDEX entry_table_idx ON entry_table (idx)",
                    "CREATE INDEX entry_time ON entry (time)",
                    "CREATE INDEX entry_type ON entry (type)",
                    "CREATE INDEX entry_accessor ON entry (accessor) WHERE accessor IS NOT NULL",
                    "CREATE INDEX entry_counterparty ON entry (counterparty)",
                    "CREATE INDEX entry_purpose ON entry (purpose) WHERE purpose IS NOT NULL",
                    "CREATE INDEX entry_erases ON entry (erases) WHERE erases IS NOT NULL",
                    "PRAGMA user_version = " + FORMAT);

    private final Path file;
    private final Path ledger;
    private final VerifierKey key;
    private Connection connection;

    private LedgerIndex(Path file, Path ledger, VerifierKey key, Connection connection) {
        this.file = file;
        this.ledger = ledger;
        this.key = key;
        this.connection = connection;
    }

    /**
     * Opens the index of a ledger, making it where there is none; it is empty until {@link
     * #update}.
     *
     * @param key what the log signs with
     */
    public static LedgerIndex open(Path file, Path ledger, VerifierKey key) throws IOException {
        try {
            Connection connection;
            try {
                connection = Files.exists(file) ? connect(file) : create(file);
            } catch (SQLException e) {
                if (!UNREADABLE.contains(e.getErrorCode())) {
                    throw e;
                }
                connection = create(file);
            }
            return new LedgerIndex(file, ledger, key, connection);
        } catch (SQLException e) {
            throw new IOException("cannot open the index " + file + ": " + e.getMessage(), e);
        }
    }

    /** Makes an empty file in place of any that is there. */
    private static Connection create(Path file) throws SQLException, IOException {
        for (String ending : List.of("", "-wal", "-shm", "-journal")) {
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ending));
        }
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return connect(file);
    }

    private static Connection connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
    }

    /** Hears how far an update is. */
    @FunctionalInterface
    public interface Progress {
        void indexed(long entries, long size);
    }

    /** Takes in what the ledger has more; how many entries those are. */
    public long update(Progress progress) throws IOException, LedgerDamage {
        LedgerReader reader = LedgerReader.open(ledger, key);
        try {
            long first = sizeThatFits(reader.checkpoint());
            if (first < 0) {
                makeAnew();
                first = 0;
            }
            connection.setAutoCommit(false);
            try (Rows rows = new Rows(connection)) {
                long[] next = {first};
                reader.read(
                        first,
                        entry -> {
                            try {
                                rows.add(entry);
                                next[0]++;
                                if (next[0] % ENTRIES_A_COMMIT == 0) {
                                    rows.flush();
                                    commit(next[0], "");
                                    progress.indexed(next[0], reader.checkpoint().size());
                                }
                            } catch (SQLException e) {
                                throw new IndexFailure(e);
                            }
                        });
                rows.flush();
                forgetErased();
                commit(reader.checkpoint().size(), rootOf(reader.checkpoint()));
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            return reader.checkpoint().size() - first;
        } catch (SQLException e) {
            throw failed(e);
        } catch (IndexFailure e) {
            throw failed(e.sql);
        }
    }

    /** Brings a SQLException through a visitor. */
    private static final class IndexFailure extends RuntimeException {
        private final transient SQLException sql;

        IndexFailure(SQLException sql) {
            super(sql);
            this.sql = sql;
        }
    }

    private IOException failed(SQLException e) {
        return new IOException(
                "the index " + file + " cannot be used: " + e.getMessage() + "; delete it", e);
    }

    private static String rootOf(Checkpoint checkpoint) {
        return HexFormat.of().formatHex(checkpoint.root());
    }

    /** How many entries are indexed, or -1 where the index is not of this ledger as it is. */
    private long sizeThatFits(Checkpoint checkpoint) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
                if (!row.next() || row.getInt(1) != FORMAT) {
                    return -1;
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT key, size, root FROM state")) {
                if (!row.next() || !row.getString(1).equals(key.text())) {
                    return -1;
                }
                long size = row.getLong(2);
                boolean same =
                        size < checkpoint.size()
                                || (size == checkpoint.size()
                                        && row.getString(3).equals(rootOf(checkpoint)));
                return same ? size : -1;
            }
        } catch (SQLException e) {
            return -1; // whatever it is, it can be made anew
        }
    }

    private void makeAnew() throws SQLException, IOException {
        connection.close();
        connection = create(file);
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute(table);
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO state VALUES (?, 0, '')")) {
            insert.setString(1, key.text());
            insert.executeUpdate();
        }
    }

    private void commit(long size, String root) throws SQLException {
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

    /** The newest entries that fit, as of the last update. */
    public List<Found> search(Search search) throws IOException {
        List<String> conditions = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        add(conditions, values, "type = ?", search.type());
        add(conditions, values, "accessor = ?", search.accessor());
        add(conditions, values, "counterparty = ?", search.counterparty());
        add(conditions, values, "purpose = ?", search.purpose());
        add(
                conditions,
                values,
                "idx IN (SELECT idx FROM entry_table WHERE name = ?)",
                search.table());
        add(conditions, values, "time >= ?", micros(search.from()));
        add(conditions, values, "time < ?", micros(search.to()));
        add(conditions, values, "idx < ?", search.before());
        String sql =
                "SELECT idx, time, type, session, counterparty, audience, purpose, accessor,"
                        + " shown, people, reason, erases, EXISTS (SELECT 1 FROM entry later WHERE"
                        + " later.erases = entry.idx) FROM entry"
                        + (conditions.isEmpty() ? "" : " WHERE ")
                        + String.join(" AND ", conditions)
                        + " ORDER BY idx DESC LIMIT "
                        + search.limit();
        try (PreparedStatement query = connection.prepareStatement(sql);
                PreparedStatement tables =
                        connection.prepareStatement(
                                "SELECT name FROM entry_table WHERE idx = ? ORDER BY name")) {
            for (int i = 0; i < values.size(); i++) {
                query.setObject(i + 1, values.get(i));
            }
            List<Found> found = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(found(row, tables));
                }
            }
            return found;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /**
     * Disclosures of one counterparty that began within one hour.
     *
     * @param hour its beginning
     */
    public record Hourly(Instant hour, String counterparty, long disclosures, long rows) {}

    /** Disclosures since a time, by hour and counterparty, as of the last update. */
    public List<Hourly> hourly(Instant since) throws IOException {
        String sql =
                "SELECT time / 3600000000 AS hour, counterparty, count(*), total(shown) FROM entry"
                        + " WHERE type = 'disclosure' AND time >= ? GROUP BY 1, 2 ORDER BY 1, 2";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setObject(1, micros(since));
            List<Hourly> found = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(
                            new Hourly(
                                    Instant.ofEpochSecond(row.getLong(1) * 3600),
                                    row.getString(2),
                                    row.getLong(3),
                                    row.getLong(4)));
                }
            }
            return found;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private static void add(
            List<String> conditions,
            List<Object> values,
            String condition,
            @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            values.add(value);
        }
    }

    private static @Nullable Long micros(@Nullable Instant instant) {
        return instant == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static Found found(ResultSet row, PreparedStatement tables) throws SQLException {
        tables.setLong(1, row.getLong(1));
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

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
