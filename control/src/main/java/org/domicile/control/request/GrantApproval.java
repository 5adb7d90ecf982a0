package org.domicile.control.request;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Independence.Judgement;
import org.domicile.control.request.RequestState.Approval;
import org.domicile.control.request.RequestState.Discounted;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;

/**
 * Says where a request stands, from what a store keeps about it and the organisation of today.
 * Nothing is taken on trust: whoever can write into the store's tables can still not approve.
 */
public final class GrantApproval {
    /** How many have to agree. */
    public static final int NEEDED = 2;

    private final Organisation organisation;
    private final Independence independence;
    private final Signatures signatures;

    public GrantApproval(Organisation organisation, Independence independence) {
        this.organisation = organisation;
        this.independence = independence;
        this.signatures = new Signatures(organisation);
    }

    /** A decision that counts. */
    private record Counted(String by, Approval approval) {}

    /**
     * Checks everything.
     *
     * @param plan the jurisdiction's, as the policy gives it
     */
    public RequestState check(Plan plan, RequestRecord found, Instant now) {
        Request request;
        try {
            request = genuine(found, now);
            requireEmployed(request);
            if (request.isBreakGlass()) {
                requireOnCall(plan, request.requester());
            }
            Optional<String> problem =
                    RequestFit.problem(request, plan, organisation.longestGrants());
            if (problem.isPresent()) {
                throw new UnfitException(problem.get());
            }
        } catch (UnfitException e) {
            return new RequestState.Refused(found.digest(), e.getMessage());
        }
        List<Discounted> discounted = new ArrayList<>();
        List<Counted> approvals = new ArrayList<>();
        List<String> denials = new ArrayList<>();
        for (RequestRecord.Entry entry : found.decisions()) {
            try {
                Counted counted = decision(plan, request, entry, now);
                if (counted.approval().act().kind() == SignedAct.Kind.DENY) {
                    denials.add(counted.by());
                } else {
                    approvals.add(counted);
                }
            } catch (UnfitException e) {
                discounted.add(new Discounted(entry.by(), e.getMessage()));
            }
        }
        for (RequestRecord.Entry entry : found.ends()) {
            try {
                SignedAct act = end(request, entry, approvals, now);
                return new RequestState.Ended(request, entry.by(), act, discounted);
            } catch (UnfitException e) {
                discounted.add(new Discounted(entry.by(), e.getMessage()));
            }
        }
        if (!denials.isEmpty()) {
            return new RequestState.Denied(request, denials.get(0), discounted);
        }
        return now.isBefore(request.end())
                ? weigh(found, request, approvals, discounted)
                : new RequestState.Expired(request, discounted);
    }

    private RequestState weigh(
            RequestRecord found,
            Request request,
            List<Counted> approvals,
            List<Discounted> discounted) {
        if (request.isBreakGlass()) {
            return weighBreakGlass(found, request, approvals, discounted);
        }
        String lacks = "";
        for (Counted one : approvals) {
            for (Counted other : approvals.subList(0, approvals.indexOf(one))) {
                Judgement together = independence.together(other.by(), one.by());
                if (together.may()) {
                    TreeMap<String, Approval> all = new TreeMap<>();
                    approvals.forEach(counted -> all.put(counted.by(), counted.approval()));
                    return new RequestState.Approved(request, all, discounted);
                }
                lacks =
                        other.by()
                                + " and "
                                + one.by()
                                + " are not enough together: "
                                + together.objections();
            }
        }
        return new RequestState.Open(
                request,
                approvals.stream().map(Counted::by).toList(),
                Math.max(1, NEEDED - approvals.size()),
                lacks,
                discounted);
    }

    /** Who asks is one of the two, with the signature of the filing. */
    private RequestState weighBreakGlass(
            RequestRecord found,
            Request request,
            List<Counted> approvals,
            List<Discounted> discounted) {
        if (approvals.isEmpty()) {
            return new RequestState.Open(request, List.of(), 1, "", discounted);
        }
        TreeMap<String, Approval> both = new TreeMap<>();
        approvals.forEach(counted -> both.put(counted.by(), counted.approval()));
        Organisation.Person requester =
                Objects.requireNonNull(organisation.people().get(request.requester()));
        both.put(
                requester.id(),
                new Approval(
                        requester.approvalKey().orElseThrow(), SignedAct.parse(found.note())));
        return new RequestState.Approved(request, both, discounted);
    }

    private void requireOnCall(Plan plan, String person) throws UnfitException {
        Judgement judgement = independence.onCall(person, plan.custodian());
        if (!judgement.may()) {
            throw new UnfitException(
                    person + " may not without a ticket: " + judgement.objections());
        }
    }

    private Request genuine(RequestRecord found, Instant now) throws UnfitException {
        Request request;
        try {
            request = Request.fromJson(found.document());
        } catch (PlanFormatException e) {
            throw new UnfitException("its document is no request: " + e.getMessage());
        }
        if (!request.digest().equals(found.digest())) {
            throw new UnfitException("its document has another digest than it is kept under");
        }
        SignedAct filed = signatures.act(found.note(), request.digest(), request.requester(), now);
        if (filed.kind() != SignedAct.Kind.FILE || !filed.at().equals(request.filedAt())) {
            throw new UnfitException("its requester's signature is not that of filing it");
        }
        return request;
    }

    private void requireEmployed(Request request) throws UnfitException {
        Optional<Organisation.Party> employer = signatures.person(request.requester()).employer();
        if (!employer.equals(Optional.of(new Organisation.EntityParty(request.counterparty())))) {
            throw new UnfitException("its requester does not work for " + request.counterparty());
        }
    }

    private Counted decision(
            Plan plan, Request request, RequestRecord.Entry entry, Instant now)
            throws UnfitException {
        SignedAct act = signatures.act(entry.note(), request.digest(), entry.by(), now);
        switch (act.kind()) {
            case APPROVE, DENY -> {}
            case FILE, END, REVIEW, FREEZE, UNFREEZE ->
                    throw new UnfitException("the signature of " + entry.by() + " is no decision");
        }
        if (!act.time().isBefore(request.end())) {
            throw new UnfitException(
                    "the decision of " + entry.by() + " came after the request's time");
        }
        boolean takesBreakGlass = request.isBreakGlass() && act.kind() == SignedAct.Kind.APPROVE;
        if (takesBreakGlass) {
            requireOnCall(plan, entry.by());
        }
        Judgement judgement =
                takesBreakGlass
                        ? independence.bothOnCall(entry.by(), request.requester())
                        : independence.judge(entry.by(), request.requester());
        if (!judgement.may()) {
            throw new UnfitException(
                    entry.by() + " may not decide about it: " + judgement.objections());
        }
        return new Counted(
                entry.by(),
                new Approval(signatures.person(entry.by()).approvalKey().orElseThrow(), act));
    }

    private SignedAct end(
            Request request, RequestRecord.Entry entry, List<Counted> approvals, Instant now)
            throws UnfitException {
        SignedAct act = signatures.act(entry.note(), request.digest(), entry.by(), now);
        if (act.kind() != SignedAct.Kind.END) {
            throw new UnfitException("the signature of " + entry.by() + " does not end it");
        }
        boolean approved = approvals.stream().anyMatch(counted -> counted.by().equals(entry.by()));
        boolean requested = entry.by().equals(request.requester());
        if (!approved && !requested && !signatures.person(entry.by()).watchesOver()) {
            throw new UnfitException(entry.by() + " may not end it: only " + WHO_ENDS + " may");
        }
        return act;
    }

    /** For messages. */
    public static final String WHO_ENDS =
            "its requester, one of its approvers, a custodian or an overseer";
}
