package org.domicile.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.domicile.plan.Roster;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;

class RostersTest {
    private static Roster roster(String policies, String jurisdiction) {
        return Objects.requireNonNull(
                Rosters.of(AccessTexts.access(policies), AccessTexts.PLANS).get(jurisdiction));
    }

    private static void assertRefused(String policies, String message) {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> roster(policies, "us"))
                .withMessageContaining(message);
    }

    @Test
    void people_and_jobs_who_may_act_are_on_it() {
        assertThat(roster(AccessTexts.POLICIES, "us").accessors())
                .extracting(accessor -> accessor.id() + " " + accessor.audiences())
                .containsExactly(
                        "abroad [support]",
                        "amy [agents]",
                        "anna [support]",
                        "bob [abroad]",
                        "nightly [abroad]",
                        "paper [support]",
                        "pia [partners]",
                        "temp [support]");
        assertThat(roster(AccessTexts.POLICIES, "eu").accessors())
                .containsExactly(
                        new Roster.Accessor("bob", "parent", "SG", "SG", List.of("abroad")),
                        new Roster.Accessor("nightly", "parent", "SG", "SG", List.of("abroad")));
    }

    /** Answers are shared among those who are alike, so all who differ must be told apart. */
    @Test
    void a_roster_is_what_asking_about_each_alone_gives() {
        for (String policies :
                List.of(
                        AccessTexts.POLICIES,
                        "permit (principal in Team::\"support\", action, resource)"
                                + " when { principal.sitsIn == \"US\" };",
                        "permit (principal == Person::\"paper\", action, resource);",
                        "permit (principal == Person::\"p\\u{61}per\", action, resource);",
                        "permit (principal, action, resource)"
                                + " unless { principal[\"hasCoveredSuperior\"] };",
                        "permit (principal is Person, action, resource)"
                                + " when { principal.contractsWith.isEmpty() };",
                        "permit (principal in Role::\"on_call\", action, resource);",
                        "permit (principal is Job, action, resource);")) {
            Access access = AccessTexts.access(policies);
            List<Roster.Accessor> oneByOne =
                    access.organisation().accessors().stream()
                            .flatMap(one ->
                                    access
                                            .admittedLike(one, AccessTexts.US, new HashMap<>())
                                            .stream())
                            .toList();
            assertThat(oneByOne).as(policies).isNotEmpty();
            assertThat(roster(policies, "us").accessors())
                    .as(policies)
                    .containsExactlyInAnyOrderElementsOf(oneByOne);
        }
    }

    @Test
    void an_accessor_without_a_policy_is_not() {
        assertThat(roster("", "us").accessors()).isEmpty();
    }

    @Test
    void what_a_policy_names_has_to_be_there() {
        assertRefused(
                "permit (principal in Team::\"suport\", action, resource);",
                "access.cedar:1:1: at line 1: there is no team \"suport\" in organisation.yaml;"
                        + " write \"support\"");
        assertRefused(
                AccessTexts.POLICIES
                        + "forbid (principal, action, resource == Audience::\"abrod\");",
                "access.cedar:7:1: at line 7: there is no audience \"abrod\" in domicile.yaml;"
                        + " write \"abroad\"");
        assertRefused(
                "forbid (principal == Person::\"ana\", action, resource);", "no person \"ana\"");
        assertRefused("forbid (principal == Job::\"night\", action, resource);", "no job");
        assertRefused(
                "forbid (principal, action, resource) when"
                        + " { principal.employer == Entity::\"parrent\" };",
                "no entity \"parrent\"");
        assertRefused(
                "forbid (principal, action, resource in Jurisdiction::\"uk\");",
                "no jurisdiction \"uk\"");
    }

    @Test
    void a_purpose_decides_the_audience() {
        Access access =
                AccessTexts.access("permit (principal == Person::\"bob\", action, resource);");
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() ->
                        Rosters.of(
                                access,
                                java.util.Map.of(
                                        "us",
                                        AccessTexts.plan(
                                                "us",
                                                AccessTexts.audience(
                                                        "abroad", "parent", "id", "analytics"),
                                                AccessTexts.audience(
                                                        "other", "parent", "id", "analytics")))))
                .withMessageContaining(
                        "organisation.yaml:12:1: bob: may act as \"abroad\" and as \"other\" for"
                                + " analytics in us; leave them one of the two in access.cedar");
    }

    @Test
    void a_policy_that_fails_for_somebody_is_a_problem() {
        assertRefused(
                AccessTexts.POLICIES
                        + "forbid (principal == Person::\"anna\", action, resource)"
                        + " when { 9223372036854775807 + 1 > 0 };",
                "access.cedar:7:1: this policy cannot be evaluated for anna as support, who is"
                        + " denied therefore: integer overflow");
    }
}
