package org.domicile.control.request;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Finding;
import org.domicile.control.organisation.Organisation;
import org.domicile.ledger.note.VerifierKey;

/**
 * Who may decide about whose request, computed from the organisation alone, with the reasons in
 * words. {@code docs/decisions/0025-requests.md} says why the rules are these.
 */
public final class Independence {
    /** Whoever has none of these decides about nothing. */
    static final Set<Organisation.Role> DECIDING =
            EnumSet.of(
                    Organisation.Role.DATA_OWNER,
                    Organisation.Role.CUSTODIAN,
                    Organisation.Role.OVERSEER);

    private final Organisation organisation;
    private final Coverage coverage;
    private final Ownership ownership;

    public Independence(Organisation organisation, Coverage coverage) {
        this.organisation = organisation;
        this.coverage = coverage;
        this.ownership = new Ownership(organisation);
    }

    /** One rule, whether it holds of somebody, and what was found. */
    public record Check(boolean holds, String says) {}

    /** Whether somebody may decide, rule by rule. */
    public record Judgement(String person, List<Check> checks) {
        public Judgement {
            checks = List.copyOf(checks);
        }

        public boolean may() {
            return checks.stream().allMatch(Check::holds);
        }

        /** Why not; empty where they may. */
        public String objections() {
            return checks.stream()
                    .filter(check -> !check.holds())
                    .map(Check::says)
                    .collect(Collectors.joining("; "));
        }

        /** Names nobody, so that it may appear in a log line. */
        @Override
        public String toString() {
            return "Judgement[" + may() + "]";
        }
    }

    /** Everybody who has a deciding role, each judged. */
    public List<Judgement> deciders(String requester) {
        return organisation.people().values().stream()
                .filter(person -> person.roles().stream().anyMatch(DECIDING::contains))
                .map(person -> judge(person.id(), requester))
                .toList();
    }

    /** Whether {@code approver} may decide about a request of {@code requester}. */
    public Judgement judge(String approver, String requester) {
        Organisation.Person decides = organisation.people().get(approver);
        Organisation.Person asks = organisation.people().get(requester);
        if (decides == null || asks == null) {
            String unknown = decides == null ? approver : requester;
            return new Judgement(
                    approver,
                    List.of(new Check(false, "nobody in the organisation is called " + unknown)));
        }
        List<Check> checks = new ArrayList<>(standing(decides));
        checks.add(
                new Check(
                        !approver.equals(requester),
                        approver.equals(requester) ? "they asked for it" : "did not ask for it"));
        if (!approver.equals(requester)) {
            checks.add(keys(decides, asks));
            checks.add(line(decides, asks));
            checks.add(commonSuperior(decides, asks));
        }
        checks.add(entities(decides, asks));
        checks.add(covered(decides));
        return new Judgement(approver, checks);
    }

    /** Whether somebody may take break-glass: on call, for the custodian itself. */
    public Judgement onCall(String person, String custodian) {
        Organisation.Person found = organisation.people().get(person);
        if (found == null) {
            return new Judgement(
                    person,
                    List.of(new Check(false, "nobody in the organisation is called " + person)));
        }
        boolean isOnCall = found.roles().contains(Organisation.Role.ON_CALL);
        boolean isCustodians = worksFor(found).contains(custodian);
        return new Judgement(
                person,
                List.of(
                        new Check(
                                !found.isDisabled(),
                                found.isDisabled() ? "is disabled" : "is not disabled"),
                        hasKey(found),
                        new Check(isOnCall, isOnCall ? "is on call" : "is not on call"),
                        new Check(
                                isCustodians,
                                (isCustodians ? "works for " : "does not work for ") + custodian),
                        covered(found)));
    }

    /** Whether two on-call people are two. */
    public Judgement bothOnCall(String one, String other) {
        Organisation.Person first = organisation.people().get(one);
        Organisation.Person second = organisation.people().get(other);
        return first == null || second == null || one.equals(other)
                ? new Judgement(one, List.of(new Check(false, "these are not two people")))
                : new Judgement(one, List.of(keys(first, second)));
    }

    /** Whether somebody may decide, as far as it does not matter about whom. */
    public Judgement judge(String decider) {
        Organisation.Person decides = organisation.people().get(decider);
        if (decides == null) {
            return new Judgement(
                    decider,
                    List.of(new Check(false, "nobody in the organisation is called " + decider)));
        }
        List<Check> checks = new ArrayList<>(standing(decides));
        checks.add(covered(decides));
        return new Judgement(decider, checks);
    }

    /**
     * Whether two who each may decide are enough together. Below the same superior they are: an
     * office has one head, and whoever leads the requester too is refused by {@link #judge}.
     */
    public Judgement together(String one, String other) {
        Organisation.Person first = organisation.people().get(one);
        Organisation.Person second = organisation.people().get(other);
        if (first == null || second == null || one.equals(other)) {
            return new Judgement(one, List.of(new Check(false, "these are not two people")));
        }
        boolean ownersOnly =
                Stream.of(first, second)
                        .allMatch(person -> person.roles().contains(Organisation.Role.DATA_OWNER));
        return new Judgement(
                one,
                List.of(
                        keys(first, second),
                        line(first, second),
                        new Check(
                                !ownersOnly,
                                ownersOnly
                                        ? "both are data owners; somebody who is none has to agree too"
                                        : "one of the two is no data owner")));
    }

    private List<Check> standing(Organisation.Person person) {
        String roles =
                person.roles().stream()
                        .filter(DECIDING::contains)
                        .map(Organisation.Role::text)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return List.of(
                new Check(
                        !person.isDisabled(),
                        person.isDisabled() ? "is disabled" : "is not disabled"),
                hasKey(person),
                new Check(
                        !roles.isEmpty(),
                        roles.isEmpty()
                                ? "is no data owner, custodian or overseer"
                                : "has a deciding role: " + roles));
    }

    private static Check hasKey(Organisation.Person person) {
        boolean has = person.approvalKey().isPresent();
        return new Check(
                has, has ? "has a registered approval key" : "has no registered approval key");
    }

    private static Check keys(Organisation.Person one, Organisation.Person other) {
        Optional<VerifierKey> key = one.approvalKey();
        boolean same =
                key.isPresent() && other.approvalKey().filter(key.get()::isSameKey).isPresent();
        return new Check(
                !same,
                same ? "has the same key as " + other.id() : "has another key than " + other.id());
    }

    private Check line(Organisation.Person one, Organisation.Person other) {
        Optional<String> path = reports(one, other.id()).or(() -> reports(other, one.id()));
        return new Check(
                path.isEmpty(), path.orElse("is not in one reporting line with " + other.id()));
    }

    private Optional<String> reports(Organisation.Person from, String to) {
        StringBuilder path = new StringBuilder(from.id());
        String joint = " reports to ";
        for (Organisation.Person superior : organisation.superiors(from.id())) {
            path.append(joint).append(superior.id());
            joint = ", who reports to ";
            if (superior.id().equals(to)) {
                return Optional.of(path.toString());
            }
        }
        return Optional.empty();
    }

    /** A manager on paper has a superior elsewhere, who is the requester's too. */
    private Check commonSuperior(Organisation.Person decides, Organisation.Person asks) {
        Set<String> above =
                organisation.superiors(asks.id()).stream()
                        .map(Organisation.Person::id)
                        .collect(Collectors.toSet());
        return organisation.superiors(decides.id()).stream()
                .map(Organisation.Person::id)
                .filter(above::contains)
                .findFirst()
                .map(superior ->
                        new Check(
                                false,
                                reports(decides, superior).orElse("")
                                        + ", and "
                                        + reports(asks, superior).orElse("")))
                .orElse(new Check(true, "has no superior in common with " + asks.id()));
    }

    private Check entities(Organisation.Person decides, Organisation.Person asks) {
        List<String> theirs = worksFor(decides);
        if (theirs.isEmpty()) {
            return new Check(false, "works for nobody that the organisation knows");
        }
        Map<String, String> forbidden = new LinkedHashMap<>();
        for (String entity : worksFor(asks)) {
            ownership
                    .owners(entity)
                    .forEach((owner, says) -> forbidden.putIfAbsent(owner, owner + " " + says));
        }
        for (String entity : worksFor(asks)) {
            forbidden.put(entity, asks.id() + " works for " + entity);
        }
        if (forbidden.containsKey(decides.id())) {
            return new Check(false, String.valueOf(forbidden.get(decides.id())));
        }
        for (String entity : theirs) {
            if (forbidden.containsKey(entity)) {
                return new Check(false, "works for " + entity + ", and " + forbidden.get(entity));
            }
            for (Map.Entry<String, String> owner : ownership.owners(entity).entrySet()) {
                if (forbidden.containsKey(owner.getKey())) {
                    return new Check(
                            false,
                            "works for "
                                    + entity
                                    + ": "
                                    + owner.getKey()
                                    + " "
                                    + owner.getValue()
                                    + ", and "
                                    + forbidden.get(owner.getKey()));
                }
            }
        }
        return new Check(
                true,
                "works for "
                        + String.join(", ", theirs)
                        + ", which neither is "
                        + asks.id()
                        + "'s employer, nor has "
                        + Ownership.PERCENT
                        + " % of it, nor an owner of that much in common with it");
    }

    /** The entities and states that somebody works for, as a contractor too. */
    public static List<String> worksFor(Organisation.Person person) {
        return Stream.concat(person.employer().stream(), person.contractsWith().stream())
                .map(Organisation.Party::text)
                .distinct()
                .toList();
    }

    private Check covered(Organisation.Person person) {
        List<Finding.Reason> reasons =
                coverage.of(person.id()).map(Finding::reasons).orElse(List.of());
        return reasons.isEmpty()
                ? new Check(true, "is no covered person")
                : new Check(
                        false,
                        "is a covered person: "
                                + reasons.get(0).says()
                                + " ("
                                + reasons.get(0).citation()
                                + ")");
    }
}
