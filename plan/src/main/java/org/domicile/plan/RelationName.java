package org.domicile.plan;

/** A table's schema and name, as the catalogue spells them. */
public record RelationName(String schema, String name) implements Comparable<RelationName> {
    public RelationName {
        Names.requireIdentifier("schema name", schema);
        Names.requireIdentifier("table name", name);
    }

    /** Reads {@code schema.name}, or {@code name} in {@code public}. */
    public static RelationName parse(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new RelationName("public", text)
                : new RelationName(text.substring(0, dot), text.substring(dot + 1));
    }

    /**
     * What {@link #parse} reads back, {@code public} left out where it can be. Only a schema whose
     * name has a dot is not read back.
     */
    public String spelling() {
        return schema.equals("public") && name.indexOf('.') < 0 ? name : toString();
    }

    /** {@code schema.name}, unquoted: for documents and messages, never for SQL. */
    @Override
    public String toString() {
        return schema + "." + name;
    }

    @Override
    public int compareTo(RelationName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }
}
