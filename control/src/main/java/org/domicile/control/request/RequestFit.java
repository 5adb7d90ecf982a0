package org.domicile.control.request;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.organisation.GrantTerm;
import org.domicile.plan.Plan;

/** Whether a request is for something that is there, and for no longer than such data may be. */
public final class RequestFit {
    /** Longer than this only where the organisation file says so. */
    public static final Duration DEFAULT_LONGEST = Duration.ofHours(8);

    private RequestFit() {}

    /** Why a request cannot be granted whoever agrees; nothing where it can. */
    public static Optional<String> problem(
            Request request, Plan plan, Map<String, Duration> longest) {
        if (!request.jurisdiction().equals(plan.jurisdiction())) {
            return Optional.of("it is for another jurisdiction");
        }
        for (Plan.View view : request.views()) {
            Optional<Plan.Table> table = plan.table(view.table());
            if (table.isEmpty()) {
                return Optional.of("the policy classifies no table " + view.table());
            }
            if (table.get().subjects().isEmpty()) {
                return Optional.of(
                        "table "
                                + view.table()
                                + " has no subject key, so nobody's rows can be picked");
            }
            for (Plan.ViewColumn shown : view.columns()) {
                Optional<Plan.Column> column = table.get().column(shown.name());
                if (column.isEmpty()) {
                    return Optional.of(
                            "the policy classifies no column " + view.table() + "." + shown.name());
                }
                Duration most = longest(column.get().category(), longest);
                if (request.duration().compareTo(most) > 0) {
                    return Optional.of(
                            view.table()
                                    + "."
                                    + shown.name()
                                    + " ("
                                    + column.get().category()
                                    + ") may be granted for "
                                    + GrantTerm.spelling(most)
                                    + " at most");
                }
            }
        }
        return Optional.empty();
    }

    /** That of the category itself, or of the nearest category that it belongs to. */
    static Duration longest(String category, Map<String, Duration> longest) {
        String nearest = category;
        while (true) {
            Duration found = longest.get(nearest);
            if (found != null) {
                return found;
            }
            int dot = nearest.lastIndexOf('.');
            if (dot < 0) {
                return DEFAULT_LONGEST;
            }
            nearest = nearest.substring(0, dot);
        }
    }
}
