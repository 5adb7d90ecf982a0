package org.domicile.policy.store;

import java.util.List;

/**
 * Everything {@code init} gives and takes, as data. What PUBLIC loses, the role {@code
 * domicile_applications} keeps, and with it every role that was there before: programs that own the
 * data, or read it without Domicile, go on as they did.
 */
final class Hardenings {
    /** Holds what was taken from PUBLIC; every role that is not Domicile's readers' is a member. */
    static final String APPLICATIONS_ROLE = "domicile_applications";

    /** Rights that plan and apply need. */
    static final List<Hardening> NEEDED =
            List.of(
                    new Hardening(
                            "members",
                            "lets domicile_compiler make views as domicile_owner and audience roles"
                                    + " that run transforms",
                            "",
                            """
                            SELECT format('GRANT %I TO %I%s', g.role, g.member, g.options)
                            FROM (VALUES ('domicile_owner', 'domicile_compiler', ''),
                              ('domicile_audiences', 'domicile_compiler', ' WITH ADMIN OPTION'),
                              ('domicile_applications', 'domicile_compiler', ''),
                              ('domicile_applications', 'domicile_owner', ''),
                              ('domicile_applications', 'domicile_keys', '')) g(role, member, options)
                            WHERE NOT EXISTS (SELECT FROM pg_auth_members m
                              WHERE m.roleid = g.role::regrole AND m.member = g.member::regrole)
                            """),
                    new Hardening(
                            "connect-own",
                            "lets Domicile's roles connect and make schemas",
                            "",
                            """
                            SELECT format('GRANT %s ON DATABASE %I TO %I', g.privilege, current_database(), g.role)
                            FROM (VALUES ('CONNECT', 'domicile_compiler'), ('CONNECT', 'domicile_gateway'),
                              ('CONNECT', 'domicile_requests'), ('CONNECT', 'domicile_audiences'), ('CREATE', 'domicile_owner'),
                              ('TEMPORARY', 'domicile_compiler')) g(privilege, role)
                            WHERE NOT EXISTS (SELECT FROM pg_database d, aclexplode(d.datacl) a
                              WHERE d.datname = current_database() AND a.grantee = g.role::regrole AND a.privilege_type = g.privilege)
                            """),
                    new Hardening(
                            "read-tables",
                            "lets views read the tables there are; run init again where new ones"
                                    + " are not covered by default privileges",
                            "",
                            """
                            SELECT s.statement FROM (
                              SELECT 1 AS n, n.nspname, format('GRANT USAGE ON SCHEMA %I TO domicile_owner', n.nspname) AS statement
                              FROM pg_namespace n
                              WHERE n.nspname !~ '^pg_' AND n.nspname !~ '^dom_[a-z0-9_]+_v[0-9]+(_subjects)?$' AND n.nspname NOT IN ('information_schema', 'domicile')
                                AND NOT has_schema_privilege('domicile_owner', n.oid, 'USAGE')
                              UNION ALL
                              SELECT DISTINCT 2, n.nspname, format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO domicile_owner', n.nspname)
                              FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
                              WHERE n.nspname !~ '^pg_' AND n.nspname !~ '^dom_[a-z0-9_]+_v[0-9]+(_subjects)?$' AND n.nspname NOT IN ('information_schema', 'domicile')
                                AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT has_table_privilege('domicile_owner', c.oid, 'SELECT')
                            ) s ORDER BY s.n, s.nspname
                            """),
                    new Hardening(
                            "read-new-tables",
                            "lets views read tables that the present owners of tables make later",
                            "",
                            """
                            SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT %s TO domicile_owner', o.rolname, k.grant)
                            FROM (SELECT DISTINCT r.oid, r.rolname FROM pg_roles r JOIN pg_class c ON c.relowner = r.oid
                                  JOIN pg_namespace n ON n.oid = c.relnamespace
                                  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_'
                                    AND n.nspname <> 'information_schema' AND r.rolname !~ '^domicile_') o,
                              (VALUES ('r', 'SELECT ON TABLES', 'SELECT'), ('n', 'USAGE ON SCHEMAS', 'USAGE')) k(kind, "grant", privilege)
                            WHERE NOT EXISTS (SELECT FROM pg_default_acl d, aclexplode(d.defaclacl) a
                              WHERE d.defaclrole = o.oid AND d.defaclnamespace = 0 AND d.defaclobjtype = k.kind::"char"
                                AND a.grantee = 'domicile_owner'::regrole AND a.privilege_type = k.privilege)
                            ORDER BY 1
                            """),
                    new Hardening(
                            "end-sessions",
                            "lets domicile_compiler end the sessions of a login role whose views"
                                    + " changed",
                            "",
                            """
                            SELECT 'GRANT pg_signal_backend TO domicile_compiler'
                            WHERE NOT pg_has_role('domicile_compiler', 'pg_signal_backend', 'USAGE')
                            """),
                    new Hardening(
                            "applications",
                            "keeps for the roles there are what PUBLIC is about to lose",
                            "",
                            """
                            SELECT format('GRANT domicile_applications TO %I', r.rolname) FROM pg_roles r
                            WHERE NOT r.rolsuper AND r.rolname !~ '^(pg|dom|domicile)_'
                              AND NOT EXISTS (SELECT FROM pg_auth_members m
                                WHERE m.roleid = 'domicile_applications'::regrole AND m.member = r.oid)
                            ORDER BY 1
                            """));

    /** Rights that PUBLIC has and no reader of Domicile's should. */
    static final List<Hardening> TAKEN =
            List.of(
                    new Hardening(
                            "temporary-tables",
                            "making temporary tables and functions, which could shadow names",
                            "CREATE TEMPORARY and every reference to pg_temp",
                            databases("TEMPORARY", "d.datname = current_database()")),
                    new Hardening(
                            "other-databases",
                            "connecting to this server's other databases",
                            "nothing: the gateway chooses the database; but a stolen backend"
                                    + " password reaches them",
                            databases("CONNECT", "d.datallowconn")),
                    new Hardening(
                            "schemas",
                            "naming tables, functions and types outside one's own views",
                            "every schema-qualified name but the audience's own and pg_catalog's",
                            """
                            SELECT s.statement FROM pg_namespace n, aclexplode(n.nspacl) a,
                              LATERAL (VALUES (1, format('GRANT %s ON SCHEMA %I TO domicile_applications', a.privilege_type, n.nspname)),
                                (2, format('REVOKE %s ON SCHEMA %I FROM PUBLIC', a.privilege_type, n.nspname))) s(n, statement)
                            WHERE a.grantee = 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                            ORDER BY n.nspname, a.privilege_type, s.n
                            """),
                    new Hardening(
                            "languages",
                            "running code in DO blocks, or making functions",
                            "DO and CREATE FUNCTION",
                            """
                            SELECT s.statement FROM pg_language l,
                              LATERAL (VALUES (1, format('GRANT USAGE ON LANGUAGE %I TO domicile_applications', l.lanname)),
                                (2, format('REVOKE USAGE ON LANGUAGE %I FROM PUBLIC', l.lanname))) s(n, statement)
                            WHERE l.lanpltrusted AND has_language_privilege('public', l.oid, 'USAGE')
                            ORDER BY l.lanname, s.n
                            """),
                    functions(
                            "large-objects",
                            "reading, making and changing large objects",
                            "lo_.*|loread|lowrite"),
                    functions(
                            "queries-in-text",
                            "running a query that is hidden in a string from whoever reads the"
                                    + " statement",
                            "(query|table|schema|database|cursor)_to_xml.*|ts_stat|ts_rewrite"),
                    functions(
                            "waiting",
                            "holding a connection, and timing",
                            "pg_sleep|pg_sleep_for|pg_sleep_until"),
                    functions(
                            "signals",
                            "passing messages to other sessions, into the log of changes, and"
                                    + " ending sessions",
                            "pg_(try_)?advisory_(lock|xact_lock|unlock)(_shared)?|pg_notify|pg_notification_queue_usage|pg_logical_emit_message|pg_cancel_backend|pg_terminate_backend"),
                    functions(
                            "transactions",
                            "telling how much is written to tables one cannot see",
                            "pg_export_snapshot|txid_(current|current_if_assigned|current_snapshot|status)|pg_current_xact_id|pg_current_xact_id_if_assigned|pg_current_snapshot|pg_xact_status|pg_xact_commit_timestamp.*|pg_last_committed_xact|pg_get_multixact_members|pg_prepared_xact|pg_current_wal_.*|pg_last_wal_.*|pg_last_xact_.*|pg_control_.*|pg_.*wal_summar.*|pg_get_wal_.*"),
                    functions(
                            "activity",
                            "telling what others read and write, and how many rows there are",
                            "pg_stat_get_.*|pg_stat_clear_snapshot|pg_stat_force_next_flush|pg_lock_status|pg_blocking_pids|pg_safe_snapshot_blocking_pids|pg_isolation_test_session_is_blocked|pg_get_replication_slots|.*replication_slot.*|pg_logical_slot_.*"),
                    functions(
                            "sizes",
                            "telling how many rows a table holds from its size or its sequence",
                            "pg_(relation|table|total_relation|indexes)_size|pg_relation_file(node|path)|pg_sequence_last_value|pg_get_sequence_data"),
                    functions(
                            "function-sources",
                            "reading the source of the applications' functions",
                            "pg_get_functiondef|pg_get_function_sqlbody"),
                    new Hardening(
                            "statistics-views",
                            "reading sampled values, row counts and activity",
                            "the views pg_stats*, pg_stat_*, pg_statio_*, pg_locks, pg_sequences",
                            """
                            SELECT s.statement FROM pg_class c,
                              LATERAL (VALUES (1, format('GRANT SELECT ON pg_catalog.%I TO domicile_applications', c.relname)),
                                (2, format('REVOKE SELECT ON pg_catalog.%I FROM PUBLIC', c.relname))) s(n, statement)
                            WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'v'
                              AND c.relname ~ '^(pg_stat_.*|pg_statio_.*|pg_stats|pg_stats_.*|pg_locks|pg_prepared_xacts|pg_replication_slots|pg_sequences)$'
                              AND has_table_privilege('public', c.oid, 'SELECT')
                            ORDER BY c.relname, s.n
                            """),
                    columns(
                            "row-estimates",
                            "reading the planner's row counts",
                            "pg_class",
                            "reltuples', 'relpages', 'relallvisible', 'relallfrozen"),
                    columns(
                            "function-texts",
                            "reading the source of the applications' functions",
                            "pg_proc",
                            "prosrc', 'prosqlbody', 'probin"));

    private Hardenings() {}

    private static String databases(String privilege, String which) {
        return """
        SELECT s.statement FROM pg_database d,
          LATERAL (VALUES (1, format('GRANT %1$s ON DATABASE %%I TO domicile_applications', d.datname)),
            (2, format('REVOKE %1$s ON DATABASE %%I FROM PUBLIC', d.datname))) s(n, statement)
        WHERE %2$s AND has_database_privilege('public', d.oid, '%1$s')
        ORDER BY d.datname, s.n
        """
                .formatted(privilege, which);
    }

    private static Hardening functions(String id, String closes, String names) {
        return new Hardening(
                id,
                closes,
                "the functions " + names,
                """
                SELECT s.statement FROM pg_proc p,
                  LATERAL (VALUES (1, format('GRANT EXECUTE ON ROUTINE %%s TO domicile_applications', p.oid::regprocedure)),
                    (2, format('REVOKE EXECUTE ON ROUTINE %%s FROM PUBLIC', p.oid::regprocedure))) s(n, statement)
                WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ '^(%s)$'
                  AND has_function_privilege('public', p.oid, 'EXECUTE')
                ORDER BY p.oid, s.n
                """
                        .formatted(names));
    }

    /** Revoking a table's SELECT takes its columns' along, so those that stay are granted after. */
    private static Hardening columns(String id, String closes, String table, String hidden) {
        return new Hardening(
                id,
                closes,
                "the columns '" + hidden + "' of " + table,
                """
                SELECT s.statement FROM pg_class c,
                  LATERAL (VALUES (1, format('GRANT SELECT ON pg_catalog.%%I TO domicile_applications', c.relname)),
                    (2, format('REVOKE SELECT ON pg_catalog.%%I FROM PUBLIC', c.relname)),
                    (3, format('GRANT SELECT (%%s) ON pg_catalog.%%I TO PUBLIC',
                      (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
                       WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname NOT IN ('%2$s')), c.relname))) s(n, statement)
                WHERE c.oid = 'pg_catalog.%1$s'::regclass
                  AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('%2$s')
                    AND has_column_privilege('public', c.oid, a.attnum, 'SELECT'))
                ORDER BY s.n
                """
                        .formatted(table, hidden));
    }
}
