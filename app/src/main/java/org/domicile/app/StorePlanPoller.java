package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.domicile.control.freeze.Freezes;
import org.domicile.gateway.session.AppliedPlans;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.StoreSubjects;
import org.domicile.policy.store.AppliedPlanReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plan a store has, looked at again every {@link #INTERVAL_MILLIS} by a thread of its own.
 * While the store cannot be asked there is no current plan, and sessions are refused (I7).
 */
final class StorePlanPoller implements AppliedPlans, AutoCloseable {
    static final long INTERVAL_MILLIS = 250;

    /** Grants are checked again each time it has looked so often: once a second. */
    private static final int LOOKS_A_GRANT_CHECK = 4;

    private static final Logger LOG = LoggerFactory.getLogger(StorePlanPoller.class);

    /** How old a count of people may be, and how long one may take. */
    private static final long COUNT_INTERVAL_MILLIS = 60_000;

    private static final int COUNT_TIMEOUT_MILLIS = 10_000;
    private static final String STATEMENT_CANCELLED = "57014";

    private final StoreLogins store;
    private final Thread thread;
    private int looks;
    private @Nullable Connection connection;
    private volatile @Nullable Served current;

    /** Of each table about people, as counted last. */
    private final Map<RelationName, Long> peopleHeld = new ConcurrentHashMap<>();

    private final Thread counter;
    private volatile boolean isClosed;

    private final GrantWatch grants;
    private final FreezeWatch freezes;

    private StorePlanPoller(StoreLogins store, GrantWatch grants, FreezeWatch freezes) {
        this.store = store;
        this.grants = grants;
        this.freezes = freezes;
        this.thread = Thread.ofVirtual().name("plan-" + store.jurisdiction()).unstarted(this::run);
        this.counter =
                Thread.ofVirtual().name("count-" + store.jurisdiction()).unstarted(this::count);
    }

    /**
     * Reads the plan once and keeps looking.
     *
     * @throws CommandFailure when the store cannot be reached or has no plan
     */
    static StorePlanPoller start(StoreLogins store, GrantWatch grants, FreezeWatch freezes) {
        StorePlanPoller poller = new StorePlanPoller(store, grants, freezes);
        try {
            poller.look();
        } catch (SQLException e) {
            throw new CommandFailure(
                    "cannot read the applied plan of \""
                            + store.jurisdiction()
                            + "\": "
                            + e.getMessage());
        }
        poller.thread.start();
        poller.counter.start();
        return poller;
    }

    @Override
    public Served current() {
        Served plan = current;
        if (plan == null) {
            throw new IllegalStateException(
                    "the applied plan of \"" + store.jurisdiction() + "\" cannot be read");
        }
        return plan;
    }

    private void run() {
        while (!isClosed) {
            try {
                Thread.sleep(INTERVAL_MILLIS);
                look();
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | RuntimeException e) {
                if (current != null && !isClosed) {
                    LOG.error(
                            "the plan of {} cannot be read, refusing its sessions: {}",
                            store.jurisdiction(),
                            e.getMessage());
                }
                current = null;
                disconnect();
            }
        }
    }

    private void look() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = store.asGateway();
            connection = open;
        }
        Freezes frozen = freezes.follow(open);
        Served known = current;
        if (known == null || AppliedPlanReader.currentVersion(open) != known.applied().version()) {
            AppliedPlan applied =
                    AppliedPlanReader.read(open)
                            .orElseThrow(() ->
                                    new CommandFailure(
                                            "the store of \""
                                                    + store.jurisdiction()
                                                    + "\" has no plan yet: run `domicile apply`"));
            // Empty while a plan newer than this one is put in force: the next look finds it.
            Optional<StoreSubjects> subjects = AppliedPlanReader.readSubjects(open, applied);
            if (subjects.isPresent()) {
                Set<String> refused = grants.follow(open, applied);
                current = new Served(applied, subjects.get(), this::peopleHeldIn, refused, frozen);
            }
            if (current == null) {
                throw new CommandFailure(
                        "the store of \""
                                + store.jurisdiction()
                                + "\" was made by an older release: run `domicile init` and"
                                + " `domicile apply` again");
            }
            LOG.info("{} serves plan version {}", store.jurisdiction(), applied.version());
        } else {
            boolean isTime = ++looks % LOOKS_A_GRANT_CHECK == 0;
            Set<String> refused =
                    isTime ? grants.follow(open, known.applied()) : known.refusedGrants();
            if (!refused.equals(known.refusedGrants()) || !frozen.equals(known.freezes())) {
                current =
                        new Served(
                                known.applied(),
                                known.subjects(),
                                known.peopleHeld(),
                                refused,
                                frozen);
            }
        }
    }

    private OptionalLong peopleHeldIn(RelationName table) {
        Long people = peopleHeld.get(table);
        return people == null ? OptionalLong.empty() : OptionalLong.of(people);
    }

    /** Counts, now and then, how many people each table is about, with a connection of its own. */
    private void count() {
        while (!isClosed) {
            try (Connection own = store.asGateway()) {
                for (Plan.Table table : current().applied().plan().tables()) {
                    count(own, table);
                }
            } catch (SQLException | RuntimeException e) {
                LOG.debug("people of {} not counted", store.jurisdiction(), e);
            }
            try {
                Thread.sleep(COUNT_INTERVAL_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void count(Connection own, Plan.Table table) throws SQLException {
        if (table.subjects().isEmpty() || isClosed) {
            return;
        }
        try {
            AppliedPlanReader.countSubjects(own, table.name(), COUNT_TIMEOUT_MILLIS)
                    .ifPresentOrElse(
                            people -> peopleHeld.put(table.name(), people),
                            () -> peopleHeld.remove(table.name()));
        } catch (SQLException e) {
            peopleHeld.remove(table.name()); // too many to be counted in the time: told by none
            if (!STATEMENT_CANCELLED.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing a broken connection failed", e);
            }
        }
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        counter.interrupt();
        try {
            thread.join();
            counter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disconnect();
    }
}
