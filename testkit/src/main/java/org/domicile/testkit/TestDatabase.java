package org.domicile.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An empty database for one test class, on an embedded server that all tests of this Java process
 * share. Closing it drops the database; the server and its files go with the process.
 *
 * <p>In JUnit: {@code @AutoClose static final TestDatabase database = TestDatabase.create();}
 */
public final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger CREATED = new AtomicInteger();
    private static @Nullable EmbeddedStore shared;

    private final EmbeddedStore store;
    private final String name;

    private TestDatabase(EmbeddedStore store, String name) {
        this.store = store;
        this.name = name;
    }

    /** A new database on the shared server. */
    public static TestDatabase create() throws SQLException {
        TestDatabase database =
                new TestDatabase(sharedStore(), "test_" + CREATED.incrementAndGet());
        database.store.createDatabase(database.name);
        return database;
    }

    /** The server all tests share. Roles belong to it, not to a database: name them apart. */
    public static synchronized EmbeddedStore sharedStore() {
        EmbeddedStore running = shared;
        if (running == null || !running.isRunning()) {
            running =
                    EmbeddedStore.startTemporary(
                            PostgresBinaries.embedded(), EmbeddedStore.THROWAWAY);
            shared = running;
        }
        return running;
    }

    public EmbeddedStore store() {
        return store;
    }

    public String name() {
        return name;
    }

    public String jdbcUrl() {
        return store.jdbcUrl(name);
    }

    /** A new connection as the superuser. */
    public Connection connect() throws SQLException {
        return store.connect(name);
    }

    /** Drops the database, ending the sessions in it. */
    @Override
    public void close() throws SQLException {
        store.dropDatabase(name);
    }
}
