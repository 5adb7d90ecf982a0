package org.domicile.control.request;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Independence.Judgement;
import org.domicile.control.request.RequestState.Decision;
import org.domicile.control.request.RequestState.Discounted;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;

/**
 * Says where a request stands, from what a store keeps about it and the organisation of today.
 * Nothing is taken on trust: whoever can write into the store's tables can still not approve.
 */
public final class GrantApproval {
    /** How many have to agree. */
    public static final int NEEDED = 2;

    /** How far signers' clocks may be ahead. */
    public static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(5);

    private final Organisation organisation;
    private final Independence independence;

    public GrantApproval(Organisation organisation, Independence independence) {
        this.organisation = organisation;
        this.independence = independence;
    }

    /** Why something does not count, in words. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;
        private final String why;

        Unfit(String why) {
            super(why, null, false, false);
            this.why = why;
        }
    }

    /** A decision that counts. */
    private record Counted(String by, Decision decision) {}

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
            if (found.decisions().size() > RequestRecord.MAX_ENTRIES
                    || found.ends().size() > RequestRecord.MAX_ENTRIES) {
                throw new Unfit(
                        "the store has more than "
                                + RequestRecord.MAX_ENTRIES
                                + " decisions or ends of it; ask again");
            }
            Optional<String> problem =
                    RequestFit.problem(request, plan, organisation.longestGrants());
            if (problem.isPresent()) {
                throw new Unfit(problem.get());
            }
        } catch (Unfit e) {
            return new RequestState.Refused(found.digest(), e.why);
        }
        List<Discounted> discounted = new ArrayList<>();
        List<Counted> approvals = new ArrayList<>();
        List<Counted> denials = new ArrayList<>();
        for (RequestRecord.Entry entry : found.decisions()) {
            try {
                Counted counted = decision(request, entry, now);
                if (counted.decision().act().kind() == SignedAct.Kind.DENY) {
                    denials.add(counted);
                } else if (approvals.stream().noneMatch(a -> a.by().equals(counted.by()))) {
                    approvals.add(counted);
                }
            } catch (Unfit e) {
                discounted.add(new Discounted(entry.by(), e.why));
            }
        }
        for (RequestRecord.Entry entry : found.ends()) {
            try {
                SignedAct act = end(request, entry, approvals, now);
                return new RequestState.Ended(request, entry.by(), act, discounted);
            } catch (Unfit e) {
                discounted.add(new Discounted(entry.by(), e.why));
            }
        }
        if (!denials.isEmpty()) {
            Counted first = denials.get(0);
            return new RequestState.Denied(request, first.by(), first.decision(), discounted);
        }
        return now.isBefore(request.end())
                ? weigh(request, approvals, discounted)
                : new RequestState.Expired(request, discounted);
    }

    private RequestState weigh(
            Request request, List<Counted> approvals, List<Discounted> discounted) {
        String lacks = "";
        for (Counted one : approvals) {
            for (Counted other : approvals.subList(0, approvals.indexOf(one))) {
                Judgement together = independence.together(other.by(), one.by());
                if (together.may()) {
                    TreeMap<String, Decision> all = new TreeMap<>();
                    approvals.forEach(counted -> all.put(counted.by(), counted.decision()));
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

    private Request genuine(RequestRecord found, Instant now) throws Unfit {
        Request request;
        try {
            request = Request.fromJson(found.document());
        } catch (PlanFormatException e) {
            throw new Unfit("its document is no request: " + e.getMessage());
        }
        if (!request.digest().equals(found.digest())) {
            throw new Unfit("its document has another digest than it is kept under");
        }
        SignedAct filed = act(found.note(), request, request.requester(), now);
        if (filed.kind() != SignedAct.Kind.FILE || !filed.at().equals(request.filedAt())) {
            throw new Unfit("its requester's signature is not that of filing it");
        }
        return request;
    }

    private Organisation.Person person(String id) throws Unfit {
        Organisation.Person person = organisation.people().get(id);
        if (person == null) {
            throw new Unfit("nobody in the organisation is called \"" + id + "\"");
        }
        if (person.isDisabled()) {
            throw new Unfit(id + " is disabled");
        }
        return person;
    }

    private void requireEmployed(Request request) throws Unfit {
        Optional<Organisation.Party> employer = person(request.requester()).employer();
        if (!employer.equals(Optional.of(new Organisation.EntityParty(request.counterparty())))) {
            throw new Unfit("its requester does not work for " + request.counterparty());
        }
    }

    /** Reads a note and finds it signed by the key that is registered for {@code by}. */
    private SignedAct act(String note, Request request, String by, Instant now) throws Unfit {
        Optional<VerifierKey> key = person(by).approvalKey();
        if (key.isEmpty()) {
            throw new Unfit(by + " has no registered approval key");
        }
        SignedAct act;
        try {
            act = SignedAct.parse(note);
        } catch (NoteFormatException e) {
            throw new Unfit("the signature of " + by + " is none: " + e.getMessage());
        }
        if (!act.isBy(key.get())) {
            throw new Unfit("the signature is not by the registered key of " + by);
        }
        if (!act.request().equals(request.digest())) {
            throw new Unfit("the signature of " + by + " is for another request");
        }
        if (act.time().isAfter(now.plus(MAX_CLOCK_SKEW))) {
            throw new Unfit("the signature of " + by + " is of a time to come");
        }
        return act;
    }

    private Counted decision(Request request, RequestRecord.Entry entry, Instant now) throws Unfit {
        SignedAct act = act(entry.note(), request, entry.by(), now);
        switch (act.kind()) {
            case APPROVE, DENY -> {}
            case FILE, END -> throw new Unfit("the signature of " + entry.by() + " is no decision");
        }
        if (!act.time().isBefore(request.end())) {
            throw new Unfit("the decision of " + entry.by() + " came after the request's time");
        }
        VerifierKey key = person(entry.by()).approvalKey().orElseThrow();
        if (act.kind() == SignedAct.Kind.DENY) {
            requireRegistered(entry.by(), key);
        } else {
            requireIndependent(entry.by(), request);
        }
        return new Counted(entry.by(), new Decision(key, act));
    }

    private void requireIndependent(String by, Request request) throws Unfit {
        Judgement judgement = independence.judge(by, request.requester());
        if (!judgement.may()) {
            throw new Unfit(by + " may not decide about it: " + judgement.objections());
        }
    }

    /**
     * To deny takes no independence, since it only narrows (I7): what counts is just what a ledger
     * can show, that the key was one of those that may decide.
     */
    private void requireRegistered(String by, VerifierKey key) throws Unfit {
        if (!DecidingKeys.of(organisation).containsKey(key.text())) {
            throw new Unfit(by + " may not deny it: only who has a role that decides may");
        }
    }

    private SignedAct end(
            Request request, RequestRecord.Entry entry, List<Counted> approvals, Instant now)
            throws Unfit {
        SignedAct act = act(entry.note(), request, entry.by(), now);
        if (act.kind() != SignedAct.Kind.END) {
            throw new Unfit("the signature of " + entry.by() + " does not end it");
        }
        boolean approved = approvals.stream().anyMatch(counted -> counted.by().equals(entry.by()));
        boolean requested = entry.by().equals(request.requester());
        if (!approved && !requested && !mayEnd(organisation, entry.by())) {
            throw new Unfit(entry.by() + " may not end it: only " + WHO_ENDS + " may");
        }
        return act;
    }

    /** For messages. */
    public static final String WHO_ENDS =
            "its requester, one of its approvers, a custodian or an overseer";

    /** Whether somebody may end whatever grant, whoever approved it. */
    private static boolean mayEnd(Organisation organisation, String person) {
        Organisation.Person by = organisation.people().get(person);
        return by != null
                && (by.roles().contains(Organisation.Role.CUSTODIAN)
                        || by.roles().contains(Organisation.Role.OVERSEER));
    }
}
