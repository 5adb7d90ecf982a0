package org.domicile.control.access;

import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may act as which audience: an organisation under the policies of {@code access.cedar}. What
 * needs no policy comes first: an audience is for one counterparty's own people and jobs, and
 * whoever is disabled may act as none.
 *
 * <p>One decision takes some 0.2 ms and is not kept here. Any thread may ask.
 */
public final class Access {
    private static final Logger LOG = LoggerFactory.getLogger(Access.class);

    private final Organisation organisation;
    private final AccessPolicy policy;
    private final CedarEntities entities;

    /** Policies that failed and were told of, each once; without the person it failed for. */
    private final Set<String> toldOf = ConcurrentHashMap.newKeySet();

    public Access(Organisation organisation, Coverage coverage, AccessPolicy policy) {
        this.organisation = organisation;
        this.policy = policy;
        this.entities = new CedarEntities(organisation, coverage);
    }

    public Organisation organisation() {
        return organisation;
    }

    public AccessPolicy policy() {
        return policy;
    }

    /** Where in a plan an accessor works: the audiences that are for their employer. */
    public static List<Plan.Audience> audiencesFor(Organisation.Accessor accessor, Plan plan) {
        Optional<String> employer = accessor.employer().map(Organisation.Party::text);
        return plan.audiences().stream()
                .filter(audience -> audience.grant().isEmpty())
                .filter(audience -> employer.equals(Optional.of(audience.counterparty())))
                .toList();
    }

    /** What the policies say of each audience that is for their employer, and each purpose. */
    public List<Verdict> verdicts(Organisation.Accessor accessor, Plan plan) {
        return verdicts(accessor, plan, new HashMap<>());
    }

    /**
     * The same.
     *
     * @param alike answers about this plan, for those whom the policies cannot tell apart; it is
     *     added to, except for failures, whose words may name somebody
     */
    List<Verdict> verdicts(
            Organisation.Accessor accessor, Plan plan, Map<Object, List<Verdict>> alike) {
        List<Plan.Audience> audiences = audiencesFor(accessor, plan);
        if (audiences.isEmpty()) {
            return List.of();
        }
        List<Verdict> verdicts = new ArrayList<>();
        String employer = accessor.employer().orElseThrow().text();
        Entity principal = entities.principal(accessor, employer);
        Optional<Object> likeness = policy.likeness(principal);
        List<Verdict> answered = likeness.map(alike::get).orElse(null);
        if (answered != null) {
            return answered;
        }
        for (Plan.Audience audience : audiences) {
            Set<Entity> known = new HashSet<>(entities.withOwners(employer));
            known.add(principal);
            known.add(CedarEntities.audience(plan, audience));
            for (String purpose : audience.purposes()) {
                verdicts.add(decide(audience.name(), purpose, principal, known));
            }
        }
        if (verdicts.stream().allMatch(verdict -> verdict.failed().isEmpty())) {
            likeness.ifPresent(key -> alike.put(key, List.copyOf(verdicts)));
        }
        return verdicts;
    }

    /**
     * As whom they may be on a plan's roster; nothing where as nobody.
     *
     * @param alike answers about this plan, see {@link #verdicts(Organisation.Accessor, Plan, Map)}
     */
    Optional<Roster.Accessor> admittedLike(
            Organisation.Accessor accessor, Plan plan, Map<Object, List<Verdict>> alike) {
        return accessor.isDisabled()
                ? Optional.empty()
                : admitted(accessor, plan, verdicts(accessor, plan, alike));
    }

    static Optional<Roster.Accessor> admitted(
            Organisation.Accessor accessor, Plan plan, List<Verdict> verdicts) {
        List<String> audiences = new ArrayList<>();
        List<Roster.Limit> limits = new ArrayList<>();
        for (Plan.Audience audience : audiencesFor(accessor, plan)) {
            List<String> purposes =
                    verdicts.stream()
                            .filter(verdict -> verdict.audience().equals(audience.name()))
                            .filter(Verdict::isPermitted)
                            .map(Verdict::purpose)
                            .toList();
            if (!purposes.isEmpty()) {
                audiences.add(audience.name());
            }
            if (!purposes.isEmpty() && purposes.size() < audience.purposes().size()) {
                limits.add(new Roster.Limit(audience.name(), purposes));
            }
        }
        return audiences.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Roster.Accessor(
                                accessor.id(),
                                accessor.employer().orElseThrow().text(),
                                accessor.sitsIn(),
                                accessor.residesIn(),
                                audiences,
                                limits));
    }

    private Verdict decide(String audience, String purpose, Entity principal, Set<Entity> known) {
        AuthorizationRequest request =
                new AuthorizationRequest(
                        principal.getEUID(),
                        CedarEntities.ACT,
                        CedarEntities.AUDIENCE.of(audience),
                        Optional.of(Map.of("purpose", CedarEntities.text(purpose))),
                        Optional.of(AccessSchema.parsed()),
                        true);
        try {
            AuthorizationResponse response =
                    NativeCedar.engine().isAuthorized(request, policy.policies(), known);
            return response.success
                    .map(answer -> verdict(audience, purpose, answer))
                    .orElseGet(() ->
                            unanswered(
                                    audience,
                                    purpose,
                                    response.errors.stream()
                                            .flatMap(List::stream)
                                            .map(error -> error.message)
                                            .findFirst()
                                            .orElse("Cedar gives no reason")));
        } catch (AuthException e) {
            return unanswered(audience, purpose, e.getClass().getSimpleName());
        }
    }

    /** Cedar skips a policy that it cannot evaluate; here that denies (I7). */
    private Verdict verdict(String audience, String purpose, AuthorizationSuccessResponse answer) {
        List<Verdict.Failure> failed =
                answer.getErrors().stream()
                        .map(error ->
                                new Verdict.Failure(
                                        Optional.of(policy.rule(error.getPolicyId())),
                                        error.getError().message))
                        .toList();
        for (Verdict.Failure failure : failed) {
            failure.rule()
                    .map(AccessPolicy.Rule::text)
                    .filter(toldOf::add)
                    .ifPresent(rule -> LOG.warn("cannot be evaluated, and denies: {}", rule));
        }
        List<AccessPolicy.Rule> deciding = policy.rulesOf(answer.getReason());
        return new Verdict(
                audience, purpose, answer.isAllowed() && failed.isEmpty(), deciding, failed);
    }

    private static Verdict unanswered(String audience, String purpose, String why) {
        LOG.warn("Cedar gave no answer, so the request is denied");
        return new Verdict(
                audience,
                purpose,
                false,
                List.of(),
                List.of(new Verdict.Failure(Optional.empty(), why)));
    }
}
