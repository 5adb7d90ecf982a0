package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.domicile.policy.store.Problem;
import org.domicile.policy.store.StoreApplier;
import org.domicile.policy.store.StorePlanner;
import org.jspecify.annotations.Nullable;

/** One store's requests, each checked, and what they add to what the policy shows. */
final class StoreGrants {
    /** How often an apply is made again because something was decided or ended meanwhile. */
    private static final int MAX_ROUNDS = 5;

    private final Connection connection;
    private final StoreLogins login;
    private final Grants base;
    private final @Nullable Deciders deciders;

    /** Told of a grant that two approved and the store cannot have. */
    private final Consumer<String> leavingOut;

    /**
     * @param connection as the compiler to apply, as the requests' login for everything else
     * @param base what the store shows besides grants
     * @param deciders null where the organisation cannot be read: then nobody's approval counts
     */
    StoreGrants(
            Connection connection,
            StoreLogins login,
            Grants base,
            @Nullable Deciders deciders,
            Consumer<String> leavingOut) {
        this.connection = connection;
        this.login = login;
        this.base = base;
        this.deciders = deciders;
        this.leavingOut = leavingOut;
    }

    /** On top of what the policy says. */
    static StoreGrants of(
            Connection connection, PolicyOptions.Target target, Consumer<String> leavingOut) {
        return new StoreGrants(
                connection,
                target.store(),
                new Grants(target.plan(), target.roster()),
                target.deciders(),
                leavingOut);
    }

    /**
     * For those who ask and decide, who need not know who else may see what: who is on the roster
     * is not known here, and nothing can be applied.
     */
    static StoreGrants desk(
            Connection connection, StoreLogins store, Plan plan, Deciders deciders) {
        return new StoreGrants(
                connection,
                store,
                new Grants(plan, new Roster(plan.jurisdiction(), List.of())),
                deciders,
                _ -> {});
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
        return new RequestStore(connection, login.jurisdiction());
    }

    /** Every request of the last days, oldest first. */
    List<Standing> standings() throws SQLException {
        if (deciders == null) {
            return List.of();
        }
        GrantApproval approval = deciders.approval();
        Instant now = Instant.now();
        List<Standing> standings = new ArrayList<>();
        for (RequestRecord found : store().read()) {
            standings.add(new Standing(found, approval.check(base.plan(), found, now)));
        }
        return standings;
    }

    /** What the store is to show now; a grant that it cannot have does not hold up the others. */
    Grants merged() throws SQLException {
        List<RequestState.Approved> approved = approved();
        if (approved.isEmpty()) {
            return base;
        }
        Grants all = merge(approved);
        Map<String, String> unfit = new TreeMap<>();
        for (Problem problem : StorePlanner.problems(connection, all.plan(), all.roster())) {
            String audience = problem.audience();
            if (audience != null && audience.startsWith(Plan.Grant.AUDIENCE_PREFIX)) {
                unfit.putIfAbsent(audience, problem.text());
            }
        }
        if (unfit.isEmpty()) {
            return all;
        }
        unfit.forEach((grant, problem) ->
                leavingOut.accept(
                        "store "
                                + login.jurisdiction()
                                + ": "
                                + grant
                                + " was approved, and cannot be put in force: "
                                + problem));
        return merge(
                approved.stream()
                        .filter(a -> !unfit.containsKey(a.request().grant().audience()))
                        .toList());
    }

    private Grants merge(List<RequestState.Approved> approved) {
        Organisation organisation = Objects.requireNonNull(deciders).organisation();
        return Grants.merge(base.plan(), base.roster(), organisation, approved);
    }

    /**
     * What would keep a request's grant out of the store, such as a subject that is no value of its
     * key's type. Better told to who asks than to who applies.
     */
    Optional<String> problem(Request request) throws SQLException {
        Grants grants =
                merge(List.of(new RequestState.Approved(request, new TreeMap<>(), List.of())));
        return StorePlanner.problems(connection, grants.plan(), grants.roster()).stream()
                .filter(problem -> request.grant().audience().equals(problem.audience()))
                .findFirst()
                .map(Problem::text);
    }

    /** The requests whose grants are to be in force, oldest first. */
    List<RequestState.Approved> approved() throws SQLException {
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
                connection, grants.plan(), grants.roster(), login.secret(), isRepair, progress);
    }
}
