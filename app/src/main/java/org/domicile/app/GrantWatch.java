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
import java.util.function.Function;
import java.util.function.Supplier;
import org.domicile.control.request.GrantApproval;
import org.domicile.control.request.RequestRecord;
import org.domicile.control.request.RequestState;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
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

    /** What this process has recorded as open, by request. */
    private final Map<String, Plan.Grant> open = new HashMap<>();

    GrantWatch(String jurisdiction, Ledger ledger, Supplier<StoreGrants.Deciders> deciders) {
        this.jurisdiction = jurisdiction;
        this.ledger = ledger;
        this.deciders = deciders;
    }

    /**
     * Records what a plan newly opens and ends.
     *
     * @param gateway a connection to the store
     * @return the audiences of grants that nobody may use: they are not what was approved
     */
    Set<String> follow(Connection gateway, AppliedPlan applied) throws SQLException {
        Set<String> refused = new HashSet<>();
        Set<String> granted = new HashSet<>();
        Instant now = Instant.now();
        List<RequestRecord> requests = null;
        for (Plan.Audience audience : applied.plan().audiences()) {
            Plan.Grant grant = audience.grant().orElse(null);
            if (grant == null || !now.isBefore(grant.end())) {
                continue;
            }
            granted.add(grant.request());
            if (open.containsKey(grant.request())) {
                continue;
            }
            if (requests == null) {
                requests = new RequestStore(gateway, jurisdiction).read();
            }
            Optional<RequestState.Approved> approved =
                    approved(applied, audience, grant, requests, now);
            if (approved.isPresent()) {
                ledger.append(approved.get().fact(), approved.get().privateValues());
                open.put(grant.request(), grant);
            } else {
                refused.add(audience.name());
            }
        }
        if (requests == null && !granted.containsAll(open.keySet())) {
            requests = new RequestStore(gateway, jurisdiction).read();
        }
        List<RequestRecord> known = requests == null ? List.of() : requests;
        end(granted, grant -> why(applied, grant, known, now));
        return refused;
    }

    private Optional<RequestState.Approved> approved(
            AppliedPlan applied,
            Plan.Audience audience,
            Plan.Grant grant,
            List<RequestRecord> requests,
            Instant now) {
        Optional<RequestState> state =
                requests.stream()
                        .filter(found -> found.digest().equals(grant.request()))
                        .findFirst()
                        .map(found -> check(applied, found, now));
        if (state.orElse(null) instanceof RequestState.Approved approved
                && isWhatWasApproved(applied, audience, approved)) {
            return Optional.of(approved);
        }
        LOG.error(
                "the store of {} has the grant {}, which is not what independent people approved"
                        + " ({}): nobody may use it",
                jurisdiction,
                audience.name(),
                state.map(RequestState::word).orElse("no such request"));
        return Optional.empty();
    }

    private RequestState check(AppliedPlan applied, RequestRecord found, Instant now) {
        GrantApproval approval = deciders.get().approval();
        return approval.check(applied.plan(), found, now);
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

    /** Why a plan has a grant no more: somebody ended or denied it, or it is not approved now. */
    private String why(
            AppliedPlan applied, Plan.Grant grant, List<RequestRecord> requests, Instant now) {
        return requests.stream()
                .filter(found -> found.digest().equals(grant.request()))
                .findFirst()
                .flatMap(found -> check(applied, found, now).endOfGrant())
                .map(Fact.GrantEnded::reason)
                .orElse(Fact.GrantEnded.UNAPPROVED);
    }

    /** Records what ended by itself since the last look. */
    void expire() {
        end(Set.copyOf(open.keySet()), _ -> "expired");
    }

    private void end(Set<String> granted, Function<Plan.Grant, String> why) {
        Instant now = Instant.now();
        for (Plan.Grant grant : List.copyOf(open.values())) {
            boolean isOver = !now.isBefore(grant.end());
            if (isOver || !granted.contains(grant.request())) {
                ledger.append(
                        new Fact.GrantEnded(grant.request(), isOver ? "expired" : why.apply(grant)),
                        Map.of());
                open.remove(grant.request());
            }
        }
    }
}
