package org.domicile.console.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.DeskClosedException;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.freeze.FreezeApproval;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.request.SignedAct;
import org.jspecify.annotations.Nullable;

/**
 * What is stopped, why, and who has agreed to its end.
 *
 * @param needed how many have to agree
 * @param closed jurisdictions whose stores cannot be asked
 * @param next a freeze that may be made
 * @param problem why what was just signed does not count; empty for nothing
 * @param notes the newest of each jurisdiction, the newest first
 */
public record Oversight(
        int needed,
        List<Line> freezes,
        List<String> closed,
        NewFreeze next,
        String problem,
        List<String> jurisdictions,
        List<Notes.Note> notes) {
    /**
     * One freeze.
     *
     * @param why what keeps it from counting, or from ending; empty for nothing
     * @param end what who looks may sign for its end; null where they have, or it is over
     */
    public record Line(
            String jurisdiction,
            String freeze,
            String state,
            String target,
            String name,
            String reason,
            String by,
            List<String> agreed,
            String why,
            List<OneRequest.Discounted> discounted,
            @Nullable ToSign end) {}

    static Oversight of(
            Site site,
            Indexes indexes,
            Visitor visitor,
            NewFreeze next,
            Instant now,
            String problem) {
        List<Line> lines = new ArrayList<>();
        List<String> closed = new ArrayList<>();
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            try {
                jurisdiction
                        .desk()
                        .freezes()
                        .forEach(
                                state -> lines.add(line(jurisdiction.name(), state, visitor, now)));
            } catch (DeskClosedException e) {
                closed.add(jurisdiction.name());
            }
        }
        return new Oversight(
                FreezeApproval.NEEDED,
                lines,
                closed,
                next,
                problem,
                site.jurisdictions().stream().map(Jurisdiction::name).toList(),
                site.jurisdictions().stream()
                        .flatMap(one -> Notes.newest(one, indexes).stream())
                        .sorted(Comparator.comparing(Notes.Note::at).reversed())
                        .toList());
    }

    private static Line line(String jurisdiction, FreezeState state, Visitor visitor, Instant now) {
        return switch (state) {
            case FreezeState.Refused refused ->
                    new Line(
                            jurisdiction,
                            refused.digest(),
                            refused.word(),
                            "",
                            "",
                            "",
                            "",
                            List.of(),
                            refused.why(),
                            List.of(),
                            null);
            case FreezeState.InForce inForce ->
                    line(
                            inForce,
                            inForce.released(),
                            inForce.lacks(),
                            inForce.discounted().stream()
                                    .map(one -> new OneRequest.Discounted(one.by(), one.why()))
                                    .toList(),
                            inForce.released().contains(visitor.id())
                                    ? null
                                    : ToSign.of(
                                            visitor,
                                            SignedAct.Kind.UNFREEZE,
                                            inForce.digest(),
                                            now));
            case FreezeState.Released released ->
                    line(released, List.copyOf(released.releases().keySet()), "", List.of(), null);
        };
    }

    private static Line line(
            FreezeState.Genuine state,
            List<String> agreed,
            String why,
            List<OneRequest.Discounted> discounted,
            @Nullable ToSign end) {
        return new Line(
                state.freeze().jurisdiction(),
                state.digest(),
                state.word(),
                state.freeze().target().text(),
                state.freeze().name(),
                state.freeze().reason(),
                state.by(),
                agreed,
                why,
                discounted,
                end);
    }
}
