package org.domicile.control.organisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.domicile.control.organisation.OrganisationTexts.problems;
import static org.domicile.control.organisation.OrganisationTexts.read;
import static org.domicile.control.organisation.OrganisationTexts.small;
import static org.domicile.control.organisation.OrganisationTexts.smallWith;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.domicile.plan.Plan;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;

/** What the file means, and what a person is told of each rule of it, broken once. */
class OrganisationFileTest {
    private static void assertProblem(String written, String instead, String... expected) {
        assertThat(problems(smallWith(written, instead)))
                .as(instead)
                .containsExactly(
                        List.of(expected).stream()
                                .map(problem -> "organisation.yaml:" + problem)
                                .toArray(String[]::new));
    }

    @Test
    void reads_every_section() {
        Organisation organisation = read(small());
        Organisation.Entity parent = organisation.entities().get("parent");
        assertThat(parent).isNotNull();
        assertThat(parent)
                .isEqualTo(
                        new Organisation.Entity(
                                "parent",
                                "Parent Co.",
                                List.of("KY", "HK"),
                                "CN",
                                List.of(
                                        new Organisation.Share(
                                                new Organisation.PersonParty("founder"),
                                                new BigDecimal("20")),
                                        new Organisation.Share(
                                                new Organisation.EntityParty("trust"),
                                                new BigDecimal("30.5")),
                                        new Organisation.Share(
                                                new Organisation.PublicParty(),
                                                new BigDecimal("49.5"))),
                                Optional.empty()));
        assertThat(parent.unnamed()).isEqualByComparingTo("0");
        assertThat(organisation.people().get("bob"))
                .isEqualTo(
                        new Organisation.Person(
                                "bob",
                                Optional.of("Bob, B."),
                                Optional.of(new Organisation.EntityParty("parent")),
                                List.of(),
                                "SG",
                                "SG",
                                List.of(),
                                List.of(),
                                Optional.of("founder"),
                                Set.of(),
                                List.of("abroad"),
                                Optional.empty(),
                                Optional.empty(),
                                false));
        assertThat(organisation.jobs().get("nightly"))
                .isEqualTo(
                        new Organisation.Job(
                                "nightly",
                                Optional.empty(),
                                new Organisation.EntityParty("parent"),
                                "SG",
                                "bob",
                                List.of("abroad"),
                                false));
        assertThat(organisation.superiors("bob"))
                .extracting(Organisation.Person::id)
                .containsExactly("founder");
        assertThat(organisation.planEntities())
                .contains(new Plan.Entity("parent", "KY"), new Plan.Entity("custodian", "US"));
        assertThat(organisation.toString() + organisation.people().values()).doesNotContain("Bob");
    }

    @Test
    void countries_and_references() {
        assertProblem(
                "organised_in: US",
                "organised_in: USA",
                "4:57: the country it is organised in \"USA\" is not a country code of ISO 3166-1;"
                        + " write two capital letters, such as \"US\"");
        assertProblem(
                "employer: custodian",
                "employer: custodion",
                "15:15: employer \"custodion\" is not declared under \"entities\"; write"
                        + " \"custodian\"");
        assertProblem(
                "manager: founder",
                "manager: parent",
                "20:53: manager \"parent\" is not declared under \"people\"; declare it there, or"
                        + " write one of: founder, anna, bob");
        assertProblem(
                "[data_owner, on_call]",
                "[data_owner, oncall]",
                "18:25: unknown role \"oncall\"; write \"on_call\"");
        assertProblem(
                "    resides_in: US\n",
                "",
                "14:3: person \"anna\" has no \"resides_in\"; add \"resides_in: US\"");
        assertProblem(
                "    teams: [support]",
                "    teams: [Support desk]",
                "19:13: \"Support desk\" is no name for a team; write small letters, digits and _, a"
                        + " letter first");
        assertProblem(
                "  nightly:",
                "  anna:",
                "22:3: \"anna\" is declared under \"people\" too; give one of them another name");
        assertProblem(
                "[us-dsp-2025]",
                "[us-dsp-2024]",
                "2:9: rule pack \"us-dsp-2024\" is not declared under \"the packs of this"
                        + " release\"; write \"us-dsp-2025\"");
    }

    @Test
    void shares() {
        assertProblem(
                "trust: 30.5",
                "trust: 30.500000000000000001",
                "9:13: the owners of \"parent\" have 100.000000000000000001 % together, more than"
                        + " all of it; mend the shares: founder 20 + trust 30.500000000000000001 +"
                        + " public 49.5");
        assertThat(problems(smallWith("trust: 30.5", "trust: 30.4"))).isEmpty();
        assertProblem(
                "founder: 20 %",
                "foundre: 20 %", "9:14: owner \"foundre\" is unknown; write \"founder\"");
        assertProblem(
                "founder: 20 %",
                "XX: 20 %",
                "9:14: owner \"XX\" is unknown; declare it under \"entities\" or \"people\", write"
                        + " a country's code for a state, or public");
        for (String no : List.of("0", "0 %", "-5 %", "101 %", "half", "1/3", "1e1", "[5]", "")) {
            assertThat(problems(smallWith("founder: 20 %", "founder: " + no)))
                    .as(no)
                    .anyMatch(problem ->
                            problem.contains("a share must be a percentage above 0 and up to 100"));
        }
    }

    @Test
    void circles_are_told_with_their_path() {
        assertProblem(
                "owners: {SG: 10 %}",
                "owners: {parent: 10 %}",
                "5:3: entities own each other in a circle: parent owns 10 % of trust, which owns"
                        + " 30.5 % of parent; leave out the share that closes it");
        assertThat(problems(smallWith("owners: {SG: 10 %}", "owners: {trust: 1 %}")))
                .singleElement()
                .asString()
                .contains("trust owns 1 % of trust");
        assertProblem(
                "  founder: {sits_in: CN,",
                "  founder: {manager: bob, sits_in: CN,",
                "12:3: people report to each other in a circle: founder, who reports to bob, who"
                        + " reports to founder; take one manager out");
    }

    @Test
    void all_problems_are_told_at_once_in_the_files_order() {
        assertThat(
                        problems(
                                small().replace("organised_in: US", "organised_in: us")
                                        .replace("trust: 30.5", "trust: 80")
                                        .replace("manager: founder", "manager: nobody")))
                .extracting(problem -> problem.split(":")[1])
                .containsExactly("4", "9", "20");
    }

    @Test
    void the_digest_is_of_what_the_file_says() {
        String digest = OrganisationDocument.digest(read(small()));
        assertThat(
                        OrganisationDocument.digest(
                                read(
                                        small().replace("  # Anna keeps the keys.\n", "")
                                                .replace(
                                                        "[data_owner, on_call]",
                                                        "[on_call, data_owner]")
                                                .replace("20 %", "20.0"))))
                .isEqualTo(digest);
        for (String change :
                List.of(
                        "founder: 20 %|founder: 19 %",
                        "[data_owner, on_call]|[data_owner]",
                        "responsible: bob|responsible: anna",
                        "teams: [support]|teams: [support, more]",
                        "manager: founder|manager: anna",
                        "roles: [data_owner|disabled: true, roles: [data_owner")) {
            String[] sides = change.split("\\|");
            String text =
                    sides[1].startsWith("disabled")
                            ? small().replace(
                                            "    sits_in: US",
                                            "    disabled: true\n    sits_in: US")
                            : smallWith(sides[0], sides[1]);
            assertThat(OrganisationDocument.digest(read(text))).as(change).isNotEqualTo(digest);
        }
    }

    @Test
    void random_damage_is_told_with_a_place_in_the_file() {
        String[] pieces = {
            "\n", " ", "  ", "\t", ":", ": ", "-", "{", "}", "[", "]", ",", "#", "&a ", "*a",
            "<<: ", "!!map ", "|\n", "'", "\"", "~", "null", "---\n", "1e3", "public", "CN",
            "100 %", "parent", "founder", "\u0000", "\u0085", "\ufeff", "\ud800", "é"
        };
        Random random = new Random(20261122);
        int refused = 0;
        for (int round = 0; round < 1_500; round++) {
            StringBuilder damaged = new StringBuilder(small());
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(damaged.length());
                int to = Math.min(damaged.length(), at + random.nextInt(12));
                switch (random.nextInt(3)) {
                    case 0 -> damaged.insert(at, pieces[random.nextInt(pieces.length)]);
                    case 1 -> damaged.replace(at, to, pieces[random.nextInt(pieces.length)]);
                    default -> damaged.delete(at, to);
                }
            }
            try {
                read(damaged.toString());
            } catch (YamlException e) {
                refused++;
                assertThat(e.problems()).as(damaged.toString()).isNotEmpty();
                assertThat(e.problems())
                        .allMatch(problem -> problem.line() > 0 && problem.column() > 0);
            }
        }
        assertThat(refused).isBetween(600, 1_499);
    }
}
