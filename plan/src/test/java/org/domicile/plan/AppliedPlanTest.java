package org.domicile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a session may go on under, when its plan is no longer the store's. */
class AppliedPlanTest {
    private static AppliedPlan applied(Plan plan, long abroad) {
        Map<String, Long> versions = new HashMap<>(Map.of("abroad", abroad));
        plan.audiences().forEach(audience -> versions.putIfAbsent(audience.name(), 1L));
        return new AppliedPlan(abroad, plan, Samples.roster(), versions, "00");
    }

    private static boolean holds(Plan later, String... audiences) {
        return applied(Samples.plan(), 1).holdsIn(applied(later, 1), List.of(audiences));
    }

    /** Samples' plan with one thing else; for which of its two audiences it is still the same. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"abroad\",\"purposes\":[\"analytics\"]' | '\"abroad\",\"purposes\":[\"other\"]' | support",
                "'\"transform\":\"truncate\"' | '\"transform\":\"show\"' | support",
                "'\"transform\":\"partial\"' | '\"transform\":\"redact\"' | support",
                "'\"name\":\"abroad\"' | '\"name\":\"beyond\"' | support",
                "'{\"country\":\"CN\"' | '{\"country\":\"SG\"' | support",
                "'\"name\":\"support\"' | '\"name\":\"upport\"' | abroad",
                "'\"user.device.ip_address\"' | '\"user.device\"' | support",
                "'[\"user_id\"]' | '[\"ip\"]' | support",
                "'\"user.contact.email\"' | '\"user.contact\"' | ''",
                "'{\"country\":\"US\"' | '{\"country\":\"SG\"' | ''",
                "'\"custodian\":\"custodian_us\"' | '\"custodian\":\"parent\"' | ''",
            })
    void itHoldsForAudiencesOfWhichNothingChanged(String from, String to, String unchanged) {
        String text = Samples.plan().toJson();
        assertThat(text).contains(from);
        Plan later = Plan.fromJson(text.replace(from, to));
        assertThat(holds(later, "abroad")).isEqualTo(unchanged.equals("abroad"));
        assertThat(holds(later, "support")).isEqualTo(unchanged.equals("support"));
        assertThat(holds(later, "abroad", "support")).isFalse();
    }

    @Test
    void itHoldsUnderAnotherVersionOfTheSame() {
        assertThat(holds(Samples.plan(), "abroad", "support")).isTrue();
    }

    @Test
    void itDoesNotHoldWhereTheViewsAreInAnotherSchema() {
        AppliedPlan before = applied(Samples.plan(), 1);
        AppliedPlan after = applied(Samples.plan(), 2);
        assertThat(before.holdsIn(after, List.of("abroad"))).isFalse();
        assertThat(before.holdsIn(after, List.of("support"))).isTrue();
    }
}
