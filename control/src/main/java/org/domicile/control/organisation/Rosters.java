package org.domicile.control.organisation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.domicile.yaml.Problem;
import org.domicile.yaml.Spelling;
import org.domicile.yaml.YamlException;

/** Makes each jurisdiction's roster: who may act there as which of the plan's audiences. */
public final class Rosters {
    private final Organisation organisation;
    private final Map<String, Plan> plans;
    private final TreeSet<Problem> problems = new TreeSet<>();

    private Rosters(Organisation organisation, Map<String, Plan> plans) {
        this.organisation = organisation;
        this.plans = plans;
    }

    /**
     * Every jurisdiction's roster, by its name.
     *
     * @throws YamlException with every problem found
     */
    public static Map<String, Roster> of(Organisation organisation, Map<String, Plan> plans) {
        Rosters rosters = new Rosters(organisation, plans);
        organisation.accessors().forEach(rosters::check);
        if (!rosters.problems.isEmpty()) {
            throw new YamlException(List.copyOf(rosters.problems));
        }
        Map<String, Roster> made = new TreeMap<>();
        plans.forEach((jurisdiction, plan) -> made.put(jurisdiction, rosters.roster(plan)));
        return made;
    }

    private void check(Organisation.Accessor accessor) {
        TreeSet<String> known = new TreeSet<>();
        for (Plan plan : plans.values()) {
            plan.audiences().forEach(audience -> known.add(audience.name()));
            checkUnambiguous(accessor, theirs(accessor, plan), plan.jurisdiction());
        }
        String employer = accessor.employer().map(Organisation.Party::text).orElse("");
        for (String name : accessor.audiences()) {
            if (!known.contains(name)) {
                add(
                        accessor,
                        "audience \"" + name + "\" is not declared in domicile.yaml",
                        Spelling.instead(name, known, "declare it there"));
            }
            plans.values().stream()
                    .flatMap(plan -> plan.audience(name).stream())
                    .filter(audience -> !audience.counterparty().equals(employer))
                    .forEach(audience ->
                            add(
                                    accessor,
                                    "audience \""
                                            + name
                                            + "\" is for \""
                                            + audience.counterparty()
                                            + "\", not for their employer \""
                                            + employer
                                            + "\"",
                                    "give them an audience that is for it"));
        }
    }

    /** A session's purpose has to decide its audience: two that fit are one too many. */
    private void checkUnambiguous(
            Organisation.Accessor accessor, List<Plan.Audience> theirs, String jurisdiction) {
        for (int i = 0; i < theirs.size(); i++) {
            for (Plan.Audience other : theirs.subList(0, i)) {
                Plan.Audience audience = theirs.get(i);
                Optional<String> purpose =
                        audience.purposes().stream().filter(other.purposes()::contains).findFirst();
                if (purpose.isPresent()) {
                    add(
                            accessor,
                            "audiences \""
                                    + other.name()
                                    + "\" and \""
                                    + audience.name()
                                    + "\" are both for "
                                    + purpose.get()
                                    + " in "
                                    + jurisdiction,
                            "leave them only one of the two");
                }
            }
        }
    }

    private void add(Organisation.Accessor accessor, String what, String instead) {
        int line = organisation.lines().getOrDefault(accessor.id(), 1);
        problems.add(
                new Problem(OrganisationFile.NAME, line, 1, accessor.id() + ": " + what, instead));
    }

    private static List<Plan.Audience> theirs(Organisation.Accessor accessor, Plan plan) {
        return accessor.audiences().stream()
                .flatMap(name -> plan.audience(name).stream())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Those with something to see there; whoever is disabled sees nothing. */
    private Roster roster(Plan plan) {
        List<Roster.Accessor> accessors = new ArrayList<>();
        for (Organisation.Accessor accessor : organisation.accessors()) {
            List<String> audiences =
                    theirs(accessor, plan).stream().map(Plan.Audience::name).toList();
            if (!audiences.isEmpty() && !accessor.isDisabled()) {
                accessors.add(
                        new Roster.Accessor(
                                accessor.id(),
                                accessor.employer().orElseThrow().text(),
                                accessor.sitsIn(),
                                accessor.residesIn(),
                                audiences));
            }
        }
        return new Roster(plan.jurisdiction(), accessors);
    }
}
