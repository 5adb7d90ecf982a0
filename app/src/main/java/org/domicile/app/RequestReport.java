package org.domicile.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.domicile.control.request.Independence;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestState;

/** What requests and grants say, for a person or for a program. */
final class RequestReport {
    private final Terminal terminal;
    private final Independence independence;

    RequestReport(Terminal terminal, Independence independence) {
        this.terminal = terminal;
        this.independence = independence;
    }

    void print(List<RequestState> states, boolean isJson) {
        if (isJson) {
            terminal.print(Json.text(states.stream().map(this::document).toList()));
        } else {
            states.forEach(this::print);
        }
    }

    private void print(RequestState state) {
        switch (state) {
            case RequestState.Refused refused -> {
                head(refused, Terminal.Colour.RED);
                terminal.print("  does not count: " + refused.why());
            }
            case RequestState.Genuine genuine -> print(genuine);
        }
    }

    private void head(RequestState state, Terminal.Colour colour) {
        terminal.print(terminal.paint(colour, state.word()) + "  " + state.digest());
    }

    /** How many people are named to who decides; the others are counted. */
    private static final int NAMED_SUBJECTS = 100;

    /** What a signature under a request says yes to, line by line. */
    static List<String> whatIsAsked(Request request) {
        String named =
                request.subjects().stream()
                        .limit(NAMED_SUBJECTS)
                        .map(Terminal::plain)
                        .collect(Collectors.joining(", "));
        int more = request.subjects().size() - NAMED_SUBJECTS;
        return List.of(
                "  request   " + request.digest(),
                "  for       "
                        + request.requester()
                        + " of "
                        + request.counterparty()
                        + ", for "
                        + request.purpose()
                        + ", "
                        + ticket(request),
                "  columns   " + Terminal.plain(columns(request)),
                "  people    " + named + (more > 0 ? " and " + more + " more (--json)" : ""),
                "  until     " + request.until());
    }

    private static String ticket(Request request) {
        return request.isBreakGlass()
                ? "BREAK-GLASS, no ticket"
                : "ticket " + Terminal.plain(request.ticket());
    }

    private void print(RequestState.Genuine genuine) {
        Request request = genuine.request();
        boolean isApproved = genuine instanceof RequestState.Approved;
        head(genuine, isApproved ? Terminal.Colour.GREEN : Terminal.Colour.YELLOW);
        terminal.print(
                "  "
                        + request.requester()
                        + " in "
                        + request.jurisdiction()
                        + " for "
                        + request.purpose()
                        + ", "
                        + ticket(request));
        terminal.print(
                "  "
                        + columns(request)
                        + " of "
                        + request.subjects().size()
                        + " people, from "
                        + request.filedAt()
                        + " until "
                        + request.until());
        switch (genuine) {
            case RequestState.Open open -> print(open);
            case RequestState.Approved approved ->
                    terminal.print(
                            "  approved by "
                                    + String.join(", ", approved.approvals().keySet())
                                    + "; log in with options=-c domicile.grant="
                                    + request.grant().audience());
            case RequestState.Denied denied -> terminal.print("  denied by " + denied.by());
            case RequestState.Ended ended ->
                    terminal.print("  ended by " + ended.by() + " at " + ended.act().at());
            case RequestState.Expired _ -> terminal.print("  its time is over");
        }
        genuine.discounted()
                .forEach(it ->
                        terminal.print(
                                terminal.paint(
                                        Terminal.Colour.RED,
                                        "  ! an entry by "
                                                + Terminal.plain(it.by())
                                                + " does not count: "
                                                + Terminal.plain(it.why()))));
    }

    private void print(RequestState.Open open) {
        terminal.print(
                "  needs "
                        + open.needed()
                        + " more"
                        + (open.approved().isEmpty()
                                ? ""
                                : ", approved by " + String.join(", ", open.approved()))
                        + (open.lacks().isEmpty() ? "" : "; " + open.lacks()));
        for (Independence.Judgement judgement : independence.deciders(open.request().requester())) {
            if (!open.approved().contains(judgement.person())) {
                terminal.print(
                        "  "
                                + judgement.person()
                                + (judgement.may()
                                        ? " may decide"
                                        : " may not: " + judgement.objections()));
            }
        }
    }

    static String columns(Request request) {
        return request.views().stream()
                .flatMap(view ->
                        view.columns().stream()
                                .map(column -> view.table().spelling() + "." + column.name()))
                .collect(Collectors.joining(", "));
    }

    private Map<String, Object> document(RequestState state) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("request", state.digest());
        document.put("state", state.word());
        switch (state) {
            case RequestState.Refused refused -> document.put("why", refused.why());
            case RequestState.Genuine genuine -> fill(document, genuine);
        }
        return document;
    }

    private void fill(Map<String, Object> document, RequestState.Genuine genuine) {
        Request request = genuine.request();
        document.put("requester", request.requester());
        document.put("jurisdiction", request.jurisdiction());
        document.put("purpose", request.purpose());
        document.put("ticket", request.ticket());
        document.put("break_glass", request.isBreakGlass());
        Map<String, Object> tables = new LinkedHashMap<>();
        request.views()
                .forEach(view ->
                        tables.put(
                                view.table().toString(),
                                view.columns().stream().map(column -> column.name()).toList()));
        document.put("columns", tables);
        document.put("subjects", request.subjects());
        document.put("filed_at", request.filedAt());
        document.put("until", request.until());
        document.put("grant", request.grant().audience());
        switch (genuine) {
            case RequestState.Open open -> {
                document.put("approved_by", open.approved());
                document.put("needed", open.needed());
                document.put("lacks", open.lacks());
                document.put(
                        "deciders",
                        independence.deciders(request.requester()).stream()
                                .map(RequestReport::document)
                                .toList());
            }
            case RequestState.Approved approved ->
                    document.put("approved_by", List.copyOf(approved.approvals().keySet()));
            case RequestState.Denied denied -> document.put("denied_by", denied.by());
            case RequestState.Ended ended -> document.put("ended_by", ended.by());
            case RequestState.Expired _ -> {}
        }
        document.put(
                "discounted",
                genuine.discounted().stream()
                        .map(it -> Map.of("by", it.by(), "why", it.why()))
                        .toList());
    }

    /** Rule by rule, as an approver is shown it. */
    static Map<String, Object> document(Independence.Judgement judgement) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("person", judgement.person());
        document.put("may", judgement.may());
        document.put(
                "checks",
                judgement.checks().stream()
                        .map(check -> Map.of("holds", check.holds(), "says", check.says()))
                        .toList());
        return document;
    }
}
