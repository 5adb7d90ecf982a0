package org.domicile.control.organisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.domicile.control.rules.RulePacks;
import org.domicile.control.rules.Rules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who is a covered person by 28 CFR 202.211, case by case: the rule's own examples (202.211(b),
 * 202.256(b)), OFAC's of ownership (FAQ 399 and 401), and the edges.
 */
class CoverageTest {
    private static final Rules RULES = new Rules(List.of(RulePacks.included("us-dsp-2025")));

    /** Everybody of whom the cases are about, in one world. */
    private static final String WORLD =
            """
            organisation: 1
            rules: [us-dsp-2025]
            entities:
              # where it is organised, and where it is run
              beijing: {name: a, organised_in: CN}
              hongkong: {name: a, organised_in: HK}
              macau: {name: a, organised_in: MO}
              taipei: {name: a, organised_in: TW}
              moscow_run: {name: a, organised_in: CY, place_of_business: RU}
              singapore: {name: a, organised_in: SG}
              delaware: {name: a, organised_in: US}
              guam: {name: a, organised_in: GU}
              delaware_branch: {name: a, organised_in: US, place_of_business: CN}
              both_laws: {name: a, organised_in: [US, CN]}
              us_owned_in_china: {name: a, organised_in: CN, owners: {delaware: 100 %}}
              named: {name: a, organised_in: SG, designated: a determination}
              named_us: {name: a, organised_in: US, designated: a determination}

              # shares of one
              fifty: {name: a, organised_in: SG, owners: {beijing: 50 %}}
              just_under: {name: a, organised_in: SG, owners: {beijing: 49.9 %}}
              a_hair_under: {name: a, organised_in: SG, owners: {beijing: 49.99999999999999999999}}
              state_fifty: {name: a, organised_in: SG, owners: {CN: 50 %}}
              other_state: {name: a, organised_in: SG, owners: {SG: 100 %}}
              investor_fifty: {name: a, organised_in: SG, owners: {investor: 50 %}}
              of_citizen: {name: a, organised_in: SG, owners: {citizen_in_paris: 100 %}}
              of_named: {name: a, organised_in: SG, owners: {named: 50 %}}
              of_public: {name: a, organised_in: SG, owners: {public: 100 %}}

              # shares of several, and through others
              two_quarters: {name: a, organised_in: SG, owners: {beijing: 25 %, moscow_run: 25 %}}
              quarter_and_less: {name: a, organised_in: SG, owners: {beijing: 25 %, moscow_run: 24.9 %}}
              thirds: {name: a, organised_in: SG, owners: {beijing: 20 %, investor: 15 %, CU: 15 %}}
              chain_half_half: {name: a, organised_in: SG, owners: {fifty: 50 %}}
              chain_end: {name: a, organised_in: SG, owners: {chain_half_half: 50 %}}
              chain_broken: {name: a, organised_in: SG, owners: {just_under: 100 %}}
              branches: {name: a, organised_in: SG, owners: {fifty: 25 %, investor_fifty: 25 %}}
              direct_and_through: {name: a, organised_in: SG, owners: {fifty: 40 %, beijing: 10 %}}
              through_minority: {name: a, organised_in: SG, owners: {just_under: 25 %, beijing: 25 %}}

              # domestic ones between
              us_owned: {name: a, organised_in: US, owners: {beijing: 100 %}}
              us_and_luxembourg: {name: a, organised_in: [US, LU], owners: {investor: 50 %}}
              us_of_investor: {name: a, organised_in: US, owners: {investor: 50 %}}
              through_us: {name: a, organised_in: SG, owners: {us_owned: 50 %}}
              through_us_minority: {name: a, organised_in: SG, owners: {us_third: 100 %}}
              us_third: {name: a, organised_in: US, owners: {beijing: 33 %}}

              # a founder who works for what they own
              startup: {name: a, organised_in: SG, owners: {founder: 100 %}}
              own_startup: {name: a, organised_in: SG, owners: {self_employed: 100 %}}
            people:
              investor: {sits_in: VE, resides_in: VE}
              in_havana: {sits_in: CU, resides_in: CU}
              in_hongkong: {sits_in: HK, resides_in: HK}
              in_taipei: {sits_in: TW, resides_in: TW, citizen_of: [TW]}
              citizen_in_us: {employer: delaware, sits_in: US, resides_in: US, citizen_of: [CN]}
              citizen_in_us_of_covered: {employer: beijing, sits_in: US, resides_in: US, citizen_of: [CN]}
              citizen_in_paris: {employer: singapore, sits_in: FR, resides_in: FR, citizen_of: [RU]}
              citizen_at_home: {employer: singapore, sits_in: CN, resides_in: CN, citizen_of: [CN]}
              us_citizen_in_china: {employer: beijing, sits_in: CN, resides_in: CN, citizen_of: [US]}
              dual_in_china: {sits_in: CN, resides_in: CN, citizen_of: [CN, US]}
              green_card_abroad: {employer: beijing, sits_in: SG, resides_in: SG, citizen_of: [CN], settled_in: [US]}
              asylee_abroad: {employer: beijing, sits_in: SG, resides_in: SG, citizen_of: [CN], settled_in: [US]}
              visiting_us: {employer: beijing, sits_in: US, resides_in: CN, citizen_of: [CN]}
              employee_abroad: {employer: beijing, sits_in: SG, resides_in: SG, citizen_of: [SG]}
              employee_of_fifty: {employer: fifty, sits_in: SG, resides_in: SG, citizen_of: [SG]}
              employee_of_under: {employer: just_under, sits_in: SG, resides_in: SG}
              employee_of_named: {employer: named, sits_in: SG, resides_in: SG}
              employee_of_us_owned: {employer: us_owned, sits_in: SG, resides_in: SG}
              us_employee: {employer: us_owned, sits_in: US, resides_in: US}
              official: {employer: CN, sits_in: SG, resides_in: SG}
              other_official: {employer: SG, sits_in: SG, resides_in: SG}
              contractor: {employer: singapore, contracts_with: [beijing], sits_in: SG, resides_in: SG}
              named_person: {sits_in: US, resides_in: US, citizen_of: [US], designated: a determination}
              founder: {employer: startup, sits_in: CN, resides_in: CN}
              startup_employee: {employer: startup, sits_in: SG, resides_in: SG}
              self_employed: {employer: own_startup, sits_in: SG, resides_in: SG}
            jobs:
              job_of_covered: {employer: beijing, runs_in: SG, responsible: employee_abroad}
              job_at_home: {employer: delaware, runs_in: US, responsible: citizen_in_us}
              job_in_china: {employer: delaware, runs_in: CN, responsible: citizen_in_us}
            """;

    private final Coverage coverage = Coverage.of(OrganisationTexts.read(WORLD), RULES);

    private Finding finding(String id) {
        return coverage.of(id).orElseThrow();
    }

    /** Without a citation: not covered. */
    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource({
        // organised in, or principally based in
        "beijing, (a)(1)",
        "hongkong, (a)(1)",
        "macau, (a)(1)",
        "taipei,",
        "moscow_run, (a)(1)",
        "singapore,",
        "delaware,",
        "guam,",
        "delaware_branch,", // 202.256(b)(5): the branch of a US company is a US person
        "both_laws, (a)(1)", // organised solely under US law it is not
        "us_owned_in_china, (a)(1)", // 202.256(b)(6): whoever owns it
        // named
        "named, (a)(5)",
        "named_us, (a)(5)", // any person, wherever located
        // owned by one
        "fifty, (a)(2)",
        "just_under,",
        "a_hair_under,",
        "state_fifty, (a)(1)",
        "other_state,",
        "investor_fifty, (a)(2)",
        "of_citizen,", // citizenship alone covers nobody
        "of_named, (a)(2)",
        "of_public,",
        // owned by several
        "two_quarters, (a)(2)", // FAQ 399: aggregated
        "quarter_and_less,",
        "thirds, (a)(1)-(2)", // 35 % of covered persons and 15 % of a state: together enough
        // owned through others
        "chain_half_half, (a)(2)", // FAQ 401, example 1
        "chain_end, (a)(2)",
        "chain_broken,", // all of what is 49.9 % owned is not owned
        "branches, (a)(2)", // FAQ 401, example 2
        "direct_and_through, (a)(2)", // FAQ 401, example 3
        "through_minority,", // a quarter is 49.9 % owned, and counts not at all
        // domestic ones
        "us_third,",
        "us_owned,", // 202.256(b)(8): a US person whoever owns it
        "us_of_investor,",
        "us_and_luxembourg, (a)(2)", // not solely under US law
        "through_us, (a)(1)-(2)", // owned indirectly, through one that is no foreign person itself
        "through_us_minority,",
        // people by where they live
        "investor, (a)(4)",
        "in_havana, (a)(4)", // 202.211(b)(1)
        "in_hongkong, (a)(4)",
        "in_taipei,",
        "citizen_in_us,", // 202.211(b)(2), 202.256(b)(1)
        "citizen_in_us_of_covered,", // in the US, so a US person
        "citizen_in_paris,", // lives in a third country and works for nobody who is covered
        "citizen_at_home, (a)(4)",
        "us_citizen_in_china,", // 202.256(b)(2): regardless of location
        "dual_in_china,", // 202.256(b)(3)
        "green_card_abroad,",
        "asylee_abroad,",
        "visiting_us,", // any person in the United States
        // people by whom they work for
        "employee_abroad, (a)(3)",
        "employee_of_fifty, (a)(3)",
        "employee_of_under,",
        "employee_of_named, (a)(3)",
        "employee_of_us_owned,", // their employer is not covered
        "us_employee,",
        "official, (a)(3)",
        "other_official,",
        "contractor, (a)(3)",
        "named_person, (a)(5)",
        // what rests on itself is no reason
        "founder, (a)(4)",
        "startup, (a)(2)",
        "startup_employee, (a)(3)",
        "own_startup,",
        "self_employed,",
        // jobs
        "job_of_covered, (a)(3)",
        "job_at_home,",
        "job_in_china, (a)(4)"
    })
    void is_covered_or_not(String id, String paragraph) {
        Finding finding = finding(id);
        assertThat(finding.isCovered())
                .as(finding.reasons().toString())
                .isEqualTo(paragraph != null);
        if (paragraph != null) {
            assertThat(finding.reasons().get(0).citation())
                    .startsWith("28 CFR 202.211" + paragraph);
            assertThat(finding.reasons().get(0).rules()).isEqualTo("us-dsp-2025@1");
        }
    }

    @Test
    void every_one_of_the_world_is_a_case() throws NoSuchMethodException {
        List<String> cases =
                List.of(
                                CoverageTest.class
                                        .getDeclaredMethod(
                                                "is_covered_or_not", String.class, String.class)
                                        .getAnnotation(CsvSource.class)
                                        .value())
                        .stream()
                        .map(line -> line.split(",")[0])
                        .toList();
        assertThat(cases).containsExactlyInAnyOrderElementsOf(coverage.ids());
    }

    @Test
    void the_path_of_ownership_is_told() {
        Finding.Reason reason = finding("chain_end").reasons().get(0);
        assertThat(reason.says()).isEqualTo("50 % owned by chain_half_half");
        Finding.Reason owner = reason.because().get(0);
        assertThat(owner.says()).isEqualTo("chain_half_half owns 50 % and is covered");
        Finding.Reason last =
                owner.because().get(0).because().get(0).because().get(0).because().get(0);
        assertThat(last.says()).isEqualTo("beijing owns 50 % and is covered");
        assertThat(last.because().get(0).says())
                .isEqualTo("organised under the laws of CN (China)");
    }

    @Test
    void all_reasons_and_what_was_nearly_one_are_told() {
        assertThat(finding("us_citizen_in_china").notes())
                .contains(
                        "is a citizen at home wherever they are, so no foreign person: 28 CFR"
                                + " 202.256");
        assertThat(finding("just_under").notes())
                .contains(
                        "those who count own 49.9 %, of 50 % that would cover a foreign entity",
                        "the owners of 50.1 % are not named, and count as nobody's");
        assertThat(finding("us_owned").notes())
                .contains("organised solely at home, so no foreign person: 28 CFR 202.256");
        assertThat(finding("visiting_us").notes())
                .contains("is in US, so no foreign person: 28 CFR 202.256", "citizen of CN");
        assertThat(coverage.of("nobody")).isEmpty();
    }
}
