package org.domicile.console.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.AccessDecision;
import org.domicile.control.access.AccessPolicy;
import org.domicile.control.access.Standing;
import org.domicile.control.access.Verdict;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;

/**
 * As what somebody may ask, and what they see then: found by the same decision as the gateway's,
 * which decides again when they ask.
 */
final class SqlPlaces {
    private static final String GRANT = "grant:";

    private SqlPlaces() {}

    /**
     * One jurisdiction, for one person.
     *
     * @param acting at least one
     */
    record Place(Jurisdiction jurisdiction, Plan plan, List<Acting> acting) {
        Optional<Acting> acting(String value) {
            return acting.stream().filter(one -> one.value().equals(value)).findFirst();
        }
    }

    /** As what a session would act: a lasting audience for a purpose, or a grant's. */
    record Acting(Plan.Audience audience, String purpose) {
        /** What tells it from the person's others in a form. */
        String value() {
            return audience.grant().isPresent() ? GRANT + audience.name() : purpose;
        }

        Optional<String> grant() {
            return audience.grant().map(_ -> audience.name());
        }
    }

    /** Where somebody may ask anything. */
    static List<Place> of(Site site, Visitor visitor, Instant now) {
        List<Place> places = new ArrayList<>();
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            AppliedPlan applied = jurisdiction.plan().get();
            List<Acting> acting =
                    applied.roster()
                            .accessor(visitor.id())
                            .map(onRoster -> standing(visitor, applied, onRoster))
                            .map(standing ->
                                    switch (standing) {
                                        case Standing.Admitted(Roster.Accessor accessor) ->
                                                acting(applied, accessor, now);
                                        case Standing.Denied _ -> List.<Acting>of();
                                    })
                            .orElse(List.of());
            if (!acting.isEmpty()) {
                places.add(new Place(jurisdiction, applied.plan(), acting));
            }
        }
        return places;
    }

    private static Standing standing(
            Visitor visitor, AppliedPlan applied, Roster.Accessor onRoster) {
        return Standing.of(visitor.circle().access(), applied.plan(), onRoster, new HashMap<>());
    }

    private static List<Acting> acting(AppliedPlan applied, Roster.Accessor accessor, Instant now) {
        List<Acting> acting = new ArrayList<>();
        TreeSet<String> purposes = new TreeSet<>();
        for (Plan.Audience audience : applied.plan().audiences()) {
            if (audience.grant().isEmpty()) {
                purposes.addAll(accessor.purposesOf(audience));
            } else if (AccessDecision.underGrant(applied, accessor, audience.name(), null, now)
                    instanceof AccessDecision.Allowed allowed) {
                acting.add(new Acting(allowed.audience(), allowed.purpose()));
            }
        }
        for (String purpose : purposes) {
            if (AccessDecision.decide(applied, accessor, purpose)
                    instanceof AccessDecision.Allowed allowed) {
                acting.add(new Acting(allowed.audience(), allowed.purpose()));
            }
        }
        acting.sort(Comparator.comparing((Acting one) -> one.grant().isPresent()));
        return acting;
    }

    /** The policies by which somebody may act so; none for a grant. */
    static List<String> policies(Visitor visitor, Plan plan, Acting acting) {
        return visitor
                .circle()
                .organisation()
                .accessor(visitor.id())
                .map(accessor -> visitor.circle().access().verdicts(accessor, plan))
                .orElse(List.of())
                .stream()
                .filter(verdict -> verdict.audience().equals(acting.audience().name()))
                .filter(verdict -> verdict.purpose().equals(acting.purpose()))
                .filter(Verdict::isPermitted)
                .flatMap(verdict -> verdict.deciding().stream().map(AccessPolicy.Rule::text))
                .toList();
    }

    /** What somebody who acts so reads. */
    static List<Sql.Table> tables(Plan plan, Plan.Audience audience) {
        return audience.views().stream().map(view -> table(plan, view)).toList();
    }

    static Sql.Table table(Plan plan, Plan.View view) {
        List<Sql.Column> columns =
                view.columns().stream()
                        .map(column ->
                                new Sql.Column(
                                        column.name(),
                                        column.transform().text(),
                                        category(plan, view.table(), column.name())))
                        .toList();
        List<String> hidden =
                plan.table(view.table()).stream()
                        .flatMap(table -> table.columns().stream())
                        .map(Plan.Column::name)
                        .filter(name -> view.column(name).isEmpty())
                        .toList();
        return new Sql.Table(view.table().name(), columns, hidden);
    }

    static String category(Plan plan, RelationName table, String column) {
        return plan.table(table)
                .flatMap(found -> found.column(column))
                .map(Plan.Column::category)
                .orElse("");
    }

    /** The first rows of what they see most of. */
    static String example(Plan.Audience audience) {
        return audience.views().stream()
                .max(Comparator.comparingInt(view -> view.columns().size()))
                .map(view ->
                        SqlText.firstRows(
                                view.table().name(),
                                view.columns().stream()
                                        .limit(Sql.EXAMPLE_COLUMNS)
                                        .map(Plan.ViewColumn::name)
                                        .toList(),
                                Sql.EXAMPLE_ROWS))
                .orElse("");
    }
}
