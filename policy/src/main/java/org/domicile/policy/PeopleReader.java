package org.domicile.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.plan.Names;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads who may ask, for whom they work, and the audiences they may act as. */
final class PeopleReader {
    private static final List<String> KEYS =
            List.of("name", "employer", "sits_in", "resides_in", "audiences");

    private final Problems problems;
    private final Values values;
    private final Declared declared;
    private final Map<String, Policy.Audience> audiences;

    PeopleReader(Problems problems, Declared declared, Map<String, Policy.Audience> audiences) {
        this.problems = problems;
        this.values = new Values(problems);
        this.declared = declared;
        this.audiences = audiences;
    }

    Map<String, Policy.Person> read(Members section) {
        Map<String, Policy.Person> people = new LinkedHashMap<>();
        for (Members.Member member : section.all()) {
            Policy.Person person = person(member);
            if (person != null) {
                people.put(person.id(), person);
            }
        }
        return people;
    }

    private Policy.@Nullable Person person(Members.Member member) {
        String what = "person " + Problems.quote(member.name());
        values.name(member, what, Names.MAX_ACCESSOR_LENGTH);
        Members members = Members.read(member.key(), member.value(), what, KEYS, problems);
        Optional<String> name =
                Optional.ofNullable(values.text(members.value("name"), "their name"));
        String employer =
                values.reference(
                        members.require("employer", "parent"),
                        "employer",
                        PolicyFile.ENTITIES,
                        declared.entities());
        String sitsIn = values.country(members.require("sits_in", "US"), "the country they sit in");
        String residesIn =
                values.country(members.require("resides_in", "US"), "the country they reside in");
        Map<String, Node> named =
                values.references(
                        members.require("audiences", "[parent_analytics]"),
                        "audience",
                        PolicyFile.AUDIENCES,
                        declared.audiences());
        if (employer == null || named == null) {
            return null;
        }
        checkEmployer(employer, named);
        checkUnambiguous(named);
        if (sitsIn == null || residesIn == null) {
            return null;
        }
        return new Policy.Person(
                member.name(), name, employer, sitsIn, residesIn, List.copyOf(named.keySet()));
    }

    private void checkEmployer(String employer, Map<String, Node> named) {
        named.forEach((name, node) -> {
            Policy.Audience audience = audiences.get(name);
            if (audience == null || audience.counterparty().equals(employer)) {
                return;
            }
            List<String> theirs =
                    audiences.values().stream()
                            .filter(other -> other.counterparty().equals(employer))
                            .map(Policy.Audience::name)
                            .toList();
            problems.add(
                    node,
                    "audience "
                            + Problems.quote(name)
                            + " is for "
                            + Problems.quote(audience.counterparty())
                            + ", not for their employer "
                            + Problems.quote(employer),
                    theirs.isEmpty()
                            ? "add an audience with \"counterparty: " + employer + "\""
                            : "write one of: " + Spelling.list(theirs));
        });
    }

    /** A session's purpose has to decide its audience: two that fit are one too many. */
    private void checkUnambiguous(Map<String, Node> named) {
        List<Policy.Audience> before = new ArrayList<>();
        named.forEach((name, node) -> {
            Policy.Audience audience = audiences.get(name);
            if (audience == null) {
                return;
            }
            for (Policy.Audience other : before) {
                Optional<String> jurisdiction =
                        common(audience.jurisdictions(), other.jurisdictions());
                Optional<String> purpose = common(audience.purposes(), other.purposes());
                if (jurisdiction.isPresent() && purpose.isPresent()) {
                    problems.add(
                            node,
                            "audiences "
                                    + Problems.quote(other.name())
                                    + " and "
                                    + Problems.quote(name)
                                    + " are both for "
                                    + purpose.get()
                                    + " in "
                                    + jurisdiction.get(),
                            "leave one person only one of them");
                }
            }
            before.add(audience);
        });
    }

    private static Optional<String> common(List<String> some, List<String> others) {
        return some.stream().filter(others::contains).findFirst();
    }
}
