package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** How this package uses a connection: explicit transactions in which no setting surprises. */
final class Session {
    /** Waiting longer for somebody's lock would hold up the store's own work. */
    static final int LOCK_TIMEOUT_SECONDS = 10;

    private Session() {}

    /** Something to do in a transaction. */
    interface Work<T> {
        T run() throws SQLException;
    }

    /** Runs in one transaction and commits; rolls back and passes on whatever is thrown. */
    static <T> T transaction(Connection connection, Work<T> work) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            execute(
                    connection,
                    "SET LOCAL search_path = ''",
                    "SET LOCAL standard_conforming_strings = on",
                    "SET LOCAL DateStyle = ISO",
                    "SET LOCAL client_min_messages = error",
                    "SET LOCAL lock_timeout = '" + LOCK_TIMEOUT_SECONDS + "s'");
            T result = work.run();
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                connection.rollback();
            }
            connection.setAutoCommit(autoCommit);
        }
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        execute(connection, List.of(statements));
    }

    /** Sends all in one message. */
    static void execute(Connection connection, List<String> statements) throws SQLException {
        if (statements.isEmpty()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(String.join(";\n", statements));
        }
    }

    static int queryInt(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }

    static boolean queryBoolean(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    static List<String> queryStrings(Connection connection, String query) throws SQLException {
        List<String> values = new java.util.ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }
}
