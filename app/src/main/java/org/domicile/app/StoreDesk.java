package org.domicile.app;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.domicile.console.site.Desk;
import org.domicile.console.site.DeskClosedException;
import org.domicile.control.freeze.FreezeApproval;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.request.GrantApproval;
import org.domicile.control.request.RequestState;
import org.domicile.plan.Plan;

/**
 * What a store keeps of requests and freezes, for the console: read anew each time, as the login
 * for requests, over connections that are kept for a while.
 */
final class StoreDesk implements Desk, AutoCloseable {
    private final StoreLogins store;
    private final HikariDataSource connections;
    private final Supplier<Plan> plan;
    private final Supplier<StoreGrants.Deciders> deciders;

    /**
     * @param plan that requests have to fit
     * @param deciders as the organisation is now
     */
    StoreDesk(StoreLogins store, Supplier<Plan> plan, Supplier<StoreGrants.Deciders> deciders) {
        this.store = store;
        this.connections = store.requesterPool();
        this.plan = plan;
        this.deciders = deciders;
    }

    String jurisdiction() {
        return store.jurisdiction();
    }

    @Override
    public List<RequestState> requests() throws DeskClosedException {
        try (Connection connection = connections.getConnection()) {
            GrantApproval approval = deciders.get().approval();
            Instant now = Instant.now();
            return new RequestStore(connection, store.jurisdiction())
                    .read().stream().map(found -> approval.check(plan.get(), found, now)).toList();
        } catch (SQLException | CommandFailure e) {
            throw closed();
        }
    }

    @Override
    public long requestActs() throws DeskClosedException {
        try (Connection connection = connections.getConnection()) {
            return new RequestStore(connection, store.jurisdiction()).acts();
        } catch (SQLException | CommandFailure e) {
            throw closed();
        }
    }

    @Override
    public List<FreezeState> freezes() throws DeskClosedException {
        try (Connection connection = connections.getConnection()) {
            FreezeStore rows = new FreezeStore(connection, store.jurisdiction());
            List<FreezeRecord> found = new ArrayList<>(rows.read());
            found.addAll(rows.unreviewed());
            StoreGrants.Deciders now = deciders.get();
            FreezeApproval approval = new FreezeApproval(now.organisation(), now.independence());
            Map<String, FreezeState> states = new TreeMap<>();
            for (FreezeRecord record : found) {
                states.put(
                        record.digest(),
                        approval.check(
                                store.jurisdiction(), record, record.isByRule(), Instant.now()));
            }
            return List.copyOf(states.values());
        } catch (SQLException | CommandFailure e) {
            throw closed();
        }
    }

    @Override
    public void close() {
        connections.close();
    }

    private DeskClosedException closed() {
        return new DeskClosedException("the store of " + store.jurisdiction() + " cannot be asked");
    }
}
