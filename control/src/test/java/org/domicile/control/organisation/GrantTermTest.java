package org.domicile.control.organisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long grants may last, and with which keys people sign, as the file has it. */
class GrantTermTest {
    @ParameterizedTest
    @CsvSource({"1m,1m", "90m,90m", "60m,1h", "8h,8h", "24h,1d", "7d,7d", "10080m,7d"})
    void isReadAndWritten(String text, String spelling) {
        Duration term = GrantTerm.parse(text).orElseThrow();
        assertThat(GrantTerm.spelling(term)).isEqualTo(spelling);
        assertThat(GrantTerm.parse(spelling)).contains(term);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0m", "8", "h", "-1h", "1.5h", "8H", "8h ", "169h", "8d", "99999d"})
    void anythingElseIsNone(String text) {
        assertThat(GrantTerm.parse(text)).isEmpty();
    }

    private static String with(String sections) {
        return OrganisationTexts.small().replaceFirst("(?m)^entities:", sections + "\nentities:");
    }

    @Test
    void theFileSaysItByCategory() {
        assertThat(
                        OrganisationTexts.read(
                                        with("longest_grants: {user.contact: 4h, user: 30m}"))
                                .longestGrants())
                .isEqualTo(
                        Map.of(
                                "user.contact",
                                Duration.ofHours(4),
                                "user",
                                Duration.ofMinutes(30)));
        assertThat(OrganisationTexts.read(OrganisationTexts.small()).longestGrants()).isEmpty();
    }

    @Test
    void problemsOfBothAreTold() {
        assertThat(OrganisationTexts.problems(with("longest_grants: {User: 4h, user: 8d}")))
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains("is no data category"))
                .anySatisfy(problem -> assertThat(problem).contains("7d is the most"));
        String logKey =
                "example.com/ledger/us+b8edbbb4+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
        for (String key : new String[] {"abc", logKey}) {
            assertThat(
                            OrganisationTexts.problems(
                                    OrganisationTexts.small()
                                            .replaceFirst(
                                                    "(?m)^    sits_in:",
                                                    "    approval_key: " + key + "\n    sits_in:")))
                    .as(key)
                    .singleElement()
                    .asString()
                    .contains("this is no approval key")
                    .contains("domicile approval-key");
        }
    }

    /** Otherwise a key could be put in another's place without a word in the ledger. */
    @Test
    void bothAreInTheFilesDigest() {
        String key = "domicile-approval+1570efe9+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
        String withKey =
                OrganisationTexts.small()
                        .replaceFirst(
                                "(?m)^    sits_in:", "    approval_key: " + key + "\n    sits_in:");
        assertThat(OrganisationDocument.digest(OrganisationTexts.read(withKey)))
                .isNotEqualTo(
                        OrganisationDocument.digest(
                                OrganisationTexts.read(OrganisationTexts.small())))
                .isNotEqualTo(
                        OrganisationDocument.digest(
                                OrganisationTexts.read(with("longest_grants: {user: 1h}"))));
    }
}
