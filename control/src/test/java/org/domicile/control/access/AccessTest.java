package org.domicile.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.domicile.control.organisation.Organisation;
import org.domicile.plan.Plan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What policies decide, case by case. */
class AccessTest {
    private static final String PERMIT = "permit (principal, action, resource)";
    private static final String FORBID = "forbid (principal, action, resource)";

    private static Organisation.Accessor accessor(String id) {
        return AccessTexts.organisation().accessor(id).orElseThrow();
    }

    private static String decided(String policies, String id, Plan plan) {
        return AccessTexts.access(policies).verdicts(accessor(id), plan).stream()
                .map(verdict ->
                        verdict.audience()
                                + "/"
                                + verdict.purpose()
                                + (verdict.isPermitted() ? "+" : "-"))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "{1} {0}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "principal in Team::\"support\" | anna | +",
                "principal in Team::\"support\" | bob | -",
                "principal in Team::\"support\" | report | -",
                "principal in Team::\"reports\" | report | +",
                "principal in Role::\"on_call\" | anna | +",
                "principal in Role::\"on_call\" | paper | -",
                "principal == Person::\"anna\" | anna | +",
                "principal == Person::\"anna\" | paper | -",
                "principal == Job::\"nightly\" | nightly | +",
                "principal == Person::\"nightly\" | nightly | -",
                "principal is Job | nightly | +",
                "principal is Job | bob | -",
                "principal in Entity::\"custodian\" | anna | +",
                "principal in Entity::\"parent\" | anna | -",
                "principal in Entity::\"parent\" | bob | +",
                "principal in Entity::\"trust\" | bob | +", // which owns 30 % of bob's employer
                "principal in State::\"CN\" | bob | +", // which owns 25 % of it
                "principal in State::\"SG\" | bob | -", // which owns 10 % of an owner
                "principal in Entity::\"parent\" | pia | +", // exactly 25 %
                "principal in State::\"CN\" | pia | +", // 25 % of 25 %, each of which counts
                "principal in Entity::\"parent\" | amy | -", // 24.9 %
                "principal in Entity::\"parent\" | temp | -", // contracts with it, is not employed
                "principal is Person && principal.contractsWith.contains(Entity::\"parent\") | temp | +",
                "principal is Person && principal.contractsWith.contains(Entity::\"parent\") | anna | -",
                "principal.employer == Entity::\"parent\" | bob | +",
                "principal.employer.organisedIn.contains(\"KY\") | bob | +",
                "principal.employer.placeOfBusiness == \"CN\" | bob | +",
                "principal.employer.placeOfBusiness == \"CN\" | anna | -",
                "principal.employer.isCovered | bob | +",
                "principal.employer.isCovered | pia | -",
                "principal.sitsIn == \"US\" | anna | +",
                "principal.sitsIn == \"US\" | abroad | -",
                "principal.residesIn == \"CA\" | abroad | +",
                "principal.sitsIn == \"SG\" | nightly | +",
                "principal is Person && principal.citizenOf.contains(\"CN\") | pia | +",
                "principal is Person && principal.citizenOf.contains(\"CN\") | amy | -",
                "principal is Person && principal.settledIn.isEmpty() | amy | +",
                "principal.superiors.contains(Person::\"founder\") | bob | +", // two above
                "principal.superiors.contains(Person::\"founder\") | paper | +",
                "principal.superiors.contains(Person::\"founder\") | anna | -",
                "principal.superiors.contains(Person::\"bob\") | nightly | +",
                "principal.superiors.contains(Person::\"founder\") | nightly | +",
                "principal.superiorsSitIn.contains(\"CN\") | paper | +",
                "principal.superiorsSitIn.contains(\"CN\") | anna | -",
                "principal.superiorsSitIn.contains(\"CN\") | nightly | +",
                "principal.hasCoveredSuperior | paper | +",
                "principal.hasCoveredSuperior | anna | -",
                "principal.isCovered | bob | +",
                "principal.isCovered | paper | -", // in the US, whoever is above them
                "principal.isCovered | pia | -",
                "resource == Audience::\"abroad\" | bob | +",
                "resource in Jurisdiction::\"us\" | bob | +",
                "resource in Jurisdiction::\"eu\" | bob | -",
                "resource.counterparty == principal.employer | bob | +",
                "resource.categories.contains(\"user.unique_id\") | bob | +",
                "resource.categories.contains(\"user\") | bob | +",
                "resource.categories.contains(\"user.contact\") | bob | -",
                "resource.purposes.contains(\"analytics\") | bob | +",
                "context.purpose == \"analytics\" | bob | +",
                "context.purpose == \"support\" | bob | -",
            })
    void a_condition_is_met_by_whom_it_describes(String condition, String who, String sign) {
        String policy = PERMIT + " when { " + condition + " };";
        String decided = decided(policy, who, AccessTexts.US);
        assertThat(decided).isNotEmpty();
        if (sign.equals("+")) {
            assertThat(decided).contains("+");
        } else {
            assertThat(decided).doesNotContain("+");
        }
        // And as a forbid it takes away exactly that.
        String forbidden =
                decided(
                        PERMIT + ";" + FORBID + " when { " + condition + " };",
                        who,
                        AccessTexts.US);
        assertThat(forbidden)
                .isEqualTo(decided.replace('+', '#').replace('-', '+').replace('#', '-'));
    }

    @Test
    void i2_what_no_policy_permits_is_denied() {
        assertThat(decided("", "anna", AccessTexts.US))
                .isEqualTo("reporting/reports- support/billing- support/support-");
        Verdict verdict = AccessTexts.access("").verdicts(accessor("anna"), AccessTexts.US).get(0);
        assertThat(verdict.deciding()).isEmpty();
        assertThat(verdict.failed()).isEmpty();
    }

    @Test
    void an_audience_is_for_its_counterparty_s_own_people_whatever_is_permitted() {
        assertThat(decided(PERMIT + ";", "bob", AccessTexts.US)).isEqualTo("abroad/analytics+");
        assertThat(decided(PERMIT + ";", "nobody", AccessTexts.US)).isEmpty();
    }

    @Test
    void whoever_is_disabled_is_admitted_as_nothing_whatever_is_permitted() {
        Access access = AccessTexts.access(PERMIT + ";");
        assertThat(access.admittedLike(accessor("gone"), AccessTexts.US, new HashMap<>()))
                .isEmpty();
        assertThat(access.admittedLike(accessor("anna"), AccessTexts.US, new HashMap<>()))
                .isPresent();
    }

    @Test
    void purposes_are_decided_one_by_one() {
        Access access =
                AccessTexts.access(
                        AccessTexts.POLICIES
                                + FORBID
                                + " when { context.purpose == \"billing\" };");
        assertThat(
                        access.admittedLike(accessor("anna"), AccessTexts.US, new HashMap<>())
                                .orElseThrow()
                                .limits())
                .extracting(Object::toString)
                .containsExactly("Limit[audience=support, purposes=[support]]");
    }

    @Test
    void the_policies_that_decided_are_named() {
        String policies =
                "// what follows permits\n"
                        + AccessTexts.POLICIES
                        + "\n@id(\"not paper\") "
                        + FORBID
                        + " when { principal.hasCoveredSuperior };";
        Verdict anna =
                AccessTexts.access(policies).verdicts(accessor("anna"), AccessTexts.US).get(1);
        assertThat(anna.deciding())
                .extracting(AccessPolicy.Rule::text)
                .containsExactly("permit \"support\" (access.cedar:2)");
        Verdict paper =
                AccessTexts.access(policies).verdicts(accessor("paper"), AccessTexts.US).get(1);
        assertThat(paper.deciding())
                .extracting(AccessPolicy.Rule::text)
                .containsExactly("forbid \"not paper\" (access.cedar:9)");
    }

    /** Cedar itself skips them, so that a broken forbid would forbid nothing. */
    @Test
    void i7_a_policy_that_cannot_be_evaluated_denies() {
        String overflow =
                " when { context.purpose == \"support\" && 9223372036854775807 + 1 > 0 };";
        for (String broken : List.of(FORBID + overflow, PERMIT + overflow)) {
            Access access = AccessTexts.access(AccessTexts.POLICIES + broken);
            Verdict support =
                    access.verdicts(accessor("anna"), AccessTexts.US).stream()
                            .filter(verdict -> verdict.purpose().equals("support"))
                            .findFirst()
                            .orElseThrow();
            assertThat(support.isPermitted()).as(broken).isFalse();
            assertThat(support.failed()).hasSize(1);
            assertThat(support.failed().get(0).why()).contains("overflow");
            assertThat(
                            access.admittedLike(accessor("anna"), AccessTexts.US, new HashMap<>())
                                    .orElseThrow()
                                    .limits())
                    .as("what it says nothing about stays")
                    .extracting(limit -> limit.purposes())
                    .containsExactly(List.of("billing"));
        }
    }
}
