package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.plan.StoreNames;

/**
 * Prepares a store for Domicile, once, as a superuser or the best role there is: makes Domicile's
 * own roles and its schema, gives the rights that plan and apply need, and takes from PUBLIC what a
 * reader must not have. Running it again does what is still to do, for tables and roles that came
 * since and for a new release's transforms.
 */
public final class StoreInit {
    private static final Map<String, String> ROLES = new LinkedHashMap<>();

    static {
        ROLES.put(StoreNames.OWNER_ROLE, "NOLOGIN");
        ROLES.put(StoreNames.KEYS_ROLE, "NOLOGIN");
        ROLES.put(Hardenings.APPLICATIONS_ROLE, "NOLOGIN");
        ROLES.put(StoreSwitch.AUDIENCES_ROLE, "NOLOGIN");
        ROLES.put(StoreNames.GATEWAY_ROLE, "LOGIN");
        ROLES.put(StoreNames.COMPILER_ROLE, "LOGIN CREATEROLE");
    }

    private final Connection connection;
    private final String secret;
    private final boolean superuser;

    private StoreInit(Connection connection, String secret, boolean superuser) {
        this.connection = connection;
        this.secret = secret;
        this.superuser = superuser;
    }

    /**
     * Prepares the store.
     *
     * @param admin a connection as a superuser, or as a role that owns the database and may create
     *     roles
     * @param secret the jurisdiction's store secret, from which passwords derive
     */
    public static InitReport run(Connection admin, String secret) throws SQLException {
        boolean superuser =
                Session.queryBoolean(
                        admin,
                        "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user");
        return new StoreInit(admin, secret, superuser).run();
    }

    private InitReport run() throws SQLException {
        List<InitReport.Item> items = new ArrayList<>();
        Session.transaction(
                connection,
                () -> {
                    makeRoles();
                    return true;
                });
        for (Hardening needed : Hardenings.NEEDED) {
            items.add(Session.transaction(connection, () -> settle(needed)));
        }
        Session.transaction(
                connection,
                () -> {
                    makeSchema();
                    return true;
                });
        for (Hardening taken : Hardenings.TAKEN) {
            items.add(Session.transaction(connection, () -> settle(taken)));
        }
        Session.transaction(
                connection,
                () -> {
                    renewRecord();
                    return true;
                });
        return new InitReport(superuser, items);
    }

    private void makeRoles() throws SQLException {
        for (Map.Entry<String, String> role : ROLES.entrySet()) {
            String name = SqlText.name(role.getKey());
            boolean exists =
                    Session.queryBoolean(
                            connection,
                            "SELECT to_regrole(%s) IS NOT NULL"
                                    .formatted(SqlText.text(role.getKey())));
            if (!exists) {
                Session.execute(connection, "CREATE ROLE " + name + " " + role.getValue());
            }
            if (role.getValue().startsWith("LOGIN")) {
                Session.execute(connection, StoreRoles.setPassword(role.getKey(), secret));
            }
            if (!superuser) {
                // To make objects as these roles; the role that made them may do so.
                Session.execute(connection, "GRANT " + name + " TO CURRENT_USER");
            }
        }
        if (!superuser) {
            return;
        }
        Session.execute(
                connection, "ALTER ROLE " + SqlText.name(StoreNames.COMPILER_ROLE) + " CREATEROLE");
    }

    private void makeSchema() throws SQLException {
        String owner = SqlText.name(StoreNames.OWNER_ROLE);
        String keys = SqlText.name(StoreNames.KEYS_ROLE);
        Session.execute(
                connection,
                "CREATE SCHEMA IF NOT EXISTS domicile AUTHORIZATION " + owner,
                "SET LOCAL ROLE " + owner,
                SqlText.resource("record.sql"),
                SqlText.resource("transforms.sql"),
                SqlText.resource("subjects.sql"),
                "GRANT USAGE, CREATE ON SCHEMA domicile TO " + keys,
                "SET LOCAL ROLE " + keys,
                SqlText.resource("pseudonym.sql"),
                SqlText.resource("subject_secret.sql"));
        narrowFunctions(StoreNames.KEYS_ROLE);
        Session.execute(
                connection,
                "SET LOCAL ROLE " + owner,
                "REVOKE CREATE ON SCHEMA domicile FROM " + keys);
        narrowFunctions(StoreNames.OWNER_ROLE);
        Session.execute(
                connection,
                "GRANT USAGE ON SCHEMA domicile TO " + SqlText.name(StoreNames.GATEWAY_ROLE),
                "GRANT SELECT ON domicile.applied_plan, domicile.audience_version,"
                        + " domicile.request, domicile.decision, domicile.grant_end, domicile.freeze,"
                        + " domicile.freeze_release, domicile.review TO "
                        + SqlText.name(StoreNames.GATEWAY_ROLE),
                "SET LOCAL ROLE NONE");
    }

    /**
     * As the owner of functions, leaves them to audiences, making keys to apply, and counting
     * people to the gateway.
     */
    private void narrowFunctions(String owner) throws SQLException {
        String functions =
                """
                SELECT format('REVOKE ALL ON FUNCTION %%1$s FROM PUBLIC; GRANT EXECUTE ON FUNCTION %%1$s TO %%2$I',
                  p.oid::regprocedure, CASE p.proname WHEN 'pseudonym_key_id' THEN '%s' WHEN 'count_subjects' THEN '%s' ELSE '%s' END)
                FROM pg_catalog.pg_proc p
                WHERE p.pronamespace = 'domicile'::regnamespace AND p.proowner = '%s'::regrole
                """
                        .formatted(
                                StoreNames.OWNER_ROLE,
                                StoreNames.GATEWAY_ROLE,
                                StoreSwitch.AUDIENCES_ROLE,
                                owner);
        Session.execute(connection, Session.queryStrings(connection, functions));
    }

    private InitReport.Item settle(Hardening item) throws SQLException {
        // The items' queries name catalogues unqualified; nothing else is on the path.
        List<String> open = Session.queryStrings(connection, item.open());
        if (open.isEmpty()) {
            return new InitReport.Item(item.id(), item.closes(), InitReport.Result.ALREADY, "");
        }
        for (String statement : open) {
            Savepoint before = connection.setSavepoint();
            try {
                Session.execute(connection, statement);
                connection.releaseSavepoint(before);
            } catch (SQLException e) {
                // Not permitted, or the server's own rule; the check below tells.
                connection.rollback(before);
            }
        }
        if (Session.queryStrings(connection, item.open()).isEmpty()) {
            return new InitReport.Item(item.id(), item.closes(), InitReport.Result.DONE, "");
        }
        String rests =
                item.required()
                        ? "not permitted: ask a superuser for what this " + item.closes()
                        : item.restsOnGate();
        return new InitReport.Item(
                item.id(), item.closes(), InitReport.Result.NOT_PERMITTED, rests);
    }

    /**
     * Where a plan is in force already, takes what init itself answers for (its roles, functions
     * and rights, not the audiences') over into the record, so that it does not count as drift.
     */
    private void renewRecord() throws SQLException {
        Session.execute(connection, "SET LOCAL ROLE " + SqlText.name(StoreNames.OWNER_ROLE));
        Optional<StoreRecord> record = StoreRecord.read(connection);
        if (record.isPresent()) {
            StoreImage.take(connection, record.get().schemas());
            Session.execute(
                    connection,
                    """
                    DELETE FROM domicile.catalogue_row WHERE object !~ '^dom_' AND kind <> 'table';
                    INSERT INTO domicile.catalogue_row SELECT * FROM pg_temp.domicile_image
                    WHERE object !~ '^dom_' AND kind <> 'table'
                    """);
        }
        Session.execute(connection, "SET LOCAL ROLE NONE");
    }
}
