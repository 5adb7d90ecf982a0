package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.domicile.control.freeze.BreakGlass;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeApproval;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.plan.Plan;

/**
 * What people sign about requests and freezes of one store, for the command line and the console
 * alike: each act is written once it was found to count, and one that does not is refused with the
 * reason.
 */
final class SignedActs {
    private final Connection connection;
    private final StoreLogins store;
    private final Plan plan;
    private final StoreGrants.Deciders deciders;

    /**
     * @param connection as the login for requests
     * @param plan that requests have to fit
     */
    SignedActs(Connection connection, StoreLogins store, Plan plan, StoreGrants.Deciders deciders) {
        this.connection = connection;
        this.store = store;
        this.plan = plan;
        this.deciders = deciders;
    }

    static SignedActs of(Connection connection, PolicyOptions.Target target) {
        return new SignedActs(connection, target.store(), target.plan(), target.deciders());
    }

    private StoreGrants grants() {
        return StoreGrants.desk(connection, store, plan, deciders);
    }

    private FreezeStore freezeStore() {
        return new FreezeStore(connection, store.jurisdiction());
    }

    /** Every request of the last days, oldest first. */
    List<StoreGrants.Standing> requests() throws SQLException {
        return grants().standings();
    }

    /** A number that changes whenever something is written about requests. */
    long written() throws SQLException {
        return grants().store().acts();
    }

    /** The audiences of grants that the store's plan in force has. */
    Set<String> grantsInStore() throws SQLException {
        return grants().store().grantsInStore();
    }

    /**
     * Files a request.
     *
     * @param filed its requester's
     */
    RequestState file(Request request, Entry filed) throws SQLException, UnfitException {
        RequestRecord record =
                new RequestRecord(
                        request.digest(), request.toJson(), filed.note(), List.of(), List.of());
        RequestState state = deciders.approval().check(plan, record, Instant.now());
        if (state instanceof RequestState.Refused refused) {
            throw new UnfitException(
                    "this cannot be granted, whoever approves it: " + refused.why());
        }
        if (!request.requester().equals(filed.by())) {
            throw new UnfitException("a request is filed by who asks");
        }
        Optional<String> problem = grants().problem(request);
        if (problem.isPresent()) {
            throw new UnfitException("the store cannot show this: " + problem.get());
        }
        grants().store().file(record.digest(), record.document(), record.note());
        return state;
    }

    /**
     * Approves, denies or ends.
     *
     * @param found as the store has it
     * @return where it stands now
     */
    RequestState decide(StoreGrants.Standing found, Entry entry)
            throws SQLException, UnfitException {
        requireOpen(found.state());
        boolean isEnd = kind(entry) == SignedAct.Kind.END;
        RequestRecord record =
                isEnd ? found.found().withEnd(entry) : found.found().withDecision(entry);
        RequestState after = deciders.approval().check(plan, record, Instant.now());
        requireCounts(found.state(), after, entry.by());
        RequestStore rows = grants().store();
        if (isEnd) {
            rows.end(record.digest(), entry);
        } else {
            rows.decide(record.digest(), entry);
        }
        return after;
    }

    private static SignedAct.Kind kind(Entry entry) throws UnfitException {
        try {
            return SignedAct.parse(entry.note()).kind();
        } catch (NoteFormatException e) {
            throw new UnfitException(String.valueOf(e.getMessage()));
        }
    }

    /** Whether there is anything to decide. */
    static void requireOpen(RequestState before) throws UnfitException {
        switch (before) {
            case RequestState.Open _, RequestState.Approved _ -> {}
            case RequestState.Refused refused ->
                    throw new UnfitException("this request does not count: " + refused.why());
            case RequestState.Denied _, RequestState.Ended _, RequestState.Expired _ ->
                    throw new UnfitException(
                            "the request is " + before.word() + "; there is nothing to decide");
        }
    }

    /** Somebody who may not is told why, and nothing is written. */
    private static void requireCounts(RequestState before, RequestState after, String by)
            throws UnfitException {
        if (after instanceof RequestState.Ended ended && ended.by().equals(by)) {
            return;
        }
        // Others may have written rows under this name, which do not count and stand for nothing.
        List<String> discounted = discounted(after, by);
        discounted(before, by).forEach(discounted::remove);
        if (!discounted.isEmpty()) {
            throw new UnfitException(discounted.getLast());
        }
    }

    private static List<String> discounted(RequestState state, String by) {
        List<String> why = new ArrayList<>();
        if (state instanceof RequestState.Genuine genuine) {
            genuine.discounted().stream()
                    .filter(discounted -> discounted.by().equals(by))
                    .map(RequestState.Discounted::why)
                    .forEach(why::add);
        }
        return why;
    }

    /** The use of break-glass that a request is. */
    static Request breakGlass(StoreGrants.Standing found) throws UnfitException {
        if (found.state() instanceof RequestState.Genuine genuine
                && genuine.request().isBreakGlass()) {
            return genuine.request();
        }
        throw new UnfitException("that is no genuine use of break-glass; nothing to review");
    }

    /** Keeps that a use of break-glass was looked into. */
    void review(StoreGrants.Standing found, Entry entry) throws SQLException, UnfitException {
        Request reviewed = breakGlass(found);
        List<String> approvers = found.found().decisions().stream().map(Entry::by).toList();
        var _ =
                BreakGlass.review(
                        deciders.organisation(),
                        deciders.independence(),
                        reviewed,
                        approvers,
                        entry,
                        Instant.now());
        freezeStore().review(reviewed.digest(), entry);
    }

    /** Every freeze that the store has or that follows from it, each checked, oldest first. */
    List<FreezeState> freezes() throws SQLException {
        List<FreezeState> states = new ArrayList<>();
        for (FreezeRecord found : freezeRows()) {
            states.add(check(found, found.isByRule()));
        }
        return states;
    }

    private List<FreezeRecord> freezeRows() throws SQLException {
        List<FreezeRecord> rows = new ArrayList<>(freezeStore().read());
        rows.addAll(freezeStore().unreviewed());
        return rows;
    }

    private FreezeState check(FreezeRecord found, boolean isKnown) {
        return new FreezeApproval(deciders.organisation(), deciders.independence())
                .check(store.jurisdiction(), found, isKnown, Instant.now());
    }

    /** Stops somebody, or everybody. */
    FreezeState freeze(Freeze freeze, Entry frozen) throws SQLException, UnfitException {
        FreezeRecord record = new FreezeRecord(freeze.digest(), freeze.toJson(), frozen, List.of());
        FreezeState state = check(record, false);
        if (state instanceof FreezeState.Refused refused) {
            throw new UnfitException(refused.why());
        }
        freezeStore().freeze(record);
        return state;
    }

    /** Genuine freezes whose digest begins so; who froze may have left since. */
    List<FreezeRecord> freezes(String digits) throws SQLException {
        // Rows that do not count may lie beside the one that does.
        Map<String, FreezeRecord> found = new TreeMap<>();
        for (FreezeRecord row : freezeRows()) {
            if (row.digest().startsWith(digits)
                    && !(check(row, true) instanceof FreezeState.Refused)) {
                found.putIfAbsent(row.digest(), row);
            }
        }
        return List.copyOf(found.values());
    }

    /** One that is in force, with what was agreed so far. */
    FreezeState.InForce inForce(FreezeRecord found) throws UnfitException {
        if (check(found, true) instanceof FreezeState.InForce inForce) {
            return inForce;
        }
        throw new UnfitException("the freeze is over; there is nothing to decide");
    }

    /** Agrees to the end of a freeze. */
    FreezeState unfreeze(FreezeRecord found, Entry entry) throws SQLException, UnfitException {
        FreezeState.InForce before = inForce(found);
        FreezeState after = check(found.withReleases(List.of(entry)), true);
        if (after instanceof FreezeState.InForce inForce
                && inForce.discounted().size() > before.discounted().size()) {
            throw new UnfitException(inForce.discounted().getLast().why());
        }
        freezeStore().release(found.digest(), entry);
        return after;
    }
}
