package org.domicile.control.request;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.ledger.Fact;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The rules for grants that a ledger is verified against (I4, I6): none without two signatures of
 * keys that the ledger lists, and nothing disclosed under one that is over. Given every fact in
 * order; not thread-safe.
 *
 * <p>Reporting lines and ownership are the organisation file's, which no ledger holds: of these a
 * verifier can tell that the approvers are two, that neither works for the requester's employer,
 * and that one is no data owner.
 */
public final class GrantRules {
    /**
     * What was on its way when a grant ended may still be recorded so long after: sessions look
     * once a second. At a grant's time the store itself shows nothing more.
     */
    static final Duration GRACE = Duration.ofSeconds(60);

    private Map<String, String> deciding = Map.of();
    private final Map<String, Known> grants = new HashMap<>();

    /** The requests of grants that are over, or that the gateway never let anybody use. */
    private final Set<String> refused = new HashSet<>();

    /** Of each request that was denied, the keys that did. */
    private final Map<String, Set<String>> denied = new HashMap<>();

    /** A grant this log says was opened; {@code request} is null where its body is not there. */
    private static final class Known {
        final Fact.GrantOpened opened;
        @Nullable Request request;
        @Nullable Instant overSince;

        /** Whether somebody ended it, so that it cannot come back. */
        boolean isClosed;

        Known(Fact.GrantOpened opened) {
            this.opened = opened;
        }
    }

    /** From here on these are the keys that count, see {@link DecidingKeys}. */
    public void organisation(Map<String, String> decidingKeys) {
        deciding = Map.copyOf(decidingKeys);
    }

    /** What is wrong with a grant's opening, or null. */
    public @Nullable String opened(
            Instant time, Fact.GrantOpened opened, Optional<Map<String, String>> privateValues) {
        Plan.Grant grant = new Plan.Grant(opened.request(), opened.until());
        if (opened.isBreakGlass()
                && grant.end().isAfter(time.plus(Request.LONGEST_BREAK_GLASS).plus(GRACE))) {
            return "break-glass was opened for more than "
                    + Request.LONGEST_BREAK_GLASS.toMinutes()
                    + " minutes";
        }
        if (!grant.audience().equals(opened.audience())) {
            return "the grant's audience is not that of its request";
        }
        if (time.isAfter(grant.end().plus(GRACE))) {
            return "the grant was opened when its time was over";
        }
        if (isDenied(opened.request())) {
            return "grant " + opened.audience() + ": its request was denied before";
        }
        String problem = approvals(opened);
        if (problem != null) {
            return "grant " + opened.audience() + ": " + problem;
        }
        Known known = grants.computeIfAbsent(opened.request(), _ -> new Known(opened));
        if (!sameButApprovals(known.opened, opened)) {
            return "the grant was opened before, and otherwise";
        }
        if (known.isClosed) {
            return "the grant had ended before";
        }
        known.overSince = null;
        refused.remove(opened.request());
        String document = privateValues.map(values -> values.get("request")).orElse(null);
        return document == null ? null : request(known, document);
    }

    /** What is wrong with a denial, or null. */
    public @Nullable String denied(Fact.RequestDenied denial) {
        VerifierKey key = VerifierKey.parse(denial.key());
        if (!ApprovalSigner.isApprovalKey(key)) {
            return "the key " + key.shortText() + " is no approval key";
        }
        if (!deciding.containsKey(key.text())) {
            return "the denial's key " + key.shortText() + " is not registered for deciding";
        }
        if (!isAct(SignedAct.Kind.DENY, denial.note(), key, denial.request())) {
            return "the denial with the key " + key.shortText() + " is not genuine";
        }
        denied.computeIfAbsent(denial.request(), _ -> new HashSet<>()).add(key.text());
        return null;
    }

    /** As long as one of the keys that denied it is registered: then its denial counts. */
    private boolean isDenied(String request) {
        return denied.getOrDefault(request, Set.of()).stream().anyMatch(deciding::containsKey);
    }

    private static boolean sameButApprovals(Fact.GrantOpened one, Fact.GrantOpened other) {
        return one.isBreakGlass() == other.isBreakGlass()
                && one.audience().equals(other.audience())
                && one.counterparty().equals(other.counterparty())
                && one.purpose().equals(other.purpose())
                && one.until().equals(other.until());
    }

    private @Nullable String approvals(Fact.GrantOpened opened) {
        boolean ownersOnly = true;
        int filed = 0;
        for (Map.Entry<String, String> approval : opened.approvals().entrySet()) {
            VerifierKey key = VerifierKey.parse(approval.getKey());
            Optional<DecidingKeys.Holder> holder =
                    Optional.ofNullable(deciding.get(key.text()))
                            .flatMap(DecidingKeys.Holder::parse);
            if (!ApprovalSigner.isApprovalKey(key)) {
                // Under two names one key would count twice.
                return "the key " + key.shortText() + " is no approval key";
            }
            if (holder.isEmpty()) {
                return "the key " + key.shortText() + " is not registered for deciding";
            }
            if (opened.isBreakGlass()) {
                if (!holder.get().isOnCall()
                        || !holder.get().employers().contains(opened.counterparty())) {
                    return "the key " + key.shortText() + " is of nobody on call there";
                }
                filed += isInTime(SignedAct.Kind.FILE, approval.getValue(), key, opened) ? 1 : 0;
            } else if (!holder.get().decides()) {
                return "the key " + key.shortText() + " is not registered for deciding";
            } else if (holder.get().employers().contains(opened.counterparty())) {
                return "the key "
                        + key.shortText()
                        + " is of somebody who works for the requester's employer";
            }
            if (!isInTime(SignedAct.Kind.APPROVE, approval.getValue(), key, opened)
                    && !(opened.isBreakGlass()
                            && isInTime(SignedAct.Kind.FILE, approval.getValue(), key, opened))) {
                return "the approval with the key " + key.shortText() + " is not genuine";
            }
            ownersOnly &= holder.get().isDataOwner();
        }
        if (DecidingKeys.hasOneTwice(opened.approvals().keySet())) {
            return "two of its approvals are by one key";
        }
        int count = opened.approvals().size();
        if (count < GrantApproval.NEEDED) {
            return "it has " + count + " approvals, " + GrantApproval.NEEDED + " are needed";
        }
        if (opened.isBreakGlass()) {
            return filed == 1 ? null : "it was not filed by one of the two";
        }
        return ownersOnly ? "only data owners approved it" : null;
    }

    private static boolean isInTime(
            SignedAct.Kind kind, String note, VerifierKey key, Fact.GrantOpened opened) {
        return isAct(kind, note, key, opened.request())
                && SignedAct.parse(note).time().isBefore(Instant.parse(opened.until()));
    }

    private static boolean isAct(
            SignedAct.Kind kind, String note, VerifierKey key, String request) {
        try {
            SignedAct act = SignedAct.parse(note);
            return act.kind() == kind && act.about().equals(request) && act.isBy(key);
        } catch (NoteFormatException e) {
            return false;
        }
    }

    private static @Nullable String request(Known known, String document) {
        Request request;
        try {
            request = Request.fromJson(document);
        } catch (PlanFormatException e) {
            return "the grant's request is none: " + e.getMessage();
        }
        if (!request.digest().equals(known.opened.request())
                || request.isBreakGlass() != known.opened.isBreakGlass()
                || !request.until().equals(known.opened.until())
                || !request.counterparty().equals(known.opened.counterparty())
                || !request.purpose().equals(known.opened.purpose())) {
            return "the grant's request is another than the one that was approved";
        }
        known.request = request;
        return null;
    }

    /** Nothing is wrong with an end, whoever it is of: narrowing is never blocked (I7). */
    public void ended(Instant time, Fact.GrantEnded ended) {
        refused.add(ended.request());
        Known known = grants.get(ended.request());
        if (known != null) {
            known.overSince = known.overSince == null ? time : known.overSince;
            known.isClosed |=
                    !ended.reason().equals(Fact.GrantEnded.UNAPPROVED)
                            && !ended.reason().equals(Fact.GrantEnded.DENIED)
                            && !ended.reason().equals(Fact.GrantEnded.REFUSED);
        }
    }

    /** What is wrong with the grants of a plan that was applied, or null. */
    public @Nullable String applied(Instant time, Plan plan) {
        for (Plan.Audience audience : plan.audiences()) {
            // One that is over shows nothing, and one that the gateway refused is shown to nobody.
            Optional<Plan.Grant> grant =
                    audience.grant()
                            .filter(g -> time.isBefore(g.end()))
                            .filter(g -> !refused.contains(g.request()));
            if (grant.isPresent()) {
                String problem = applied(plan, audience, grant.get());
                if (problem != null) {
                    return problem;
                }
            }
        }
        return null;
    }

    private @Nullable String applied(Plan plan, Plan.Audience audience, Plan.Grant grant) {
        Known known = grants.get(grant.request());
        if (known == null) {
            return "the plan has the grant " + audience.name() + ", which nobody approved";
        }
        Fact.GrantOpened opened = known.opened;
        Request request = known.request;
        boolean fits =
                grant.until().equals(opened.until())
                        && audience.counterparty().equals(opened.counterparty())
                        && (!opened.isBreakGlass()
                                || plan.custodian().equals(opened.counterparty()))
                        && audience.purposes().equals(List.of(opened.purpose()))
                        && (request == null
                                || (request.views().equals(audience.views())
                                        && request.jurisdiction().equals(plan.jurisdiction())));
        return fits ? null : "the plan's grant " + audience.name() + " is not what was approved";
    }

    /** What is wrong with showing something to this audience now, or null. */
    public @Nullable String disclosed(Instant time, Plan.Audience audience) {
        if (audience.grant().isEmpty()) {
            return null;
        }
        Plan.Grant grant = audience.grant().get();
        if (time.isAfter(grant.end().plus(GRACE))) {
            return "the grant " + audience.name() + " was over at " + grant.until();
        }
        Known known = grants.get(grant.request());
        if (known == null) {
            return "the grant " + audience.name() + " was never opened";
        }
        return known.overSince != null && time.isAfter(known.overSince.plus(GRACE))
                ? "the grant " + audience.name() + " had ended"
                : null;
    }
}
