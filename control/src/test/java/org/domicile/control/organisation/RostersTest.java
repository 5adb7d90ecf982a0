package org.domicile.control.organisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;
import org.domicile.plan.Transform;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;

class RostersTest {
    private static final RelationName USERS = new RelationName("public", "users");

    private static Plan.Audience audience(String name, String counterparty, String purpose) {
        return new Plan.Audience(
                name,
                counterparty,
                List.of(purpose),
                List.of(
                        new Plan.View(
                                USERS, List.of(new Plan.ViewColumn("id", new Transform.Show())))));
    }

    private static Map<String, Plan> plans(Plan.Audience... audiences) {
        return Map.of(
                "us",
                new Plan(
                        "us",
                        "custodian",
                        List.of(
                                new Plan.Entity("custodian", "US"),
                                new Plan.Entity("parent", "KY")),
                        List.of(
                                new Plan.Table(
                                        USERS,
                                        List.of("id"),
                                        List.of(new Plan.Column("id", "user.unique_id")))),
                        List.of(audiences)));
    }

    private static final Plan.Audience SUPPORT = audience("support", "custodian", "support");
    private static final Plan.Audience ABROAD = audience("abroad", "parent", "analytics");

    @Test
    void people_and_jobs_with_an_audience_are_on_it() {
        Roster roster =
                Rosters.of(
                                OrganisationTexts.read(OrganisationTexts.small()),
                                plans(SUPPORT, ABROAD))
                        .get("us");
        assertThat(roster).isNotNull();
        assertThat(roster.accessors())
                .containsExactly(
                        new Roster.Accessor("anna", "custodian", "US", "US", List.of("support")),
                        new Roster.Accessor("bob", "parent", "SG", "SG", List.of("abroad")),
                        new Roster.Accessor("nightly", "parent", "SG", "SG", List.of("abroad")));
    }

    @Test
    void whoever_is_disabled_is_not() {
        Organisation organisation =
                OrganisationTexts.read(
                        OrganisationTexts.smallWith("bob: {", "bob: {disabled: true, "));
        assertThat(Rosters.of(organisation, plans(SUPPORT, ABROAD)).get("us"))
                .extracting(roster -> roster.accessor("bob").isPresent())
                .isEqualTo(false);
    }

    @Test
    void problems_have_the_line_of_who_they_are_about() {
        Organisation organisation =
                OrganisationTexts.read(
                        OrganisationTexts.smallWith(
                                "    audiences: [support]", "    audiences: [supprt, abroad]"));
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> Rosters.of(organisation, plans(SUPPORT, ABROAD)))
                .withMessage(
                        """
                        organisation.yaml:14:1: anna: audience "abroad" is for "parent", not for \
                        their employer "custodian"; give them an audience that is for it
                        organisation.yaml:14:1: anna: audience "supprt" is not declared in \
                        domicile.yaml; write "support"\
                        """);
        Organisation twice =
                OrganisationTexts.read(
                        OrganisationTexts.smallWith(
                                "    audiences: [support]", "    audiences: [support, other]"));
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() ->
                        Rosters.of(
                                twice,
                                plans(SUPPORT, ABROAD, audience("other", "custodian", "support"))))
                .withMessageContaining("are both for support in us");
    }
}
