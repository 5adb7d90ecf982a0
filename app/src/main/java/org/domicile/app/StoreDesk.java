package org.domicile.app;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import org.domicile.console.site.Desk;
import org.domicile.console.site.DeskClosedException;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.UnfitException;
import org.domicile.plan.Plan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store keeps of requests and freezes, for the console: read anew each time, as the login
 * for requests, over connections that are kept for a while.
 */
final class StoreDesk implements Desk, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreDesk.class);

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
        return reading(acts -> acts.requests().stream().map(StoreGrants.Standing::state).toList());
    }

    @Override
    public long requestActs() throws DeskClosedException {
        return reading(SignedActs::written);
    }

    @Override
    public List<FreezeState> freezes() throws DeskClosedException {
        return reading(SignedActs::freezes);
    }

    @Override
    public void file(Request request, Entry filed) throws DeskClosedException, UnfitException {
        writing(acts -> acts.file(request, filed));
    }

    @Override
    public void decide(String request, Entry entry) throws DeskClosedException, UnfitException {
        writing(acts -> acts.decide(find(acts, request), entry));
    }

    @Override
    public void review(String request, Entry entry) throws DeskClosedException, UnfitException {
        writing(acts -> {
            acts.review(find(acts, request), entry);
            return request;
        });
    }

    @Override
    public void freeze(Freeze freeze, Entry frozen) throws DeskClosedException, UnfitException {
        writing(acts -> acts.freeze(freeze, frozen));
    }

    @Override
    public void unfreeze(String freeze, Entry entry) throws DeskClosedException, UnfitException {
        writing(acts -> {
            for (FreezeRecord found : acts.freezes(freeze)) {
                if (found.digest().equals(freeze)) {
                    return acts.unfreeze(found, entry);
                }
            }
            throw new UnfitException("there is no such freeze");
        });
    }

    private static StoreGrants.Standing find(SignedActs acts, String request)
            throws SQLException, UnfitException {
        for (StoreGrants.Standing standing : acts.requests()) {
            if (standing.found().digest().equals(request)) {
                return standing;
            }
        }
        throw new UnfitException("there is no such request");
    }

    /** What is done with one connection. */
    private interface Reading<T> {
        T with(SignedActs acts) throws SQLException;
    }

    /** Likewise, where it may be refused. */
    private interface Writing<T> {
        T with(SignedActs acts) throws SQLException, UnfitException;
    }

    private <T> T reading(Reading<T> reading) throws DeskClosedException {
        try {
            return writing(reading::with);
        } catch (UnfitException e) {
            throw new IllegalStateException("what is only read cannot be unfit", e);
        }
    }

    private <T> T writing(Writing<T> writing) throws DeskClosedException, UnfitException {
        try (Connection connection = connections.getConnection()) {
            return writing.with(new SignedActs(connection, store, plan.get(), deciders.get()));
        } catch (SQLException | CommandFailure e) {
            LOG.warn("the store of {} cannot be asked: {}", store.jurisdiction(), e.getMessage());
            throw new DeskClosedException(
                    "the store of " + store.jurisdiction() + " cannot be asked");
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
