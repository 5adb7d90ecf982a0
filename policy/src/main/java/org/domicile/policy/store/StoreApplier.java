package org.domicile.policy.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.domicile.plan.StoreNames;

/**
 * Makes a store be what a plan says.
 *
 * <p>New views are built aside, in schemas that no reader may use yet, in transactions of bounded
 * size: 20,000 views in one would need more locks than a server has by default. Then one
 * transaction switches everything a reader can notice (grants, login roles, search paths, the
 * record) and reads the catalogue back before it commits. Then old sessions are ended and old
 * schemas dropped. Stopped at any point, the store is wholly before or wholly after the switch, and
 * the next apply removes what was left over.
 */
public final class StoreApplier {
    /** "domicile" in ASCII: one apply at a time in a store. */
    private static final long APPLY_LOCK = 0x646f6d6963696c65L;

    private final Connection connection;
    private final String secret;
    private final boolean repair;
    private final Consumer<Progress> progress;

    private StoreApplier(
            Connection connection, String secret, boolean repair, Consumer<Progress> progress) {
        this.connection = connection;
        this.secret = secret;
        this.repair = repair;
        this.progress = progress;
    }

    /** How far an apply is: {@code done} of {@code total} views of what {@code step} names. */
    public record Progress(String step, int done, int total) {}

    /**
     * What was done.
     *
     * @param planned what was found to do
     * @param version the plan now in force
     * @param sessionsEnded how many sessions of login roles were ended
     * @param leftovers old schemas that somebody held on to; nobody may read them, and the next
     *     apply drops them
     */
    public record Applied(
            StorePlan planned, long version, int sessionsEnded, List<String> leftovers) {
        public Applied {
            leftovers = List.copyOf(leftovers);
        }

        public boolean changed() {
            return planned.version() != version;
        }
    }

    /**
     * Applies.
     *
     * @param compiler a connection as {@code domicile_compiler} that nobody else uses meanwhile
     * @param secret the jurisdiction's store secret, from which passwords derive
     * @param repair whether to make anew what drifted, where {@code domicile_compiler} may
     * @throws StoreException where it refuses; then nothing a reader can notice has changed
     */
    public static Applied apply(
            Connection compiler,
            Plan plan,
            Roster roster,
            String secret,
            boolean repair,
            Consumer<Progress> progress)
            throws SQLException {
        return new StoreApplier(compiler, secret, repair, progress).apply(plan, roster);
    }

    private Applied apply(Plan plan, Roster roster) throws SQLException {
        StorePlanner.Computation todo =
                Session.transaction(
                        connection, () -> StorePlanner.compute(connection, plan, roster, secret));
        refuse(todo.shown());
        if (todo.shown().upToDate()) {
            return new Applied(todo.shown(), todo.shown().version(), 0, List.of());
        }
        if (!Session.queryBoolean(
                connection, "SELECT pg_catalog.pg_try_advisory_lock(" + APPLY_LOCK + ")")) {
            throw new StoreException(
                    StoreException.Reason.BUSY,
                    "another apply is running on this store",
                    List.of(),
                    "Wait for it to end, then look at the plan again.");
        }
        try {
            return applyLocked(plan, roster);
        } finally {
            if (!connection.isClosed()) {
                Session.queryBoolean(
                        connection, "SELECT pg_catalog.pg_advisory_unlock(" + APPLY_LOCK + ")");
            }
        }
    }

    /** Looks again, for what was seen without the lock may be another's work by now. */
    private Applied applyLocked(Plan plan, Roster roster) throws SQLException {
        StorePlanner.Computation todo =
                Session.transaction(
                        connection, () -> StorePlanner.compute(connection, plan, roster, secret));
        refuse(todo.shown());
        if (todo.shown().upToDate()) {
            return new Applied(todo.shown(), todo.shown().version(), 0, List.of());
        }
        ViewBuilder builder = new ViewBuilder(connection, progress);
        List<String> leftovers = new ArrayList<>(builder.drop(todo.leftovers()));
        StoreSwitch storeSwitch = new StoreSwitch(connection, secret, plan, roster, todo, repair);
        storeSwitch.makeAudienceRoles();
        builder.build(storeSwitch.building(), storeSwitch.version());
        Set<Long> affected = new TreeSet<>(storeSwitch.affectedRoles());
        List<String> old = Session.transaction(connection, storeSwitch::run);
        int ended = endSessions(affected);
        leftovers.addAll(builder.drop(old));
        return new Applied(todo.shown(), storeSwitch.version(), ended, leftovers);
    }

    private void refuse(StorePlan shown) {
        if (!shown.problems().isEmpty()) {
            throw new StoreException(
                    StoreException.Reason.PROBLEMS,
                    "the plan does not fit the store",
                    shown.problems().stream().map(Problem::text).toList(),
                    "Put domicile.yaml right and try again.");
        }
        if (!shown.drift().isEmpty() && !repair) {
            throw new StoreException(
                    StoreException.Reason.DRIFT,
                    "the store was changed behind Domicile's back",
                    shown.drift().stream().map(Drift::text).toList(),
                    "Find out who did it and why; then apply with repair to undo it.");
        }
    }

    /** Ends every session of the roles, also of roles that are gone by now. */
    private int endSessions(Set<Long> roles) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        """
                        SELECT count(pg_catalog.pg_terminate_backend(a.pid))
                        FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = ANY (?)
                        """)) {
            Array oids = connection.createArrayOf("oid", roles.toArray());
            statement.setArray(1, oids);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** The versions of the audiences' schemas once the switch is done. */
    static Map<String, Long> versions(StorePlanner.Computation todo, Set<String> built, long next) {
        Map<String, Long> versions = new HashMap<>();
        Map<String, Long> before =
                todo.record().map(r -> r.applied().audienceVersions()).orElse(Map.of());
        for (AudienceSchema schema : todo.schemas()) {
            String name = schema.audience().name();
            versions.put(name, built.contains(name) ? next : before.getOrDefault(name, next));
        }
        return versions;
    }

    static String schema(Map<String, Long> versions, String audience) {
        return StoreNames.schema(audience, versions.getOrDefault(audience, 0L));
    }
}
