package org.domicile.policy.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanComparison;
import org.domicile.plan.Roster;

/** What is different between the plan in force and another, as a person reads it. */
final class PlanDifference {
    private PlanDifference() {}

    static List<Change> changes(
            Optional<AppliedPlan> before, Plan plan, Roster roster, Set<String> rewritten) {
        PlanComparison comparison =
                PlanComparison.of(
                        before.map(AppliedPlan::plan).orElseGet(() -> without(plan)), plan);
        Map<String, PlanComparison.OfAudience> different = new LinkedHashMap<>();
        comparison.audiences().forEach(audience -> different.put(audience.name(), audience));
        List<Change> changes = new ArrayList<>();
        for (Plan.Audience audience : plan.audiences()) {
            PlanComparison.OfAudience of = different.remove(audience.name());
            if (of == null) {
                if (rewritten.contains(audience.name())) {
                    changes.add(writtenAnew(audience));
                }
            } else if (of.before().isEmpty()) {
                changes.add(Change.add(headline(audience)));
                of.views().forEach(view -> changes.add(view(audience.name(), view)));
            } else {
                changed(of, of.before().get(), audience, rewritten, changes);
            }
        }
        for (PlanComparison.OfAudience gone : different.values()) {
            changes.add(Change.remove("audience " + gone.name()));
            gone.views().forEach(view -> changes.add(view(gone.name(), view)));
        }
        before.ifPresent(applied -> rest(applied, comparison, roster, changes));
        return changes;
    }

    /** A plan of the same jurisdiction in which nobody sees anything. */
    private static Plan without(Plan plan) {
        return new Plan(
                plan.jurisdiction(), plan.custodian(), plan.entities(), plan.tables(), List.of());
    }

    static List<Change> roles(StoreRoles wanted, StoreRoles existing) {
        List<Change> changes = new ArrayList<>();
        wanted.logins().keySet().stream()
                .filter(role -> !existing.logins().containsKey(role))
                .forEach(role -> changes.add(Change.add("login role " + role)));
        existing.logins().keySet().stream()
                .filter(role -> !wanted.logins().containsKey(role))
                .forEach(role -> changes.add(Change.remove("login role " + role)));
        return changes;
    }

    private static void changed(
            PlanComparison.OfAudience of,
            Plan.Audience was,
            Plan.Audience is,
            Set<String> rewritten,
            List<Change> changes) {
        int before = changes.size();
        List<String> details = new ArrayList<>();
        if (of.hasOtherCounterparty()) {
            details.add("~ counterparty: " + was.counterparty() + " -> " + is.counterparty());
        }
        if (!was.purposes().equals(is.purposes())) {
            details.add(
                    "~ purposes: "
                            + String.join(", ", was.purposes())
                            + " -> "
                            + String.join(", ", is.purposes()));
        }
        if (!details.isEmpty()) {
            if (rewritten.contains(is.name()) && hasPseudonym(is)) {
                details.add("~ all its pseudonyms: they get another key");
            }
            changes.add(new Change(Change.Kind.CHANGE, "audience " + is.name(), details));
        }
        of.views().forEach(view -> changes.add(view(is.name(), view)));
        if (rewritten.contains(is.name()) && changes.size() == before) {
            changes.add(writtenAnew(is));
        }
    }

    private static Change writtenAnew(Plan.Audience audience) {
        return Change.change(
                "audience " + audience.name(),
                "~ its views are written anew: a category, a subject key or a column's type changed");
    }

    private static Change view(String audience, PlanComparison.OfView view) {
        String what = "view " + view.table() + " of audience " + audience;
        if (view.after().isEmpty()) {
            return Change.remove(what);
        }
        return new Change(
                view.before().isEmpty() ? Change.Kind.ADD : Change.Kind.CHANGE,
                what,
                view.columns().stream().map(PlanDifference::column).toList());
    }

    private static String column(PlanComparison.OfColumn column) {
        if (column.after().isEmpty()) {
            return "- " + column.name() + ": hidden";
        }
        String now = column.after().get().text();
        return column.before()
                .map(was -> "~ " + column.name() + ": " + was.text() + " -> " + now)
                .orElse("+ " + column.name() + ": " + now);
    }

    /** What changes the documents and nothing that a reader sees. */
    private static void rest(
            AppliedPlan before, PlanComparison comparison, Roster roster, List<Change> changes) {
        if (!comparison.tables().isEmpty()) {
            changes.add(
                    new Change(
                            Change.Kind.CHANGE,
                            "classification",
                            comparison.tables().stream()
                                    .map(table -> "~ " + table.name())
                                    .toList()));
        }
        if (comparison.areEntitiesOther()) {
            changes.add(Change.change("entities"));
        }
        if (!before.roster().equals(roster)) {
            changes.add(Change.change("roster of accessors"));
        }
    }

    private static String headline(Plan.Audience audience) {
        return "audience "
                + audience.name()
                + " for "
                + audience.counterparty()
                + ", purposes "
                + String.join(", ", audience.purposes());
    }

    private static boolean hasPseudonym(Plan.Audience audience) {
        return audience.views().stream()
                .flatMap(view -> view.columns().stream())
                .anyMatch(c -> c.transform() instanceof org.domicile.plan.Transform.Pseudonym);
    }
}
