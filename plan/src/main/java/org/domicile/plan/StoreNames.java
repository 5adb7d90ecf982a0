package org.domicile.plan;

import java.nio.charset.StandardCharsets;

/** The names Domicile gives to what it makes in a store, for the compiler and the gateway alike. */
public final class StoreNames {
    /** Holds the transforms, the pseudonym keys and the record of applied plans. */
    public static final String SCHEMA = "domicile";

    /** Owns views and schemas; cannot log in. */
    public static final String OWNER_ROLE = "domicile_owner";

    /** Owns the pseudonym keys and the one function that reads them; cannot log in. */
    public static final String KEYS_ROLE = "domicile_keys";

    /** Logs in for {@code plan} and {@code apply}. */
    public static final String COMPILER_ROLE = "domicile_compiler";

    /** Logs in for the gateway to read the applied plan; sees no user's data. */
    public static final String GATEWAY_ROLE = "domicile_gateway";

    /**
     * Logs in for asking and deciding: adds to the tables of signed acts and reads them, sees no
     * user's data.
     */
    public static final String REQUESTS_ROLE = "domicile_requests";

    /** What the names of token columns begin with; no column of a classified table may. */
    public static final String SUBJECT_COLUMN_PREFIX = "domicile_subject_";

    /** What the schema of second views adds to the name of the first. */
    public static final String SUBJECT_SCHEMA_SUFFIX = "_subjects";

    private static final String PREFIX = "dom_";

    /** Hexadecimal digits that stand for a long key's name: 17 + 46 = 63 bytes. */
    private static final int LONG_KEY_DIGITS = 46;

    private StoreNames() {}

    /**
     * Whether a schema is PostgreSQL's or Domicile's own, and so never one of classified tables.
     */
    public static boolean isReservedSchema(String schema) {
        return schema.startsWith("pg_")
                || schema.equals("information_schema")
                || schema.equals(SCHEMA)
                || schema.startsWith(PREFIX);
    }

    /** The schema of one audience's views. */
    public static String schema(String audience, long version) {
        return PREFIX + audience + "_v" + version;
    }

    /**
     * The schema of one audience's second views, which give subject tokens beside what the first
     * ones show; there where a view hides a subject key, and on nobody's search_path.
     */
    public static String subjectSchema(String audience, long version) {
        return schema(audience, version) + SUBJECT_SCHEMA_SUFFIX;
    }

    /**
     * The column of a second view that holds the tokens of a subject key. Of a key whose name would
     * not fit an identifier behind the prefix, it has the digest.
     */
    public static String subjectColumn(String key) {
        String column = SUBJECT_COLUMN_PREFIX + key;
        return column.getBytes(StandardCharsets.UTF_8).length <= Names.MAX_IDENTIFIER_BYTES
                ? column
                : SUBJECT_COLUMN_PREFIX + Json.sha256Hex(key).substring(0, LONG_KEY_DIGITS);
    }

    /** The role that holds an audience's grants; cannot log in. */
    public static String audienceRole(String audience) {
        return PREFIX + audience;
    }

    /**
     * The role the gateway logs in as for one accessor acting as one audience. The dash is in no
     * name, so no two pairs share a role and none is an audience's own.
     */
    public static String loginRole(String audience, String accessor) {
        return PREFIX + audience + "-" + accessor;
    }
}
