package org.domicile.policy.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;

/**
 * Which rows of a table a grant's views show: those about nobody but its people, until its end.
 *
 * <p>The end is compared for each row as it is read, with the clock and not with {@code now()},
 * which stands still in a transaction: so also an open cursor runs dry, whether or not any process
 * of Domicile's is alive. The salt is there so that a digest of the view's definition cannot be
 * tried out for whose rows it shows.
 */
final class RowFilter {
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private final Plan.Grant grant;
    private final Roster.Granted granted;

    private RowFilter(Plan.Grant grant, Roster.Granted granted) {
        this.grant = grant;
        this.granted = granted;
    }

    /** Nothing for a lasting audience, which sees every row. */
    static Optional<RowFilter> of(Plan.Audience audience, Roster roster, List<Problem> problems) {
        if (audience.grant().isEmpty()) {
            return Optional.empty();
        }
        Optional<Roster.Granted> granted = roster.granted(audience.name());
        if (granted.isEmpty()) {
            problems.add(
                    new Problem(
                            audience.name(),
                            null,
                            null,
                            null,
                            "is a grant, but the roster does not say for whose rows",
                            "apply it with the roster that belongs to it"));
        }
        return granted.map(rows -> new RowFilter(audience.grant().get(), rows));
    }

    /** A WHERE clause over the table as {@code t}. */
    String where(Catalogue.Table table, Plan.Table classes, List<Problem> problems) {
        List<String> conditions = new ArrayList<>();
        conditions.add(
                "pg_catalog.clock_timestamp() < " + SqlText.text(grant.until()) + "::timestamptz");
        conditions.add(SqlText.text(granted.salt()) + "::text IS NOT NULL");
        for (String key : classes.subjects()) {
            table.column(key)
                    .ifPresent(column -> conditions.add(isGranted(table, column, problems)));
        }
        return " WHERE " + String.join(" AND ", conditions);
    }

    private String isGranted(
            Catalogue.Table table, Catalogue.Column column, List<Problem> problems) {
        if (column.family() == TypeFamily.INTEGER
                && !granted.subjects().stream().allMatch(INTEGER.asMatchPredicate())) {
            problems.add(
                    new Problem(
                            granted.audience(),
                            table.name(),
                            column.name(),
                            column.type(),
                            "the grant has a subject that is no value of this type",
                            "ask again, with the subjects' keys as this column has them"));
            return "false";
        }
        return granted.subjects().stream()
                .map(SqlText::text)
                .collect(
                        Collectors.joining(
                                ", ",
                                "t." + SqlText.name(column.name()) + " = ANY (ARRAY[",
                                "]::" + column.type() + "[])"));
    }
}
