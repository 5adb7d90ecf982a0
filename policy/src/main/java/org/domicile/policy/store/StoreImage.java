package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The catalogue rows that implement a plan, kept where they are: the server computes, compares and
 * digests them, and only differences travel. Its query is {@code image.sql}.
 */
final class StoreImage {
    private static final String QUERY = SqlText.resource("image.sql");

    private StoreImage() {}

    /** A row's first three columns. */
    record Key(String kind, String object, String property) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return (kind + "\0" + object + "\0" + property)
                    .compareTo(other.kind + "\0" + other.object + "\0" + other.property);
        }
    }

    /** Takes the image of the schemas into a table of this transaction. */
    static void take(Connection connection, Collection<String> schemas) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS pg_temp.domicile_image");
        }
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "CREATE TEMPORARY TABLE domicile_image ON COMMIT DROP AS " + QUERY)) {
            statement.setArray(1, connection.createArrayOf("text", schemas.toArray()));
            statement.execute();
        }
    }

    /** What differs between the image taken and the one recorded, in words' order. */
    static List<Drift> drift(Connection connection) throws SQLException {
        List<Drift> drift = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT kind, object, property, r.value, i.value
                                FROM domicile.catalogue_row r
                                FULL JOIN pg_temp.domicile_image i USING (kind, object, property)
                                WHERE r.value IS DISTINCT FROM i.value
                                ORDER BY kind COLLATE "C", object COLLATE "C", property COLLATE "C"
                                """)) {
            while (row.next()) {
                drift.add(
                        new Drift(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5)));
            }
        }
        return drift;
    }

    /** Lower-case hexadecimal SHA-256 of the image taken. */
    static String digest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line COLLATE "C"), ''), 'UTF8')), 'hex')
                                FROM (SELECT concat_ws(E'\\t', kind, object, property, value) AS line
                                      FROM pg_temp.domicile_image) lines
                                """)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Makes the image taken the recorded one. */
    static void record(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM domicile.catalogue_row");
            statement.execute(
                    "INSERT INTO domicile.catalogue_row SELECT * FROM pg_temp.domicile_image");
        }
    }

    /** The rows of the image taken that a plan alone decides: all but definitions. */
    static Map<Key, String> decided(Connection connection) throws SQLException {
        Map<Key, String> rows = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT kind, object, property, value FROM pg_temp.domicile_image
                                WHERE property <> 'definition' AND kind <> 'table' AND object ~ '^dom_'
                                """)) {
            while (row.next()) {
                rows.put(
                        new Key(row.getString(1), row.getString(2), row.getString(3)),
                        row.getString(4));
            }
        }
        return rows;
    }
}
