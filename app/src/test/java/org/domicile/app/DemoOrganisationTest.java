package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.domicile.control.access.Access;
import org.domicile.control.access.AccessPolicy;
import org.domicile.control.access.Rosters;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.control.rules.BulkThreshold;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.RulePacks;
import org.domicile.control.rules.Rules;
import org.domicile.plan.Plan;
import org.domicile.policy.PolicyCompiler;
import org.domicile.policy.PolicyFile;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;

/** The demo's organisation goes with its policy, and shows what it says it shows. */
class DemoOrganisationTest {
    private final Organisation organisation =
            OrganisationFile.read("organisation.yaml", Demo.files().organisation());
    private final Map<String, Plan> plans =
            PolicyCompiler.compile(
                    PolicyFile.read(
                            "domicile.yaml",
                            Demo.files().policy(),
                            organisation.planEntities(),
                            name -> null));

    @Test
    void everyone_has_a_place_in_the_policy() {
        assertThat(roster(organisation))
                .containsExactly(
                        "global_analyst [global_advertising, global_analytics]",
                        "overseer [oversight]",
                        "parent_analyst [parent_analytics]",
                        "us_engineer [us_analytics, us_engineering]",
                        "us_support [us_support]");
    }

    private List<String> roster(Organisation organisation) {
        Access access =
                new Access(
                        organisation,
                        Coverage.of(
                                organisation,
                                new Rules(List.of(RulePacks.included("us-dsp-2025")))),
                        AccessPolicy.read(AccessPolicy.NAME, Demo.files().access()));
        return Objects.requireNonNull(Rosters.of(access, plans).get("us")).accessors().stream()
                .map(accessor -> accessor.id() + " " + accessor.audiences())
                .toList();
    }

    @Test
    void its_policies_forbid_what_their_comments_say() {
        for (String change :
                List.of(
                        "manager: us_owner|manager: founder",
                        "sits_in: US|sits_in: CA",
                        "sits_in: US|contracts_with: [parent]\n    sits_in: US",
                        "teams: [support]|teams: [analytics]")) {
            String[] sides = change.split("\\|");
            int begin = Demo.files().organisation().indexOf("  us_support:");
            String file =
                    Demo.files().organisation().substring(0, begin)
                            + Demo.files()
                                    .organisation()
                                    .substring(begin)
                                    .replaceFirst(Pattern.quote(sides[0]), sides[1]);
            assertThat(roster(OrganisationFile.read("organisation.yaml", file)))
                    .as(change)
                    .noneMatch(line -> line.contains("[us_support]"))
                    .contains("us_engineer [us_analytics, us_engineering]");
        }
    }

    @Test
    void who_is_covered_is_as_its_comments_say() {
        Coverage coverage =
                Coverage.of(organisation, new Rules(List.of(RulePacks.included("us-dsp-2025"))));
        assertThat(coverage.ids().stream().filter(coverage::isCovered))
                .containsExactlyInAnyOrder(
                        "parent",
                        "staff_trust",
                        "global",
                        "founder",
                        "parent_analyst",
                        "global_analyst");
    }

    @Test
    void every_data_category_of_the_packs_of_this_release_is_known() {
        for (String id : RulePacks.INCLUDED) {
            OrganisationOptions.requireKnownData(RulePacks.included(id));
        }
        RulePack dsp = RulePacks.included("us-dsp-2025");
        BulkThreshold unknown =
                new BulkThreshold(
                        "health",
                        1,
                        BulkThreshold.Counted.PERSONS,
                        Set.of("user.helth"),
                        "nowhere");
        RulePack misspelt =
                new RulePack(
                        "x",
                        1,
                        "x",
                        "x",
                        dsp.covered(),
                        new RulePack.Bulk(12, "x", "x", List.of(unknown)),
                        Map.of(),
                        dsp.retention(),
                        dsp.digest());
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> OrganisationOptions.requireKnownData(misspelt));
    }
}
