package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.GrantApproval;
import org.domicile.control.request.Grants;
import org.domicile.control.request.Independence;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord;
import org.domicile.control.request.RequestState;
import org.domicile.policy.store.Problem;
import org.domicile.policy.store.StoreApplier;
import org.domicile.policy.store.StorePlanner;

/** One store's requests, each checked, and what they add to what the policy shows. */
final class StoreGrants {
    /** How often an apply is made again because something was decided or ended meanwhile. */
    private static final int MAX_ROUNDS = 5;

    private final Connection compiler;
    private final PolicyOptions.Target target;

    StoreGrants(Connection compiler, PolicyOptions.Target target) {
        this.compiler = compiler;
        this.target = target;
    }

    /** What requests are checked against. */
    record Deciders(Organisation organisation, Independence independence) {
        /** As the organisation's file says now. */
        static Deciders of(OrganisationOptions options) {
            return of(options.read(), options);
        }

        /** As an organisation says, under the rule packs that it names. */
        static Deciders of(Organisation organisation, OrganisationOptions options) {
            return new Deciders(
                    organisation,
                    new Independence(
                            organisation, Coverage.of(organisation, options.rules(organisation))));
        }

        GrantApproval approval() {
            return new GrantApproval(organisation, independence);
        }
    }

    /** A request as the store has it, and where it stands. */
    record Standing(RequestRecord found, RequestState state) {}

    RequestStore store() {
        return new RequestStore(compiler, target.store().jurisdiction());
    }

    /** Every request of the last days, oldest first. */
    List<Standing> standings() throws SQLException {
        GrantApproval approval = target.deciders().approval();
        Instant now = Instant.now();
        List<Standing> standings = new ArrayList<>();
        for (RequestRecord found : store().read()) {
            standings.add(new Standing(found, approval.check(target.plan(), found, now)));
        }
        return standings;
    }

    /** What the store is to show now. */
    Grants merged() throws SQLException {
        return Grants.merge(
                target.plan(), target.roster(), target.deciders().organisation(), approved());
    }

    /**
     * What would keep a request's grant out of the store, such as a subject that is no value of its
     * key's type. Better told to who asks than to who applies.
     */
    Optional<String> problem(Request request) throws SQLException {
        Organisation organisation = target.deciders().organisation();
        RequestState.Approved asIf = new RequestState.Approved(request, new TreeMap<>(), List.of());
        Grants grants = Grants.merge(target.plan(), target.roster(), organisation, List.of(asIf));
        return StorePlanner.plan(compiler, grants.plan(), grants.roster(), target.store().secret())
                .problems()
                .stream()
                .filter(problem -> request.grant().audience().equals(problem.audience()))
                .findFirst()
                .map(Problem::text);
    }

    private List<RequestState.Approved> approved() throws SQLException {
        return standings().stream()
                .map(Standing::state)
                .filter(RequestState.Approved.class::isInstance)
                .map(RequestState.Approved.class::cast)
                .sorted(Comparator.comparing(approved -> approved.request().filedAt()))
                .toList();
    }

    /**
     * Applies the policy with the grants that are in force. Looks at the requests once more
     * afterwards: of two applies at once the later has then seen what the earlier knew.
     */
    StoreApplier.Applied apply(boolean isRepair, Consumer<StoreApplier.Progress> progress)
            throws SQLException {
        Grants grants = merged();
        StoreApplier.Applied applied = apply(grants, isRepair, progress);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Grants now = merged();
            if (names(now).equals(names(grants))) {
                return applied;
            }
            grants = now;
            applied = apply(grants, isRepair, progress);
        }
        return applied;
    }

    private static Set<String> names(Grants grants) {
        return grants.roster().grants().stream()
                .map(granted -> granted.audience())
                .collect(Collectors.toSet());
    }

    private StoreApplier.Applied apply(
            Grants grants, boolean isRepair, Consumer<StoreApplier.Progress> progress)
            throws SQLException {
        return StoreApplier.apply(
                compiler,
                grants.plan(),
                grants.roster(),
                target.store().secret(),
                isRepair,
                progress);
    }
}
