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
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerReader;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.VerifierKey;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;

/**
 * The SQLite file of an index: its tables, and whether it is of a ledger as that is now.
 *
 * <p>What can be looked for is, in most entries, the same few values again and again. An entry
 * therefore names a {@code kind}, which has them, and is found by it: of each kind that fits, the
 * newest entries are at the end of {@code entry_kind}.
 */
final class IndexFile {
    /** Raised with every change of the tables. */
    private static final int FORMAT = 3;

    /** The file is of no database, or of a damaged one. */
    private static final Set<Integer> UNREADABLE =
            Set.of(SQLiteErrorCode.SQLITE_NOTADB.code, SQLiteErrorCode.SQLITE_CORRUPT.code);

    /** The part of SQLite's codes that says what kind of error it is. */
    private static final int PRIMARY_CODE = 0xff;

    private static final int BUSY_MILLIS = 10_000;

    private static final List<String> TABLES =
            List.of(
                    "CREATE TABLE state (key TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL)",
                    "CREATE TABLE kind (id INTEGER PRIMARY KEY, type TEXT NOT NULL,"
                            + " counterparty TEXT, audience TEXT, purpose TEXT)",
                    "CREATE TABLE kind_table (kind INTEGER NOT NULL, name TEXT NOT NULL,"
                            + " PRIMARY KEY (kind, name)) WITHOUT ROWID",
                    "CREATE TABLE entry (idx INTEGER PRIMARY KEY, time INTEGER NOT NULL,"
                            + " kind INTEGER NOT NULL, session TEXT, accessor TEXT, shown INTEGER,"
                            + " people INTEGER, reason TEXT, erases INTEGER, notes INTEGER)",
                    "CREATE INDEX entry_kind ON entry (kind)",
                    "CREATE INDEX entry_time ON entry (time)",
                    "CREATE INDEX entry_accessor ON entry (accessor) WHERE accessor IS NOT NULL",
                    "CREATE INDEX entry_erases ON entry (erases) WHERE erases IS NOT NULL",
                    "CREATE INDEX entry_notes ON entry (notes) WHERE notes IS NOT NULL",
                    "CREATE TABLE hourly (hour INTEGER NOT NULL, counterparty TEXT NOT NULL,"
                            + " disclosures INTEGER NOT NULL, shown INTEGER NOT NULL,"
                            + " PRIMARY KEY (hour, counterparty)) WITHOUT ROWID",
                    "PRAGMA user_version = " + FORMAT);

    private IndexFile() {}

    /** The index in this file, made anew where it is not of the ledger. */
    static Connection open(Path file, Path ledger, VerifierKey key)
            throws SQLException, IOException, LedgerDamage {
        if (Files.exists(file)) {
            try {
                Connection known = connect(file);
                if (fits(known, ledger, key)) {
                    return known;
                }
                known.close();
            } catch (SQLException e) {
                if (!UNREADABLE.contains(e.getErrorCode() & PRIMARY_CODE)) {
                    throw e;
                }
            }
        }
        return create(file, key);
    }

    /** Whether the ledger goes on from what the index has. */
    private static boolean fits(Connection connection, Path ledger, VerifierKey key)
            throws SQLException, IOException, LedgerDamage {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
                if (!row.next() || row.getInt(1) != FORMAT) {
                    return false;
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT key, size, root FROM state")) {
                if (!row.next() || !row.getString(1).equals(key.text())) {
                    return false;
                }
                long size = row.getLong(2);
                String root = row.getString(3);
                // After the index: somebody may be updating it to a checkpoint of just now.
                Checkpoint checkpoint = LedgerReader.open(ledger, key).checkpoint();
                return size < checkpoint.size()
                        || (size == checkpoint.size()
                                && (root.isEmpty() || root.equals(rootOf(checkpoint))));
            }
        }
    }

    static String rootOf(Checkpoint checkpoint) {
        return HexFormat.of().formatHex(checkpoint.root());
    }

    /** Makes an empty index in place of any file that is there. */
    private static Connection create(Path file, VerifierKey key) throws SQLException, IOException {
        for (String ending : List.of("", "-wal", "-shm", "-journal")) {
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ending));
        }
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Connection connection = connect(file);
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
        return connection;
    }

    private static Connection connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        // One who updates has the file to themselves from the first statement on.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
    }
}
