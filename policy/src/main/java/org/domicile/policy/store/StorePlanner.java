package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;

/** Says what an apply would do to a store, and changes nothing. */
public final class StorePlanner {
    private StorePlanner() {}

    /**
     * Compares a plan and its roster with the store.
     *
     * @param compiler a connection as {@code domicile_compiler} that nobody else uses meanwhile
     * @param secret the jurisdiction's store secret, from which passwords derive
     * @throws StoreException where the store was never prepared
     */
    public static StorePlan plan(Connection compiler, Plan plan, Roster roster, String secret)
            throws SQLException {
        return Session.transaction(compiler, () -> compute(compiler, plan, roster, secret).shown());
    }

    /**
     * What would keep a plan out of a store, as far as the catalogue tells whoever may read nothing
     * else: of a type that they may not use, values are taken to fit.
     *
     * @param connection as whichever role
     */
    public static List<Problem> problems(Connection connection, Plan plan, Roster roster)
            throws SQLException {
        return Session.transaction(
                connection,
                () -> {
                    Map<RelationName, Catalogue.Table> store = Catalogue.read(connection).byName();
                    List<Problem> problems = new ArrayList<>(PlanFit.problems(plan, roster, store));
                    problems.addAll(RowFilter.unfit(connection, plan, roster, store));
                    return problems;
                });
    }

    /**
     * A plan with what an apply needs to carry it out.
     *
     * @param schemas every audience's views
     * @param rewritten the audiences whose views are not those in force
     * @param leftovers schemas of views that no audience uses any more
     */
    record Computation(
            StorePlan shown,
            Optional<StoreRecord> record,
            List<AudienceSchema> schemas,
            Set<String> rewritten,
            StoreRoles wanted,
            StoreRoles existing,
            boolean newSecret,
            List<String> leftovers) {}

    static Computation compute(Connection connection, Plan plan, Roster roster, String secret)
            throws SQLException {
        requireInitialised(connection);
        Optional<StoreRecord> record = StoreRecord.read(connection, plan, roster);
        Map<RelationName, Catalogue.Table> store = Catalogue.read(connection).byName();
        List<Problem> problems = new ArrayList<>(PlanFit.problems(plan, roster, store));
        problems.addAll(RowFilter.unfit(connection, plan, roster, store));
        Map<RelationName, Plan.Table> classified =
                plan.tables().stream()
                        .collect(Collectors.toMap(Plan.Table::name, Function.identity()));
        List<AudienceSchema> schemas = new ArrayList<>();
        for (Plan.Audience audience : plan.audiences()) {
            schemas.add(AudienceSchema.of(plan, audience, roster, store, problems));
        }
        Set<String> rewritten = new TreeSet<>();
        for (AudienceSchema schema : schemas) {
            String name = schema.audience().name();
            if (record.isEmpty()
                    || !schema.definition().equals(record.get().definitions().get(name))) {
                rewritten.add(name);
            }
        }
        StoreRoles wanted = StoreRoles.wanted(plan, roster);
        StoreRoles existing = StoreRoles.existing(connection);
        boolean newSecret =
                record.isPresent()
                        && !record.get().secretCheck().equals(StoreRoles.secretCheck(secret));
        List<String> leftovers = leftovers(connection, record);

        List<Drift> drift = List.of();
        boolean newDigest = false;
        if (record.isPresent()) {
            StoreImage.take(connection, record.get().schemas());
            drift = StoreImage.drift(connection);
            newDigest =
                    drift.isEmpty()
                            && !StoreImage.digest(connection)
                                    .equals(record.get().applied().catalogueDigest());
        }
        List<Change> changes =
                new ArrayList<>(
                        PlanDifference.changes(
                                record.map(StoreRecord::applied), plan, roster, rewritten));
        changes.addAll(PlanDifference.roles(wanted, existing));
        if (newSecret) {
            changes.add(Change.change("passwords of all login roles: the store secret is new"));
        }
        if (newDigest) {
            changes.add(Change.change("transforms and hardening, as init left them"));
        }
        leftovers.forEach(s -> changes.add(Change.remove("schema " + s + ", left over")));

        StorePlan shown =
                new StorePlan(
                        plan.jurisdiction(),
                        record.map(r -> r.applied().version()).orElse(0L),
                        changes,
                        problems,
                        drift,
                        PlanFit.unclassified(classified, store),
                        PlanFit.notes(plan, store));
        return new Computation(
                shown, record, schemas, rewritten, wanted, existing, newSecret, leftovers);
    }

    private static void requireInitialised(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT to_regclass('domicile.subject_key') IS NOT NULL")) {
            row.next();
            if (!row.getBoolean(1)) {
                throw new StoreException(
                        StoreException.Reason.NOT_INITIALISED,
                        "this store was not prepared for this release of Domicile",
                        List.of(),
                        "Run domicile init on it, as a superuser or its owner.");
            }
        }
    }

    private static List<String> leftovers(Connection connection, Optional<StoreRecord> record)
            throws SQLException {
        Set<String> used = new TreeSet<>(record.map(StoreRecord::schemas).orElse(List.of()));
        List<String> leftovers = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                """
                                SELECT n.nspname FROM pg_catalog.pg_namespace n
                                JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner
                                WHERE n.nspname ~ '^dom_[a-z0-9_]+_v[0-9]+(_subjects)?$' AND r.rolname = 'domicile_owner'
                                ORDER BY 1
                                """)) {
            while (row.next()) {
                if (!used.contains(row.getString(1))) {
                    leftovers.add(row.getString(1));
                }
            }
        }
        return leftovers;
    }
}
