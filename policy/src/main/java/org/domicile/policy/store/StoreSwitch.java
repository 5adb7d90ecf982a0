package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.domicile.plan.StoreNames;

/** The one transaction in which readers change over from the plan in force to the next. */
final class StoreSwitch {
    /** Above all audience roles: may connect, and may run the transforms. */
    static final String AUDIENCES_ROLE = "domicile_audiences";

    private final Connection connection;
    private final String secret;
    private final Plan plan;
    private final Roster roster;
    private final StorePlanner.Computation todo;
    private final boolean repairing;
    private final long version;
    private final Set<String> built;
    private final Map<String, Long> versions;
    private final int serverVersion;

    StoreSwitch(
            Connection connection,
            String secret,
            Plan plan,
            Roster roster,
            StorePlanner.Computation todo,
            boolean repair)
            throws SQLException {
        this.connection = connection;
        this.secret = secret;
        this.plan = plan;
        this.roster = roster;
        this.todo = todo;
        this.repairing = repair && !todo.shown().drift().isEmpty();
        this.version = todo.shown().version() + 1;
        this.built = new TreeSet<>(todo.rewritten());
        if (repairing) {
            plan.audiences().forEach(audience -> built.add(audience.name()));
        }
        this.versions = StoreApplier.versions(todo, built, version);
        this.serverVersion = connection.getMetaData().getDatabaseMajorVersion();
    }

    long version() {
        return version;
    }

    /** The audiences whose views have to be built before. */
    List<AudienceSchema> building() {
        return todo.schemas().stream()
                .filter(schema -> built.contains(schema.audience().name()))
                .toList();
    }

    /** Roles that hold nothing yet; views are granted to them while they are built. */
    void makeAudienceRoles() throws SQLException {
        Session.transaction(
                connection,
                () -> {
                    for (String role : todo.wanted().audiences()) {
                        if (!todo.existing().audiences().contains(role)) {
                            Session.execute(
                                    connection,
                                    StoreRoles.createAudience(role),
                                    StoreRoles.grantMembership(
                                            AUDIENCES_ROLE, role, serverVersion));
                        }
                    }
                    return true;
                });
    }

    /** The identities of the login roles whose sessions must end once the switch is done. */
    Set<Long> affectedRoles() throws SQLException {
        Set<Long> oids = new HashSet<>();
        for (Map.Entry<String, String> login : todo.existing().logins().entrySet()) {
            boolean stays = todo.wanted().logins().containsKey(login.getKey());
            if (!stays || built.contains(login.getValue()) || todo.newSecret()) {
                Session.queryStrings(
                                connection,
                                "SELECT oid FROM pg_catalog.pg_roles WHERE rolname = "
                                        + SqlText.text(login.getKey()))
                        .forEach(oid -> oids.add(Long.valueOf(oid)));
            }
        }
        return oids;
    }

    /** Does it; returns the schemas nobody uses any more. */
    List<String> run() throws SQLException {
        List<String> old = new ArrayList<>();
        moveGrants(old);
        loginRoles();
        dropAudienceRoles();
        if (repairing) {
            Session.execute(connection, RoleRepair.statements(todo.shown().drift()));
        }
        List<String> schemas = new ArrayList<>();
        for (AudienceSchema schema : todo.schemas()) {
            String audience = schema.audience().name();
            schemas.addAll(schema.schemas(versions.getOrDefault(audience, version)));
        }
        StoreImage.take(connection, schemas);
        readBack();
        StoreImage.record(connection);
        Map<String, String> definitions = new TreeMap<>();
        todo.schemas().forEach(s -> definitions.put(s.audience().name(), s.definition()));
        AppliedPlan applied =
                new AppliedPlan(version, plan, roster, versions, StoreImage.digest(connection));
        new StoreRecord(applied, definitions, StoreRoles.secretCheck(secret)).write(connection);
        return old;
    }

    private void moveGrants(List<String> old) throws SQLException {
        List<String> statements = new ArrayList<>();
        statements.add("SET LOCAL ROLE " + SqlText.name(StoreNames.OWNER_ROLE));
        for (AudienceSchema schema : building()) {
            statements.add(
                    "GRANT USAGE ON SCHEMA %s TO %s"
                            .formatted(
                                    SqlText.names(schema.schemas(version)),
                                    SqlText.name(
                                            StoreNames.audienceRole(schema.audience().name()))));
        }
        Map<String, Long> before =
                todo.record().map(r -> r.applied().audienceVersions()).orElse(Map.of());
        for (Map.Entry<String, Long> entry : before.entrySet()) {
            String audience = entry.getKey();
            if (entry.getValue().equals(versions.get(audience))) {
                continue;
            }
            String from = SqlText.name(StoreNames.audienceRole(audience));
            for (String schema :
                    List.of(
                            StoreNames.schema(audience, entry.getValue()),
                            StoreNames.subjectSchema(audience, entry.getValue()))) {
                if (!schemaExists(schema)) {
                    continue;
                }
                old.add(schema);
                statements.add("REVOKE ALL ON SCHEMA " + SqlText.name(schema) + " FROM " + from);
                if (!versions.containsKey(audience)) {
                    // Else the role could not be dropped below.
                    statements.add(
                            "REVOKE ALL ON ALL TABLES IN SCHEMA "
                                    + SqlText.name(schema)
                                    + " FROM "
                                    + from);
                }
            }
        }
        statements.add("SET LOCAL ROLE NONE");
        Session.execute(connection, statements);
    }

    private boolean schemaExists(String schema) throws SQLException {
        return Session.queryBoolean(
                connection,
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s)"
                        .formatted(SqlText.text(schema)));
    }

    private void loginRoles() throws SQLException {
        List<String> statements = new ArrayList<>();
        Map<String, String> existing = new TreeMap<>(todo.existing().logins());
        for (String role : RoleRepair.logins(repairing, todo.shown().drift())) {
            if (existing.remove(role) != null) {
                statements.add("DROP ROLE " + SqlText.name(role));
            }
        }
        for (Map.Entry<String, String> login : todo.wanted().logins().entrySet()) {
            String role = login.getKey();
            String audience = login.getValue();
            boolean isNew = existing.remove(role) == null;
            if (isNew) {
                statements.add(todo.wanted().createLogin(role, secret));
                statements.add(
                        StoreRoles.grantMembership(
                                StoreNames.audienceRole(audience), role, serverVersion));
            } else if (todo.newSecret()) {
                statements.add(StoreRoles.setPassword(role, secret));
            }
            if (isNew || built.contains(audience)) {
                statements.addAll(
                        StoreRoles.settings(role, StoreApplier.schema(versions, audience)));
            }
        }
        existing.keySet().forEach(gone -> statements.add("DROP ROLE " + SqlText.name(gone)));
        Session.execute(connection, statements);
    }

    private void dropAudienceRoles() throws SQLException {
        for (String role : todo.existing().audiences()) {
            if (!todo.wanted().audiences().contains(role)) {
                Session.execute(connection, "DROP ROLE " + SqlText.name(role));
            }
        }
    }

    /** Compares what the catalogue now says with what the plan decides. */
    private void readBack() throws SQLException {
        Map<StoreImage.Key, String> wanted = ExpectedImage.of(todo, versions, serverVersion);
        Map<StoreImage.Key, String> found = StoreImage.decided(connection);
        List<String> differences = new ArrayList<>();
        Set<StoreImage.Key> keys = new TreeSet<>(wanted.keySet());
        keys.addAll(found.keySet());
        for (StoreImage.Key key : keys) {
            String want = wanted.get(key);
            String have = found.get(key);
            if (want == null || !want.equals(have)) {
                differences.add(
                        new Drift(key.kind(), key.object(), key.property(), want, have).text());
            }
        }
        if (repairing) {
            // Only init, or a superuser, may put these right.
            StoreImage.drift(connection).stream()
                    .filter(drift -> !drift.object().startsWith("dom_"))
                    .filter(drift -> !drift.kind().equals("table"))
                    .forEach(drift -> differences.add(drift.text()));
        }
        if (!differences.isEmpty()) {
            throw new StoreException(
                    StoreException.Reason.READ_BACK,
                    "the store does not become what the plan says; nothing was switched",
                    differences,
                    "Put these right as a superuser (or run domicile init again), then apply.");
        }
    }
}
