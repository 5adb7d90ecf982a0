package org.domicile.control.access;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.domicile.yaml.Problem;
import org.domicile.yaml.Spelling;
import org.domicile.yaml.YamlException;

/** Makes each jurisdiction's roster: who may act there as which of the plan's audiences. */
public final class Rosters {
    private final Access access;
    private final Map<String, Plan> plans;
    private final TreeSet<Problem> problems = new TreeSet<>();

    private Rosters(Access access, Map<String, Plan> plans) {
        this.access = access;
        this.plans = plans;
    }

    /**
     * Every jurisdiction's roster, by its name.
     *
     * @throws YamlException with every problem found
     */
    public static Map<String, Roster> of(Access access, Map<String, Plan> plans) {
        Rosters rosters = new Rosters(access, plans);
        rosters.checkMentions();
        Map<String, Roster> made = new TreeMap<>();
        plans.forEach((jurisdiction, plan) -> made.put(jurisdiction, rosters.roster(plan)));
        if (!rosters.problems.isEmpty()) {
            throw new YamlException(List.copyOf(rosters.problems));
        }
        return made;
    }

    /** Those with something to see there. */
    private Roster roster(Plan plan) {
        Map<Object, List<Verdict>> alike = new ConcurrentHashMap<>();
        List<Roster.Accessor> admitted =
                access.organisation().accessors().parallelStream()
                        .filter(accessor -> !accessor.isDisabled())
                        .flatMap(accessor -> admitted(accessor, plan, alike).stream())
                        .toList();
        return new Roster(plan.jurisdiction(), admitted);
    }

    private Optional<Roster.Accessor> admitted(
            Organisation.Accessor accessor, Plan plan, Map<Object, List<Verdict>> alike) {
        List<Verdict> verdicts = access.verdicts(accessor, plan, alike);
        for (Verdict verdict : verdicts) {
            for (Verdict.Failure failed : verdict.failed()) {
                add(accessor, verdict, failed);
            }
        }
        Optional<Roster.Accessor> admitted = Access.admitted(accessor, plan, verdicts);
        admitted.ifPresent(theirs -> checkUnambiguous(accessor, theirs, plan));
        return admitted;
    }

    private void add(Organisation.Accessor accessor, Verdict verdict, Verdict.Failure failed) {
        add(
                new Problem(
                        AccessPolicy.NAME,
                        failed.rule().map(AccessPolicy.Rule::line).orElse(1),
                        1,
                        "this policy cannot be evaluated for "
                                + accessor.id()
                                + " as "
                                + verdict.audience()
                                + ", who is denied therefore: "
                                + failed.why(),
                        "write it so that it cannot fail"));
    }

    /** A session's purpose has to decide its audience: two that fit are one too many. */
    private void checkUnambiguous(
            Organisation.Accessor accessor, Roster.Accessor admitted, Plan plan) {
        Map<String, String> byPurpose = new TreeMap<>();
        for (Plan.Audience audience : plan.audiences()) {
            for (String purpose : admitted.purposesOf(audience)) {
                String other = byPurpose.putIfAbsent(purpose, audience.name());
                if (other != null) {
                    int line = access.organisation().lines().getOrDefault(accessor.id(), 1);
                    add(
                            new Problem(
                                    OrganisationFile.NAME,
                                    line,
                                    1,
                                    accessor.id()
                                            + ": may act as \""
                                            + other
                                            + "\" and as \""
                                            + audience.name()
                                            + "\" for "
                                            + purpose
                                            + " in "
                                            + plan.jurisdiction(),
                                    "leave them one of the two in "
                                            + AccessPolicy.NAME
                                            + "; `domicile access explain "
                                            + accessor.id()
                                            + " "
                                            + plan.jurisdiction()
                                            + "` shows the policies that decide"));
                }
            }
        }
    }

    private synchronized void add(Problem problem) {
        problems.add(problem);
    }

    /** A misspelt name in a policy forbids nobody, and nobody would notice. */
    private void checkMentions() {
        Organisation organisation = access.organisation();
        Set<String> audiences = new TreeSet<>();
        plans.values().forEach(plan -> plan.audiences().forEach(a -> audiences.add(a.name())));
        Set<String> teams = new TreeSet<>();
        organisation.accessors().forEach(accessor -> teams.addAll(accessor.teams()));
        for (AccessPolicy.Rule rule : access.policy().rules()) {
            for (AccessPolicy.Mention mention : rule.mentions()) {
                switch (mention.type()) {
                    case "Audience" -> check(rule, mention, audiences, "domicile.yaml");
                    case "Jurisdiction" -> check(rule, mention, plans.keySet(), "domicile.yaml");
                    case "Team" -> check(rule, mention, teams, OrganisationFile.NAME);
                    case "Person" ->
                            check(
                                    rule,
                                    mention,
                                    organisation.people().keySet(),
                                    OrganisationFile.NAME);
                    case "Job" ->
                            check(
                                    rule,
                                    mention,
                                    organisation.jobs().keySet(),
                                    OrganisationFile.NAME);
                    case "Entity" ->
                            check(
                                    rule,
                                    mention,
                                    organisation.entities().keySet(),
                                    OrganisationFile.NAME);
                    default -> {} // states, roles and the action: the schema knows them
                }
            }
        }
    }

    private void check(
            AccessPolicy.Rule rule,
            AccessPolicy.Mention mention,
            Collection<String> known,
            String file) {
        if (!known.contains(mention.id())) {
            add(
                    new Problem(
                            AccessPolicy.NAME,
                            rule.line(),
                            1,
                            rule.name()
                                    + ": there is no "
                                    + mention.type().toLowerCase(java.util.Locale.ROOT)
                                    + " \""
                                    + mention.id()
                                    + "\" in "
                                    + file,
                            Spelling.instead(
                                    mention.id(), new HashSet<>(known), "declare it there")));
        }
    }
}
