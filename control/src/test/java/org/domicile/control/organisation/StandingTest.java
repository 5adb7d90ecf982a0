package org.domicile.control.organisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.domicile.plan.Roster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingTest {
    private static final Roster.Accessor ANNA =
            new Roster.Accessor(
                    "anna", "custodian", "US", "US", List.of("grant_1a2b", "support", "former"));

    @Test
    void what_the_roster_allows_is_narrowed_and_never_widened() {
        assertThat(Standing.of(OrganisationTexts.read(OrganisationTexts.small()), ANNA))
                .isEqualTo(
                        new Standing.Admitted(
                                new Roster.Accessor(
                                        "anna",
                                        "custodian",
                                        "US",
                                        "US",
                                        List.of("grant_1a2b", "support"))));
        assertThat(
                        Standing.of(
                                OrganisationTexts.read(
                                        OrganisationTexts.smallWith(
                                                "[support]", "[support, more]")),
                                ANNA))
                .isEqualTo(Standing.of(OrganisationTexts.read(OrganisationTexts.small()), ANNA));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "    employer: custodian | employer: trust | person-changed",
                "    sits_in: US | sits_in: CN | person-changed",
                "    resides_in: US | resides_in: CN | person-changed",
                "    sits_in: US | disabled: true, sits_in: US | person-disabled",
                "  anna: | anne: | person-unknown"
            })
    void whoever_has_changed_is_denied(String written, String instead, String reason) {
        String indent = written.startsWith("anna") ? "  " : "    ";
        String text =
                OrganisationTexts.smallWith(
                        "\n" + indent + written,
                        "\n" + indent + instead.replace(", ", "\n" + indent));
        assertThat(Standing.of(OrganisationTexts.read(text), ANNA))
                .isInstanceOfSatisfying(
                        Standing.Denied.class,
                        denied -> assertThat(denied.reason()).isEqualTo(reason));
    }
}
