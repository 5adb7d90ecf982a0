package org.domicile.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.plan.Roster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingTest {
    private static final Roster.Accessor ANNA =
            new Roster.Accessor(
                    "anna", "custodian", "US", "US", List.of("former", "grant_1a2b", "support"));
    private static final String ANNA_LINE =
            "anna: {employer: custodian, sits_in: US, resides_in: US";

    private static Standing standing(String policies, Roster.Accessor onRoster) {
        return Standing.of(AccessTexts.access(policies), AccessTexts.US, onRoster, new HashMap<>());
    }

    private static Roster.Accessor anna(List<String> audiences, Roster.Limit... limits) {
        return new Roster.Accessor("anna", "custodian", "US", "US", audiences, List.of(limits));
    }

    @Test
    void what_the_roster_allows_is_narrowed() {
        assertThat(standing(AccessTexts.POLICIES, ANNA))
                .isEqualTo(new Standing.Admitted(anna(List.of("grant_1a2b", "support"))));
        assertThat(standing("", ANNA))
                .isEqualTo(new Standing.Admitted(anna(List.of("grant_1a2b"))));
        assertThat(
                        standing(
                                AccessTexts.POLICIES
                                        + "forbid (principal, action, resource)"
                                        + " when { context.purpose == \"billing\" };",
                                ANNA))
                .isEqualTo(
                        new Standing.Admitted(
                                anna(
                                        List.of("grant_1a2b", "support"),
                                        new Roster.Limit("support", List.of("support")))));
    }

    @Test
    void i6_what_the_roster_allows_is_never_widened() {
        String all = "permit (principal, action, resource);";
        Roster.Accessor one =
                anna(List.of("support"), new Roster.Limit("support", List.of("billing")));
        assertThat(standing(all, one)).isEqualTo(new Standing.Admitted(one));
        assertThat(standing(all, anna(List.of("reporting"))))
                .isEqualTo(new Standing.Admitted(anna(List.of("reporting"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "employer: custodian | employer: trust | person-changed",
                "sits_in: US | sits_in: CN | person-changed",
                "resides_in: US | resides_in: CN | person-changed",
                "sits_in: US | disabled: true, sits_in: US | person-disabled",
                "anna: | anne: | person-unknown"
            })
    void whoever_has_changed_is_denied(String written, String instead, String reason) {
        String changed =
                AccessTexts.ORGANISATION
                        .replace(ANNA_LINE, ANNA_LINE.replace(written, instead))
                        .replace("responsible: anna", "responsible: paper");
        assertThat(changed).contains(instead);
        Access access =
                AccessTexts.access(
                        OrganisationFile.read("organisation.yaml", changed), AccessTexts.POLICIES);
        assertThat(Standing.of(access, AccessTexts.US, ANNA, new HashMap<>()))
                .isInstanceOfSatisfying(
                        Standing.Denied.class,
                        denied -> assertThat(denied.reason()).isEqualTo(reason));
    }
}
