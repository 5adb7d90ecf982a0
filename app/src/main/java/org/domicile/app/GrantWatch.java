package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.domicile.control.request.GrantApproval;
import org.domicile.control.request.RequestRecord;
import org.domicile.control.request.RequestState;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's own look at a store's grants, whoever put them into its plan: each is checked
 * against its request and the signatures under it, and recorded, before anybody may use it. For one
 * thread.
 */
final class GrantWatch {
    private static final Logger LOG = LoggerFactory.getLogger(GrantWatch.class);

    private final String jurisdiction;
    private final Ledger ledger;
    private final Supplier<StoreGrants.Deciders> deciders;
    private final FreezeWatch freezes;

    /** What this process has recorded as open, by request. */
    private final Map<String, Plan.Grant> open = new HashMap<>();

    /** Requests of which it has recorded that nobody may use their grants. */
    private final Set<String> told = new HashSet<>();

    /**
     * @param freezes is told of what has to be reviewed
     */
    GrantWatch(
            String jurisdiction,
            Ledger ledger,
            Supplier<StoreGrants.Deciders> deciders,
            FreezeWatch freezes) {
        this.freezes = freezes;
        this.jurisdiction = jurisdiction;
        this.ledger = ledger;
        this.deciders = deciders;
    }

    /**
     * Checks every grant of a plan and records what opens and ends. Called for each new plan and,
     * since approvals, people and requests change without one, again and again.
     *
     * @param gateway a connection to the store
     * @return the audiences of grants that nobody may use
     */
    Set<String> follow(Connection gateway, AppliedPlan applied) throws SQLException {
        Instant now = Instant.now();
        Map<String, Plan.Audience> granted = new HashMap<>();
        for (Plan.Audience audience : applied.plan().audiences()) {
            audience.grant()
                    .filter(grant -> now.isBefore(grant.end()))
                    .ifPresent(grant -> granted.put(grant.request(), audience));
        }
        if (granted.isEmpty() && open.isEmpty()) {
            return Set.of();
        }
        Map<String, RequestState> states = states(gateway, applied, now);
        Set<String> refused = new HashSet<>();
        granted.forEach((request, audience) -> {
            RequestState state = states.get(request);
            if (state instanceof RequestState.Approved approved
                    && isWhatWasApproved(applied, audience, approved)) {
                if (!open.containsKey(request)) {
                    if (approved.request().isBreakGlass()) {
                        freezes.expectReview(approved.request(), approved.approvals().keySet());
                    }
                    ledger.append(approved.fact(), approved.privateValues());
                    open.put(request, audience.grant().orElseThrow());
                    told.remove(request);
                }
            } else {
                refused.add(audience.name());
                refuse(request, audience.name(), state);
            }
        });
        for (Plan.Grant grant : List.copyOf(open.values())) {
            if (!granted.containsKey(grant.request())) {
                boolean isOver = !now.isBefore(grant.end());
                end(grant.request(), isOver ? "expired" : why(states.get(grant.request())));
            }
        }
        return refused;
    }

    private Map<String, RequestState> states(Connection gateway, AppliedPlan applied, Instant now)
            throws SQLException {
        GrantApproval approval = deciders.get().approval();
        Map<String, RequestState> states = new HashMap<>();
        for (RequestRecord found : new RequestStore(gateway, jurisdiction).read()) {
            states.put(found.digest(), approval.check(applied.plan(), found, now));
        }
        return states;
    }

    /** A grant that nobody may use, or nobody any more. */
    private void refuse(String request, String audience, @Nullable RequestState state) {
        if (open.containsKey(request)) {
            end(request, why(state));
        } else if (!told.contains(request)) {
            LOG.error(
                    "the store of {} has the grant {}, which is not what independent people"
                            + " approved ({}): nobody may use it",
                    jurisdiction,
                    audience,
                    state == null ? "no such request" : state.word());
            ledger.append(new Fact.GrantEnded(request, Fact.GrantEnded.REFUSED), Map.of());
            told.add(request);
        }
    }

    private void end(String request, String reason) {
        ledger.append(new Fact.GrantEnded(request, reason), Map.of());
        open.remove(request);
        told.add(request);
    }

    /** Why a grant is in force no more, which its request still may be. */
    private static String why(@Nullable RequestState state) {
        return state == null
                ? Fact.GrantEnded.UNAPPROVED
                : state.endOfGrant()
                        .map(Fact.GrantEnded::reason)
                        .orElse(Fact.GrantEnded.UNAPPROVED);
    }

    /** Columns, end, purpose and people are the request's, and so is who may use it. */
    private static boolean isWhatWasApproved(
            AppliedPlan applied, Plan.Audience audience, RequestState.Approved approved) {
        var request = approved.request();
        Optional<Roster.Granted> rows = applied.roster().granted(audience.name());
        List<String> users =
                applied.roster().accessors().stream()
                        .filter(accessor -> accessor.audiences().contains(audience.name()))
                        .map(Roster.Accessor::id)
                        .toList();
        return audience.grant().filter(request.grant()::equals).isPresent()
                && audience.views().equals(sorted(request.views(), audience))
                && audience.purposes().equals(List.of(request.purpose()))
                && audience.counterparty().equals(request.counterparty())
                && users.equals(List.of(request.requester()))
                && rows.filter(
                                new Roster.Granted(
                                                audience.name(), request.salt(), request.subjects())
                                        ::equals)
                        .isPresent();
    }

    /** As a plan has them: in its own order. */
    private static List<Plan.View> sorted(List<Plan.View> views, Plan.Audience like) {
        return new Plan.Audience(
                        like.name(), like.counterparty(), like.purposes(), views, like.grant())
                .views();
    }
}
