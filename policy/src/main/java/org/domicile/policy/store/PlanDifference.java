package org.domicile.policy.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;

/** What is different between the plan in force and another, as a person reads it. */
final class PlanDifference {
    private PlanDifference() {}

    static List<Change> changes(
            Optional<AppliedPlan> before, Plan plan, Roster roster, Set<String> rewritten) {
        Map<String, Plan.Audience> old = new TreeMap<>();
        before.ifPresent(a -> a.plan().audiences().forEach(x -> old.put(x.name(), x)));
        List<Change> changes = new ArrayList<>();
        for (Plan.Audience audience : plan.audiences()) {
            Plan.Audience was = old.remove(audience.name());
            if (was == null) {
                changes.add(Change.add(headline(audience)));
                audience.views().forEach(view -> changes.add(added(audience, view)));
            } else {
                changed(was, audience, rewritten.contains(audience.name()), changes);
            }
        }
        for (Plan.Audience gone : old.values()) {
            changes.add(Change.remove("audience " + gone.name()));
            gone.views().forEach(v -> changes.add(Change.remove(viewName(gone, v))));
        }
        before.ifPresent(applied -> rest(applied, plan, roster, changes));
        return changes;
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
            Plan.Audience was, Plan.Audience is, boolean rewritten, List<Change> changes) {
        int before = changes.size();
        List<String> details = new ArrayList<>();
        if (!was.counterparty().equals(is.counterparty())) {
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
            if (rewritten && hasPseudonym(is)) {
                details.add("~ all its pseudonyms: they get another key");
            }
            changes.add(new Change(Change.Kind.CHANGE, "audience " + is.name(), details));
        }
        Map<String, Plan.View> old = new TreeMap<>();
        was.views().forEach(view -> old.put(view.table().toString(), view));
        for (Plan.View view : is.views()) {
            Plan.View oldView = old.remove(view.table().toString());
            if (oldView == null) {
                changes.add(added(is, view));
            } else if (!oldView.equals(view)) {
                changes.add(
                        new Change(Change.Kind.CHANGE, viewName(is, view), columns(oldView, view)));
            }
        }
        old.values().forEach(view -> changes.add(Change.remove(viewName(is, view))));
        if (rewritten && changes.size() == before) {
            changes.add(
                    Change.change(
                            "audience " + is.name(),
                            "~ its views are written anew: a category, a subject key or a column's type changed"));
        }
    }

    private static List<String> columns(Plan.View was, Plan.View is) {
        Map<String, String> old =
                was.columns().stream()
                        .collect(
                                Collectors.toMap(Plan.ViewColumn::name, c -> c.transform().text()));
        List<String> lines = new ArrayList<>();
        for (Plan.ViewColumn column : is.columns()) {
            String before = old.remove(column.name());
            String now = column.transform().text();
            if (before == null) {
                lines.add("+ " + column.name() + ": " + now);
            } else if (!before.equals(now)) {
                lines.add("~ " + column.name() + ": " + before + " -> " + now);
            }
        }
        new TreeSet<>(old.keySet()).forEach(name -> lines.add("- " + name + ": hidden"));
        return lines;
    }

    /** What changes the documents and nothing that a reader sees. */
    private static void rest(AppliedPlan before, Plan plan, Roster roster, List<Change> changes) {
        if (!before.plan().tables().equals(plan.tables())) {
            Set<String> all = new TreeSet<>();
            Set<Plan.Table> old = Set.copyOf(before.plan().tables());
            Set<Plan.Table> now = Set.copyOf(plan.tables());
            old.stream().filter(t -> !now.contains(t)).forEach(t -> all.add(t.name().toString()));
            now.stream().filter(t -> !old.contains(t)).forEach(t -> all.add(t.name().toString()));
            changes.add(
                    new Change(
                            Change.Kind.CHANGE,
                            "classification",
                            all.stream().map(name -> "~ " + name).toList()));
        }
        if (!before.plan().entities().equals(plan.entities())
                || !before.plan().custodian().equals(plan.custodian())) {
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

    private static Change added(Plan.Audience audience, Plan.View view) {
        return new Change(
                Change.Kind.ADD,
                viewName(audience, view),
                view.columns().stream()
                        .map(c -> "+ " + c.name() + ": " + c.transform().text())
                        .toList());
    }

    private static String viewName(Plan.Audience audience, Plan.View view) {
        return "view " + view.table() + " of audience " + audience.name();
    }

    private static boolean hasPseudonym(Plan.Audience audience) {
        return audience.views().stream()
                .flatMap(view -> view.columns().stream())
                .anyMatch(c -> c.transform() instanceof org.domicile.plan.Transform.Pseudonym);
    }
}
