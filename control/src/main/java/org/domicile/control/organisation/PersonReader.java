package org.domicile.control.organisation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.plan.Names;
import org.domicile.yaml.Members;
import org.domicile.yaml.Problems;
import org.domicile.yaml.Spelling;
import org.domicile.yaml.Values;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads who may ask: people and jobs. */
final class PersonReader {
    private static final List<String> PERSON_KEYS =
            List.of(
                    "name",
                    "employer",
                    "contracts_with",
                    "sits_in",
                    "resides_in",
                    "citizen_of",
                    "settled_in",
                    "manager",
                    "roles",
                    "teams",
                    "designated",
                    "approval_key",
                    "disabled");
    private static final List<String> JOB_KEYS =
            List.of("name", "employer", "runs_in", "responsible", "teams", "disabled");

    private final Problems problems;
    private final Values values;
    private final OrganisationFile.Declared declared;

    PersonReader(Problems problems, OrganisationFile.Declared declared) {
        this.problems = problems;
        this.values = new Values(problems);
        this.declared = declared;
    }

    Map<String, Organisation.Person> people(Members section) {
        Map<String, Organisation.Person> people = new LinkedHashMap<>();
        for (Members.Member member : section.all()) {
            Organisation.Person person = person(member);
            if (person != null) {
                people.put(person.id(), person);
            }
        }
        return people;
    }

    Map<String, Organisation.Job> jobs(Members section) {
        Map<String, Organisation.Job> jobs = new LinkedHashMap<>();
        for (Members.Member member : section.all()) {
            Organisation.Job job = job(member);
            if (job != null) {
                jobs.put(job.id(), job);
            }
        }
        return jobs;
    }

    private Organisation.@Nullable Person person(Members.Member member) {
        String what = "person " + Problems.quote(member.name());
        values.name(member, what, Names.MAX_ACCESSOR_LENGTH);
        Members members = Members.read(member.key(), member.value(), what, PERSON_KEYS, problems);
        String name = values.text(members.value("name"), "their name");
        Node employerNode = members.value("employer");
        Organisation.Party employer = worksFor(employerNode, "employer");
        List<Organisation.Party> contracts = new ArrayList<>();
        for (Node node : values.list(members.value("contracts_with"), "\"contracts_with\"")) {
            Organisation.Party party = worksFor(node, "those they contract with");
            if (party != null) {
                contracts.add(party);
            }
        }
        String sitsIn = values.country(members.require("sits_in", "US"), "the country they sit in");
        String residesIn =
                values.country(members.require("resides_in", "US"), "the country they reside in");
        List<String> citizenOf = countries(members.value("citizen_of"), "\"citizen_of\"");
        List<String> settledIn = countries(members.value("settled_in"), "\"settled_in\"");
        String manager = person(members.value("manager"), "manager");
        Set<Organisation.Role> roles = roles(members.value("roles"));
        List<String> teams = teams(members);
        String designated = values.text(members.value("designated"), "\"designated\"");
        VerifierKey approvalKey = approvalKey(members.value("approval_key"));
        boolean isDisabled = flag(members.value("disabled"), "\"disabled\"");
        if (sitsIn == null || residesIn == null) {
            return null;
        }
        return new Organisation.Person(
                member.name(),
                Optional.ofNullable(name),
                Optional.ofNullable(employer),
                contracts,
                sitsIn,
                residesIn,
                citizenOf,
                settledIn,
                Optional.ofNullable(manager),
                roles,
                teams,
                Optional.ofNullable(designated),
                Optional.ofNullable(approvalKey),
                isDisabled);
    }

    private Organisation.@Nullable Job job(Members.Member member) {
        String what = "job " + Problems.quote(member.name());
        values.name(member, what, Names.MAX_ACCESSOR_LENGTH);
        Members members = Members.read(member.key(), member.value(), what, JOB_KEYS, problems);
        String name = values.text(members.value("name"), "its name");
        Organisation.Party employer = worksFor(members.require("employer", "parent"), "employer");
        String runsIn = values.country(members.require("runs_in", "US"), "the country it runs in");
        String responsible =
                person(members.require("responsible", "alice"), "the person responsible");
        List<String> teams = teams(members);
        boolean isDisabled = flag(members.value("disabled"), "\"disabled\"");
        if (employer == null || runsIn == null || responsible == null) {
            return null;
        }
        return new Organisation.Job(
                member.name(),
                Optional.ofNullable(name),
                employer,
                runsIn,
                responsible,
                teams,
                isDisabled);
    }

    /**
     * Names of the organisation's own choosing; whoever is in a team says so, here and only here.
     */
    private List<String> teams(Members members) {
        Set<String> teams = new LinkedHashSet<>();
        for (Node element : values.list(members.value("teams"), "\"teams\"")) {
            String team = values.text(element, "a team");
            if (team != null && !Names.isName(team, Names.MAX_NAME_LENGTH)) {
                problems.add(
                        element,
                        Problems.quote(team) + " is no name for a team",
                        "write small letters, digits and _, a letter first");
            } else if (team != null) {
                teams.add(team);
            }
        }
        return List.copyOf(teams);
    }

    private Organisation.@Nullable Party worksFor(@Nullable Node node, String what) {
        String text = values.text(node, what);
        if (text == null || node == null) {
            return null;
        }
        Organisation.Party party = EntityReader.party(text, declared);
        if (party != null) {
            switch (party) {
                case Organisation.EntityParty _, Organisation.StateParty _ -> {
                    return party;
                }
                case Organisation.PersonParty _, Organisation.PublicParty _ -> {}
            }
        }
        problems.add(
                node,
                what + " " + Problems.quote(text) + " is not declared under \"entities\"",
                Spelling.instead(
                        text,
                        declared.entities(),
                        "declare it there, or write a country's code for a state"));
        return null;
    }

    private @Nullable String person(@Nullable Node node, String what) {
        return node == null
                ? null
                : values.reference(node, what, OrganisationFile.PEOPLE, declared.people());
    }

    private @Nullable VerifierKey approvalKey(@Nullable Node node) {
        String text = values.text(node, "\"approval_key\"");
        if (text == null || node == null) {
            return null;
        }
        try {
            VerifierKey key = VerifierKey.parse(text);
            if (ApprovalSigner.isApprovalKey(key)) {
                return key;
            }
        } catch (NoteFormatException e) {
            // Told below, as any other text that is no such key.
        }
        problems.add(
                node,
                "this is no approval key",
                "write the line that `domicile approval-key` printed");
        return null;
    }

    private Set<Organisation.Role> roles(@Nullable Node node) {
        Set<Organisation.Role> roles = EnumSet.noneOf(Organisation.Role.class);
        Map<String, Organisation.Role> spellings = new LinkedHashMap<>();
        for (Organisation.Role role : Organisation.Role.values()) {
            spellings.put(role.text(), role);
        }
        for (Node element : values.list(node, "\"roles\"")) {
            String text = values.text(element, "a role");
            Organisation.Role role = text == null ? null : spellings.get(text);
            if (role != null) {
                roles.add(role);
            } else if (text != null) {
                problems.add(
                        element,
                        "unknown role " + Problems.quote(text),
                        Problems.instead(text, spellings.keySet()));
            }
        }
        return roles;
    }

    private List<String> countries(@Nullable Node node, String what) {
        Set<String> countries = new LinkedHashSet<>();
        for (Node element : values.list(node, what)) {
            String country = values.country(element, "the country");
            if (country != null) {
                countries.add(country);
            }
        }
        return List.copyOf(countries);
    }

    private boolean flag(@Nullable Node node, String what) {
        return node != null && values.flag(node, what);
    }
}
