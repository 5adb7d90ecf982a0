package org.domicile.console.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.DeskClosedException;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.organisation.Organisation.Role;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestState;
import org.jspecify.annotations.Nullable;

/**
 * Requests that who looks may see, the newest first: their own, and all for those who decide.
 *
 * @param oldestOpenMinutes how long the one that waits longest has waited; null where none does
 * @param closed jurisdictions whose stores cannot be asked
 */
public record Requests(
        boolean isAll,
        int open,
        @Nullable Long oldestOpenMinutes,
        List<Line> lines,
        List<String> closed) {
    private static final Set<Role> DECIDING =
            Set.of(Role.DATA_OWNER, Role.CUSTODIAN, Role.OVERSEER);

    /** One request. */
    public record Line(
            String jurisdiction,
            String request,
            String state,
            @Nullable String requester,
            @Nullable String purpose,
            @Nullable String ticket,
            boolean isBreakGlass,
            @Nullable String filedAt,
            @Nullable String until) {}

    static boolean decides(Visitor visitor) {
        return visitor.roles().stream().anyMatch(DECIDING::contains);
    }

    /** Whether somebody may know that there is such a request, and what it asks for. */
    static boolean isSeenBy(Visitor visitor, RequestState state) {
        return switch (state) {
            case RequestState.Refused _ -> visitor.person().watchesOver();
            case RequestState.Genuine genuine ->
                    decides(visitor)
                            || genuine.request().requester().equals(visitor.id())
                            || (genuine.request().isBreakGlass()
                                    && visitor.roles().contains(Role.ON_CALL));
        };
    }

    static Requests of(Site site, Visitor visitor, Instant now) {
        List<Line> lines = new ArrayList<>();
        List<String> closed = new ArrayList<>();
        Long oldest = null;
        int open = 0;
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            try {
                for (RequestState state : jurisdiction.desk().requests()) {
                    if (!isSeenBy(visitor, state)) {
                        continue;
                    }
                    lines.add(line(jurisdiction.name(), state));
                    if (state instanceof RequestState.Open waiting) {
                        open++;
                        long minutes = minutesSince(waiting.request(), now);
                        oldest = oldest == null ? minutes : Math.max(oldest, minutes);
                    }
                }
            } catch (DeskClosedException e) {
                closed.add(jurisdiction.name());
            }
        }
        lines.sort(
                java.util.Comparator.comparing(
                                (Line line) -> line.filedAt() == null ? "" : line.filedAt())
                        .reversed());
        return new Requests(decides(visitor), open, oldest, lines, closed);
    }

    private static long minutesSince(Request request, Instant now) {
        return Duration.between(Instant.parse(request.filedAt()), now).toMinutes();
    }

    static Line line(String jurisdiction, RequestState state) {
        return switch (state) {
            case RequestState.Refused refused ->
                    new Line(
                            jurisdiction,
                            refused.digest(),
                            refused.word(),
                            null,
                            null,
                            null,
                            false,
                            null,
                            null);
            case RequestState.Genuine genuine ->
                    new Line(
                            jurisdiction,
                            genuine.digest(),
                            genuine.word(),
                            genuine.request().requester(),
                            genuine.request().purpose(),
                            genuine.request().ticket(),
                            genuine.request().isBreakGlass(),
                            genuine.request().filedAt(),
                            genuine.request().until());
        };
    }
}
