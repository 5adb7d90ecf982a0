package org.domicile.policy.store;

import java.util.Map;

/** What kind of values a column's type holds, as far as transforms care. */
public enum TypeFamily {
    TEXT("text"),
    INTEGER("a whole number"),
    NUMERIC("a decimal number"),
    FLOAT("a floating-point number"),
    DATE("a date"),
    TIMESTAMP("a timestamp"),
    TIMESTAMPTZ("a timestamp"),
    INET("an address"),
    CIDR("a network"),
    BYTES("bytes"),
    /** Types whose text never depends on a setting: uuid, boolean, macaddr, enumerations. */
    PLAIN("a plain value"),
    OTHER("something else");

    private static final Map<String, TypeFamily> BY_NAME =
            Map.ofEntries(
                    Map.entry("text", TEXT),
                    Map.entry("varchar", TEXT),
                    Map.entry("bpchar", TEXT),
                    Map.entry("name", TEXT),
                    Map.entry("citext", TEXT),
                    Map.entry("int2", INTEGER),
                    Map.entry("int4", INTEGER),
                    Map.entry("int8", INTEGER),
                    Map.entry("numeric", NUMERIC),
                    Map.entry("float4", FLOAT),
                    Map.entry("float8", FLOAT),
                    Map.entry("date", DATE),
                    Map.entry("timestamp", TIMESTAMP),
                    Map.entry("timestamptz", TIMESTAMPTZ),
                    Map.entry("inet", INET),
                    Map.entry("cidr", CIDR),
                    Map.entry("bytea", BYTES),
                    Map.entry("uuid", PLAIN),
                    Map.entry("bool", PLAIN),
                    Map.entry("macaddr", PLAIN),
                    Map.entry("macaddr8", PLAIN));

    private final String words;

    TypeFamily(String words) {
        this.words = words;
    }

    /** For messages: "a date". */
    public String words() {
        return words;
    }

    /**
     * Decides by {@code pg_type.typname} and {@code typtype} of the base type.
     *
     * @param builtIn whether the type is PostgreSQL's own, or the extension {@code citext}'s
     */
    static TypeFamily of(String typeName, String typeKind, boolean builtIn) {
        if (typeKind.equals("e")) {
            return PLAIN;
        }
        return builtIn ? BY_NAME.getOrDefault(typeName, OTHER) : OTHER;
    }
}
