package org.domicile.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeApproval;
import org.domicile.control.freeze.FreezeState;

/** What freezes say, for a person or for a program. */
final class FreezeReport {
    private final Terminal terminal;

    FreezeReport(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(List<FreezeState> states, boolean isJson) {
        if (isJson) {
            terminal.print(Json.text(states.stream().map(FreezeReport::document).toList()));
        } else {
            states.forEach(this::print);
        }
    }

    private void print(FreezeState state) {
        Terminal.Colour colour =
                state instanceof FreezeState.Released ? Terminal.Colour.GREEN : Terminal.Colour.RED;
        terminal.print(terminal.paint(colour, state.word()) + "  " + state.digest());
        if (state instanceof FreezeState.Genuine genuine) {
            Freeze freeze = genuine.freeze();
            terminal.print(
                    "  "
                            + freeze.target().text()
                            + (freeze.target() == Freeze.Target.JURISDICTION
                                    ? ""
                                    : " " + freeze.name() + " in")
                            + " "
                            + freeze.jurisdiction()
                            + ", by "
                            + genuine.by()
                            + ": "
                            + Terminal.plain(freeze.reason()));
        }
        switch (state) {
            case FreezeState.Refused refused ->
                    terminal.print(
                            "  does not count now: "
                                    + Terminal.plain(refused.why())
                                    + " (a gateway that recorded it before keeps it in force)");
            case FreezeState.InForce inForce -> print(inForce);
            case FreezeState.Released released ->
                    terminal.print("  ended by " + String.join(", ", released.releases().keySet()));
        }
    }

    private void print(FreezeState.InForce inForce) {
        terminal.print(
                "  "
                        + (inForce.released().isEmpty()
                                ? FreezeApproval.NEEDED + " have to agree to its end"
                                : "one more has to agree to its end, with "
                                        + String.join(", ", inForce.released()))
                        + (inForce.lacks().isEmpty() ? "" : " (" + inForce.lacks() + ")"));
        inForce.discounted()
                .forEach(it ->
                        terminal.print(
                                terminal.paint(
                                        Terminal.Colour.RED,
                                        "  ! an entry by "
                                                + Terminal.plain(it.by())
                                                + " does not count: "
                                                + Terminal.plain(it.why()))));
    }

    private static Map<String, Object> document(FreezeState state) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("freeze", state.digest());
        document.put("state", state.word());
        if (state instanceof FreezeState.Genuine genuine) {
            document.put("jurisdiction", genuine.freeze().jurisdiction());
            document.put("target", genuine.freeze().target().text());
            document.put("name", genuine.freeze().name());
            document.put("reason", genuine.freeze().reason());
            document.put("by", genuine.by());
        }
        switch (state) {
            case FreezeState.Refused refused -> document.put("why", refused.why());
            case FreezeState.InForce inForce -> {
                document.put("released_by", inForce.released());
                document.put("lacks", inForce.lacks());
                document.put(
                        "discounted",
                        inForce.discounted().stream()
                                .map(it -> Map.of("by", it.by(), "why", it.why()))
                                .toList());
            }
            case FreezeState.Released released ->
                    document.put("released_by", List.copyOf(released.releases().keySet()));
        }
        return document;
    }
}
