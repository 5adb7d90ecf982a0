package org.domicile.plan;

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

    private static final String PREFIX = "dom_";

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
