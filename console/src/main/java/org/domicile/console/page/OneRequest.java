package org.domicile.console.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.DeskClosedException;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.request.Independence;
import org.domicile.control.request.Independence.Judgement;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestState;
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
        boolean isYours) {
    /** A decision that does not count. */
    public record Discounted(String by, String why) {}

    /** Whether somebody may decide, rule by rule. */
    public record Judged(String person, boolean may, List<Check> checks) {}

    /** One rule, and what was found. */
    public record Check(boolean holds, String says) {}

    static OneRequest of(Site site, Ask ask) throws NoPageException {
        Jurisdiction jurisdiction =
                site.jurisdiction(ask.path("jurisdiction")).orElseThrow(NoPageException::new);
        RequestState found = null;
        try {
            for (RequestState state : jurisdiction.desk().requests()) {
                if (state.digest().equals(ask.path("request"))
                        && Requests.isSeenBy(ask.visitor(), state)) {
                    found = state;
                }
            }
        } catch (DeskClosedException e) {
            throw new IllegalStateException(e.getMessage());
        }
        if (found == null) {
            throw new NoPageException();
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
                            false);
            case RequestState.Genuine genuine -> of(line, genuine, ask.visitor());
        };
    }

    private static OneRequest of(Requests.Line line, RequestState.Genuine state, Visitor visitor) {
        Request request = state.request();
        Independence independence = visitor.circle().independence();
        Map<String, List<String>> columns = new TreeMap<>();
        request.views()
                .forEach(view ->
                        columns.put(
                                view.table().toString(),
                                view.columns().stream().map(column -> column.name()).toList()));
        List<Judged> deciders =
                independence.deciders(request.requester()).stream()
                        .map(OneRequest::judged)
                        .toList();
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
                isYours);
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
