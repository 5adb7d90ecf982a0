package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.domicile.plan.RelationName;

/**
 * The tables of a store as they are now: everything that could be classified. PostgreSQL's own
 * schemas, Domicile's, the tables of extensions and the partitions of a listed table are left out.
 */
public record Catalogue(List<Table> tables) {
    public Catalogue {
        tables = List.copyOf(tables);
    }

    /**
     * A table, partitioned table, foreign table, view or materialised view.
     *
     * @param rowSecurity row-level security holds for the view owner too, so rows may be missing
     * @param columns in the table's own order
     */
    public record Table(
            RelationName name,
            boolean rowSecurity,
            Optional<String> comment,
            List<Column> columns,
            List<String> primaryKey,
            List<ForeignKey> foreignKeys) {
        public Table {
            columns = List.copyOf(columns);
            primaryKey = List.copyOf(primaryKey);
            foreignKeys = List.copyOf(foreignKeys);
        }

        public Optional<Column> column(String columnName) {
            return columns.stream().filter(c -> c.name().equals(columnName)).findFirst();
        }
    }

    /**
     * A column.
     *
     * @param type as PostgreSQL spells it, qualified and with modifiers: {@code character
     *     varying(20)}
     * @param baseType the same under any domain
     * @param family what the transforms make of it
     */
    public record Column(
            String name,
            String type,
            String baseType,
            TypeFamily family,
            boolean notNull,
            Optional<String> comment) {}

    /** A foreign key; columns and referenced columns are in the same order. */
    public record ForeignKey(
            List<String> columns, RelationName references, List<String> referencedColumns) {
        public ForeignKey {
            columns = List.copyOf(columns);
            referencedColumns = List.copyOf(referencedColumns);
        }
    }

    public Optional<Table> table(RelationName name) {
        return tables.stream().filter(table -> table.name().equals(name)).findFirst();
    }

    Map<RelationName, Table> byName() {
        return tables.stream().collect(Collectors.toMap(Table::name, Function.identity()));
    }

    /** Reads the catalogue of the connection's database, as any role that may connect. */
    public static Catalogue read(Connection connection) throws SQLException {
        return CatalogueReader.read(connection);
    }
}
