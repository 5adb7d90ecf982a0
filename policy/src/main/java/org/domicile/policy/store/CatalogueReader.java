package org.domicile.policy.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.plan.RelationName;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Catalogue} in two queries, whatever the number of tables. */
final class CatalogueReader {
    private static final String TABLES =
            """
            WITH RECURSIVE base AS (
              SELECT t.oid, t.oid AS base, t.typtypmod AS typmod, t.typtype, t.typbasetype
              FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
              UNION ALL
              SELECT b.oid, t.oid, CASE WHEN b.typmod < 0 THEN t.typtypmod ELSE b.typmod END, t.typtype, t.typbasetype
              FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd'
            ),
            relation AS MATERIALIZED (
              SELECT c.oid, n.nspname, c.relname, c.relrowsecurity
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition
                AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'domicile')
                AND n.nspname !~ '^dom_[a-z0-9_]+_v[0-9]+(_subjects)?$'
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
            )
            SELECT r.nspname, r.relname, r.relrowsecurity, dr.description AS table_comment,
              a.attname, a.attnotnull, da.description AS column_comment,
              pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
              pg_catalog.format_type(coalesce(b.base, a.atttypid), coalesce(b.typmod, a.atttypmod)) AS base_type,
              t.typname, t.typtype,
              t.typnamespace = 'pg_catalog'::regnamespace OR t.typname = 'citext' AS built_in
            FROM relation r
            LEFT JOIN pg_catalog.pg_description dr ON dr.classoid = 'pg_catalog.pg_class'::regclass AND dr.objoid = r.oid AND dr.objsubid = 0
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_catalog.pg_description da ON da.classoid = 'pg_catalog.pg_class'::regclass AND da.objoid = r.oid AND da.objsubid = a.attnum
            LEFT JOIN base b ON b.oid = a.atttypid AND b.typtype <> 'd'
            LEFT JOIN pg_catalog.pg_type t ON t.oid = coalesce(b.base, a.atttypid)
            ORDER BY r.nspname COLLATE "C", r.relname COLLATE "C", a.attnum
            """;

    private static final String KEYS =
            """
            SELECT n.nspname, c.relname, k.contype,
              ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(attnum, position)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum ORDER BY u.position) AS columns,
              fn.nspname AS foreign_schema, fc.relname AS foreign_table,
              ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(attnum, position)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum ORDER BY u.position) AS foreign_columns
            FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid
            LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
            WHERE k.contype IN ('p', 'f') AND k.conparentid = 0 AND n.nspname !~ '^pg_'
            ORDER BY k.conname COLLATE "C"
            """;

    private CatalogueReader() {}

    static Catalogue read(Connection connection) throws SQLException {
        String oldPath;
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row =
                    statement.executeQuery("SELECT pg_catalog.current_setting('search_path')")) {
                row.next();
                oldPath = row.getString(1);
            }
            // With nothing on the path, format_type qualifies every type that is not PostgreSQL's.
            statement.execute("SET search_path = ''");
            try {
                return read(statement);
            } finally {
                statement.execute(
                        "SELECT pg_catalog.set_config('search_path', "
                                + SqlText.text(oldPath)
                                + ", false)");
            }
        }
    }

    private static Catalogue read(Statement statement) throws SQLException {
        Map<RelationName, List<String>> primaryKeys = new HashMap<>();
        Map<RelationName, List<Catalogue.ForeignKey>> foreignKeys = new HashMap<>();
        try (ResultSet row = statement.executeQuery(KEYS)) {
            while (row.next()) {
                RelationName table = new RelationName(row.getString(1), row.getString(2));
                List<String> columns = strings(row.getArray("columns"));
                if (row.getString("contype").equals("p")) {
                    primaryKeys.put(table, columns);
                } else {
                    foreignKeys
                            .computeIfAbsent(table, t -> new ArrayList<>())
                            .add(
                                    new Catalogue.ForeignKey(
                                            columns,
                                            new RelationName(
                                                    row.getString("foreign_schema"),
                                                    row.getString("foreign_table")),
                                            strings(row.getArray("foreign_columns"))));
                }
            }
        }
        statement.setFetchSize(0);
        Map<RelationName, Catalogue.Table> tables = new LinkedHashMap<>();
        try (ResultSet row = statement.executeQuery(TABLES)) {
            @Nullable RelationName current = null;
            boolean rowSecurity = false;
            @Nullable String comment = null;
            List<Catalogue.Column> columns = new ArrayList<>();
            while (row.next()) {
                RelationName name = new RelationName(row.getString(1), row.getString(2));
                if (current != null && !name.equals(current)) {
                    tables.put(
                            current,
                            table(
                                    current,
                                    rowSecurity,
                                    comment,
                                    columns,
                                    primaryKeys,
                                    foreignKeys));
                    columns = new ArrayList<>();
                }
                current = name;
                rowSecurity = row.getBoolean("relrowsecurity");
                comment = row.getString("table_comment");
                if (row.getString("attname") != null) {
                    columns.add(column(row));
                }
            }
            if (current != null) {
                tables.put(
                        current,
                        table(current, rowSecurity, comment, columns, primaryKeys, foreignKeys));
            }
        }
        return new Catalogue(List.copyOf(tables.values()));
    }

    private static Catalogue.Table table(
            RelationName name,
            boolean rowSecurity,
            @Nullable String comment,
            List<Catalogue.Column> columns,
            Map<RelationName, List<String>> primaryKeys,
            Map<RelationName, List<Catalogue.ForeignKey>> foreignKeys) {
        return new Catalogue.Table(
                name,
                rowSecurity,
                Optional.ofNullable(comment),
                columns,
                primaryKeys.getOrDefault(name, List.of()),
                foreignKeys.getOrDefault(name, List.of()));
    }

    private static Catalogue.Column column(ResultSet row) throws SQLException {
        return new Catalogue.Column(
                row.getString("attname"),
                row.getString("type"),
                row.getString("base_type"),
                TypeFamily.of(
                        row.getString("typname"),
                        row.getString("typtype"),
                        row.getBoolean("built_in")),
                row.getBoolean("attnotnull"),
                Optional.ofNullable(row.getString("column_comment")));
    }

    private static List<String> strings(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
