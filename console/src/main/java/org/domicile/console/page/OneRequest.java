package org.domicile.console.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.DeskClosedException;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Independence;
import org.domicile.control.request.Independence.Judgement;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.SignedAct;
import org.jspecify.annotations.Nullable;

/**
 * One request: what it asks for, where it stands, and who may decide, or why they may not.
 *
 * @param columns by table
 * @param people how many it is about
 * @param subjects whose rows; null for those who neither ask nor may decide
 * @param why what keeps it from being granted, in words; empty for nothing
 * @param agreed who has agreed so far
 * @param deciders everybody with a deciding role, each judged
 * @param you the judgement of who looks; null where they have no say in any request
 * @param isYours whether who looks asked for it
 * @param acts what who looks may sign about it now
 * @param grant what to log in with while it is in force; empty before and after
 * @param problem why what was just signed does not count; empty for nothing
 */
public record OneRequest(
        Requests.Line line,
        String counterparty,
        Map<String, List<String>> columns,
        int people,
        @Nullable List<String> subjects,
        String why,
        List<String> agreed,
        List<Discounted> discounted,
        List<Judged> deciders,
        @Nullable Judged you,
        boolean isYours,
        List<ToSign> acts,
        String grant,
        String problem) {
    /** A decision that does not count. */
    public record Discounted(String by, String why) {}

    /** Whether somebody may decide, rule by rule. */
    public record Judged(String person, boolean may, List<Check> checks) {}

    /** One rule, and what was found. */
    public record Check(boolean holds, String says) {}

    static OneRequest of(Site site, Ask ask, Instant now, String problem) throws NoPageException {
        Jurisdiction jurisdiction =
                site.jurisdiction(ask.path("jurisdiction")).orElseThrow(NoPageException::new);
        RequestState found;
        try {
            found = find(jurisdiction, ask);
        } catch (DeskClosedException e) {
            throw new IllegalStateException(e.getMessage());
        }
        Requests.Line line = Requests.line(jurisdiction.name(), found);
        return switch (found) {
            case RequestState.Refused refused ->
                    new OneRequest(
                            line,
                            "",
                            Map.of(),
                            0,
                            null,
                            refused.why(),
                            List.of(),
                            List.of(),
                            List.of(),
                            null,
                            false,
                            List.of(),
                            "",
                            problem);
            case RequestState.Genuine genuine ->
                    of(
                            line,
                            genuine,
                            ask.visitor(),
                            jurisdiction.plan().get().plan().custodian(),
                            now,
                            problem);
        };
    }

    /** The request of an address, where who looks may know of it. */
    static RequestState find(Jurisdiction jurisdiction, Ask ask)
            throws NoPageException, DeskClosedException {
        return jurisdiction.desk().requests().stream()
                .filter(state -> state.digest().equals(ask.path("request")))
                .filter(state -> Requests.isSeenBy(ask.visitor(), state))
                .findFirst()
                .orElseThrow(NoPageException::new);
    }

    private static OneRequest of(
            Requests.Line line,
            RequestState.Genuine state,
            Visitor visitor,
            String custodian,
            Instant now,
            String problem) {
        Request request = state.request();
        Map<String, List<String>> columns = new TreeMap<>();
        request.views()
                .forEach(view ->
                        columns.put(
                                view.table().toString(),
                                view.columns().stream().map(column -> column.name()).toList()));
        List<Judged> deciders = deciders(request, visitor, custodian);
        Judged you =
                deciders.stream()
                        .filter(judged -> judged.person().equals(visitor.id()))
                        .findFirst()
                        .orElse(null);
        boolean isYours = request.requester().equals(visitor.id());
        boolean maySeeSubjects = isYours || (you != null && you.may());
        return new OneRequest(
                line,
                request.counterparty(),
                columns,
                request.subjects().size(),
                maySeeSubjects ? request.subjects() : null,
                state instanceof RequestState.Open open ? open.lacks() : "",
                agreed(state),
                state.discounted().stream()
                        .map(discounted -> new Discounted(discounted.by(), discounted.why()))
                        .toList(),
                deciders,
                you,
                isYours,
                acts(state, visitor, you, now),
                state instanceof RequestState.Approved ? request.grant().audience() : "",
                problem);
    }

    /** Those who could decide: about break-glass the other people on call. */
    private static List<Judged> deciders(Request request, Visitor visitor, String custodian) {
        Independence independence = visitor.circle().independence();
        if (!request.isBreakGlass()) {
            return independence.deciders(request.requester()).stream()
                    .map(OneRequest::judged)
                    .toList();
        }
        return visitor.circle().organisation().people().values().stream()
                .filter(person -> person.roles().contains(Organisation.Role.ON_CALL))
                .filter(person -> !person.id().equals(request.requester()))
                .map(person -> {
                    List<Independence.Check> checks =
                            new ArrayList<>(independence.onCall(person.id(), custodian).checks());
                    checks.addAll(
                            independence.bothOnCall(person.id(), request.requester()).checks());
                    return judged(new Judgement(person.id(), checks));
                })
                .toList();
    }

    /**
     * What somebody may sign. The store's desk judges it again, with the signature; here nobody is
     * offered what would be refused.
     */
    private static List<ToSign> acts(
            RequestState.Genuine state, Visitor visitor, @Nullable Judged you, Instant now) {
        boolean hasAgreed = agreed(state).contains(visitor.id());
        boolean isPending =
                switch (state) {
                    case RequestState.Open _, RequestState.Approved _ -> true;
                    case RequestState.Denied _, RequestState.Ended _, RequestState.Expired _ ->
                            false;
                };
        boolean isYours = state.request().requester().equals(visitor.id());
        boolean watches = visitor.person().watchesOver();
        Set<SignedAct.Kind> may = EnumSet.noneOf(SignedAct.Kind.class);
        if (state instanceof RequestState.Open && you != null && you.may() && !hasAgreed) {
            may.add(SignedAct.Kind.APPROVE);
        }
        if (isPending && !isYours && (Requests.decides(visitor) || you != null)) {
            may.add(SignedAct.Kind.DENY);
        }
        if (isPending && (isYours || hasAgreed || watches)) {
            may.add(SignedAct.Kind.END);
        }
        boolean isUsed = state.request().isBreakGlass() && !(state instanceof RequestState.Open);
        if (isUsed && watches && !isYours && !hasAgreed) {
            may.add(SignedAct.Kind.REVIEW);
        }
        return may.stream().map(kind -> ToSign.of(visitor, kind, state.digest(), now)).toList();
    }

    /** Who has agreed to one that waits or is approved. */
    static List<String> agreed(RequestState state) {
        return switch (state) {
            case RequestState.Open open -> open.approved();
            case RequestState.Approved approved -> new ArrayList<>(approved.approvals().keySet());
            case RequestState.Refused _,
                    RequestState.Denied _,
                    RequestState.Ended _,
                    RequestState.Expired _ ->
                    List.of();
        };
    }

    static Judged judged(Judgement judgement) {
        return new Judged(
                judgement.person(),
                judgement.may(),
                judgement.checks().stream()
                        .map(check -> new Check(check.holds(), check.says()))
                        .toList());
    }

    /** Names nobody. */
    @Override
    public String toString() {
        return "OneRequest[" + line.request() + "]";
    }
}
