package org.domicile.policy.draft;

import java.util.List;
import java.util.Objects;
import org.domicile.plan.RelationName;

/**
 * A table as a store's catalogue describes it.
 *
 * @param primaryKey its columns, empty where there is none
 * @param references its foreign keys of a single column
 */
public record DiscoveredTable(
        RelationName name,
        List<Column> columns,
        List<String> primaryKey,
        List<Reference> references) {
    public DiscoveredTable {
        Objects.requireNonNull(name);
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        references = List.copyOf(references);
    }

    /**
     * A column.
     *
     * @param type as PostgreSQL's {@code format_type} spells it, under any domain, for example
     *     {@code character varying(80)}
     */
    public record Column(String name, String type) {}

    /** A column whose values are keys of another table. */
    public record Reference(String column, RelationName target) {}
}
