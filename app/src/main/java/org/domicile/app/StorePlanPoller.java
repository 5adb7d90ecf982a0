package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import org.domicile.gateway.session.AppliedPlans;
import org.domicile.plan.AppliedPlan;
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

    private static final Logger LOG = LoggerFactory.getLogger(StorePlanPoller.class);

    private final StoreLogins store;
    private final Thread thread;
    private @Nullable Connection connection;
    private volatile @Nullable AppliedPlan current;
    private volatile boolean isClosed;

    private StorePlanPoller(StoreLogins store) {
        this.store = store;
        this.thread = Thread.ofVirtual().name("plan-" + store.jurisdiction()).unstarted(this::run);
    }

    /**
     * Reads the plan once and keeps looking.
     *
     * @throws CommandFailure when the store cannot be reached or has no plan
     */
    static StorePlanPoller start(StoreLogins store) {
        StorePlanPoller poller = new StorePlanPoller(store);
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
        return poller;
    }

    @Override
    public AppliedPlan current() {
        AppliedPlan plan = current;
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
        AppliedPlan known = current;
        if (known == null || AppliedPlanReader.currentVersion(open) != known.version()) {
            current =
                    AppliedPlanReader.read(open)
                            .orElseThrow(() ->
                                    new CommandFailure(
                                            "the store of \""
                                                    + store.jurisdiction()
                                                    + "\" has no plan yet: run `domicile apply`"));
            LOG.info("{} serves plan version {}", store.jurisdiction(), current().version());
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
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disconnect();
    }
}
