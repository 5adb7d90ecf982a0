package org.domicile.console.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.LiveSession;
import org.domicile.console.site.Site;

/**
 * Who is connected to the gateway now, the newest first: for those who may have to stop them.
 *
 * @param isCut whether there are more than are listed
 */
public record LiveSessions(List<Line> sessions, boolean isCut) {
    /** Listed at most. */
    static final int MAX = 500;

    /**
     * One session.
     *
     * @param audience empty while no purpose is declared
     * @param purpose likewise
     */
    public record Line(
            String jurisdiction,
            String person,
            String counterparty,
            String audience,
            String purpose,
            Instant since) {}

    static LiveSessions of(Site site) {
        List<Line> lines = new ArrayList<>();
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            for (LiveSession session : jurisdiction.sessions().get()) {
                lines.add(
                        new Line(
                                jurisdiction.name(),
                                session.person(),
                                session.counterparty(),
                                session.audience().orElse(""),
                                session.purpose().orElse(""),
                                session.since()));
            }
        }
        lines.sort(Comparator.comparing(Line::since).reversed());
        return new LiveSessions(
                List.copyOf(lines.subList(0, Math.min(MAX, lines.size()))), lines.size() > MAX);
    }

    /** Names nobody. */
    @Override
    public String toString() {
        return "LiveSessions[" + sessions.size() + "]";
    }
}
