package org.domicile.testkit.shortvideo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.TestkitException;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/**
 * The data of the short-video app, to be loaded into the three region stores. The same options give
 * the same rows. Immutable, so that several stores can be loaded at once.
 */
public final class ShortVideoData {
    /** Every country with users belongs to one of these. */
    public static final List<String> JURISDICTIONS = List.of("us", "eu", "row");

    public static final int DEFAULT_USERS = 3_000;

    /** All users are kept in memory while they are loaded. */
    public static final int MAX_USERS = 1_000_000;

    public static final long DEFAULT_SEED = 20_260_901;

    /** What follows it in the schema is done after the rows are loaded. */
    private static final String KEYS_MARK = "\n-- Keys and indexes\\.\n";

    private final World world;
    private final Names names;
    private final long seed;

    private ShortVideoData(World world, long seed) {
        this.world = world;
        this.names = new Names(seed);
        this.seed = seed;
    }

    /** Hears how far the loading is; called from the loading threads. */
    @FunctionalInterface
    public interface Progress {
        /** So many rows of a table are written; called every 10,000 rows and after the last. */
        void written(String jurisdiction, String table, long rows);
    }

    /** Users and everything they did, made up. */
    public static ShortVideoData madeUp(int users, long seed) {
        if (users < 1 || users > MAX_USERS) {
            throw new IllegalArgumentException(
                    "the number of users is from 1 to %,d".formatted(MAX_USERS));
        }
        return new ShortVideoData(MadeUpWorld.of(users, seed), seed);
    }

    /**
     * Users, videos and impressions of the KuaiRand excerpt in a directory, with made-up
     * identities.
     *
     * @throws DatasetException if a file is missing or damaged
     */
    public static ShortVideoData fromDataset(Path directory, long seed) {
        return new ShortVideoData(KuaiRand.read(directory, seed), seed);
    }

    /** How many users there are in all jurisdictions together. */
    public int userCount() {
        return world.subjects().size();
    }

    /** How many users live in a jurisdiction. */
    public int userCount(String jurisdiction) {
        return world.subjectsIn(jurisdiction).size();
    }

    /** Whether a database already has the app's tables; they are filled if so. */
    public static boolean isLoaded(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT to_regclass('public.users') IS NOT NULL")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /**
     * Makes the app's tables in each store's database and fills them, all stores at once.
     *
     * @param stores by jurisdiction
     */
    public void loadAll(Map<String, EmbeddedStore> stores, String database, Progress progress) {
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
            List<Future<Void>> loads = new ArrayList<>();
            stores.forEach((jurisdiction, store) ->
                    loads.add(
                            threads.submit(() -> {
                                try (Connection c = store.connect(database)) {
                                    load(c, jurisdiction, progress);
                                }
                                return null;
                            })));
            for (Future<Void> load : loads) {
                load.get();
            }
        } catch (ExecutionException e) {
            throw new TestkitException("the short-video data could not be loaded", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("interrupted while loading the short-video data", e);
        }
    }

    /**
     * Makes the app's tables in one store and fills them, in one transaction: afterwards the store
     * has all of it, or, where this fails, nothing.
     */
    public void load(Connection connection, String jurisdiction, Progress progress)
            throws SQLException {
        Residents residents = residents(jurisdiction);
        create(
                connection,
                filled -> {
                    for (Table table : tables(residents)) {
                        String copy =
                                "COPY public.%s (%s) FROM STDIN"
                                        .formatted(table.name(), table.columns());
                        try (OutputStream out =
                                new PGCopyOutputStream(filled.unwrap(PGConnection.class), copy)) {
                            write(table, jurisdiction, out, progress);
                        }
                    }
                });
    }

    /** Puts rows into the app's empty tables. */
    @FunctionalInterface
    public interface Filling {
        void fill(Connection connection) throws SQLException, IOException;
    }

    /** Makes the app's tables in one store, with rows of the caller's own, in one transaction. */
    public static void create(Connection connection, Filling filling) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            String[] schema = schema().split(KEYS_MARK, 2);
            statement.execute(schema[0]);
            filling.fill(connection);
            statement.execute(schema[1]);
            connection.commit();
            connection.setAutoCommit(true);
            statement.execute("ANALYZE");
        } catch (IOException e) {
            connection.rollback();
            throw new SQLException("the rows could not be sent", e);
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    /** The statements that make the app's tables. */
    public static String schema() {
        try (InputStream stream = ShortVideoData.class.getResourceAsStream("schema.sql")) {
            if (stream == null) {
                throw new IllegalStateException("the class path has no schema.sql");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Residents residents(String jurisdiction) {
        if (!JURISDICTIONS.contains(jurisdiction)) {
            throw new IllegalArgumentException(
                    "no jurisdiction %s; there are %s".formatted(jurisdiction, JURISDICTIONS));
        }
        return Residents.of(seed, jurisdiction, names, world);
    }

    /** In an order in which every row that a key points to is there before. */
    static List<Table> tables(Residents residents) {
        List<Table> tables = new ArrayList<>(new AccountTables(residents).tables());
        tables.addAll(new VideoTables(residents).tables());
        tables.addAll(new DealingTables(residents).tables());
        return tables;
    }

    static void write(Table table, String jurisdiction, OutputStream out, Progress progress)
            throws IOException {
        CopyRows rows =
                new CopyRows(out, count -> progress.written(jurisdiction, table.name(), count));
        table.rows().writeTo(rows);
        rows.finish();
    }
}
