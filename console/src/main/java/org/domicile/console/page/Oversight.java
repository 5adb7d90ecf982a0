package org.domicile.console.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.domicile.console.site.DeskClosedException;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.freeze.FreezeApproval;
import org.domicile.control.freeze.FreezeState;

/**
 * What is stopped, why, and who has agreed to its end.
 *
 * @param needed how many have to agree
 * @param closed jurisdictions whose stores cannot be asked
 * @param notes the newest of each jurisdiction, the newest first
 */
public record Oversight(
        int needed,
        List<Line> freezes,
        List<String> closed,
        List<String> jurisdictions,
        List<Notes.Note> notes) {
    /**
     * One freeze.
     *
     * @param why what keeps it from counting, or from ending; empty for nothing
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
            List<OneRequest.Discounted> discounted) {}

    static Oversight of(Site site, Indexes indexes) {
        List<Line> lines = new ArrayList<>();
        List<String> closed = new ArrayList<>();
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            try {
                jurisdiction
                        .desk()
                        .freezes()
                        .forEach(state -> lines.add(line(jurisdiction.name(), state)));
            } catch (DeskClosedException e) {
                closed.add(jurisdiction.name());
            }
        }
        return new Oversight(
                FreezeApproval.NEEDED,
                lines,
                closed,
                site.jurisdictions().stream().map(Jurisdiction::name).toList(),
                site.jurisdictions().stream()
                        .flatMap(one -> Notes.newest(one, indexes).stream())
                        .sorted(Comparator.comparing(Notes.Note::at).reversed())
                        .toList());
    }

    private static Line line(String jurisdiction, FreezeState state) {
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
                            List.of());
            case FreezeState.InForce inForce ->
                    line(
                            inForce,
                            inForce.released(),
                            inForce.lacks(),
                            inForce.discounted().stream()
                                    .map(one -> new OneRequest.Discounted(one.by(), one.why()))
                                    .toList());
            case FreezeState.Released released ->
                    line(released, List.copyOf(released.releases().keySet()), "", List.of());
        };
    }

    private static Line line(
            FreezeState.Genuine state,
            List<String> agreed,
            String why,
            List<OneRequest.Discounted> discounted) {
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
                discounted);
    }
}
