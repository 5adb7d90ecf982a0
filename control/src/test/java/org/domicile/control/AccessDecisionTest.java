package org.domicile.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.junit.jupiter.api.Test;

class AccessDecisionTest {
    private static final Plan PLAN =
            new Plan(
                    "us",
                    "custodian",
                    List.of(new Plan.Entity("custodian", "US"), new Plan.Entity("parent", "CN")),
                    List.of(),
                    List.of(
                            audience("analytics", "parent", "analytics"),
                            audience("also_analytics", "parent", "analytics"),
                            audience("support", "custodian", "support")));

    private static Plan.Audience audience(String name, String counterparty, String purpose) {
        return new Plan.Audience(name, counterparty, List.of(purpose), List.of());
    }

    private static AccessDecision decide(String employer, List<String> audiences, String purpose) {
        Roster.Accessor accessor = new Roster.Accessor("ann", employer, "CN", "CN", audiences);
        AppliedPlan applied =
                new AppliedPlan(
                        1,
                        PLAN,
                        new Roster("us", List.of(accessor)),
                        Map.of("analytics", 1L, "also_analytics", 1L, "support", 1L),
                        "c");
        return AccessDecision.decide(applied, accessor, purpose.isEmpty() ? null : purpose);
    }

    private static void assertRefused(AccessDecision decision, String reason) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        AccessDecision.Refused.class,
                        refused -> {
                            assertThat(refused.reason()).isEqualTo(reason);
                            assertThat(refused.hint()).isNotBlank();
                        });
    }

    @Test
    void theOneAudienceForThePurposeIsTheirs() {
        assertThat(decide("parent", List.of("analytics"), "analytics"))
                .isEqualTo(
                        new AccessDecision.Allowed(
                                PLAN.audience("analytics").orElseThrow(), "analytics"));
    }

    @Test
    void everythingElseFallsThroughToRefusal() {
        assertRefused(decide("parent", List.of("analytics"), ""), "purpose-unset");
        assertRefused(decide("parent", List.of("analytics"), "support"), "purpose-not-yours");
        assertRefused(decide("parent", List.of(), "analytics"), "no-audience");
        assertRefused(
                decide("parent", List.of("analytics", "also_analytics"), "analytics"),
                "audience-ambiguous");
    }

    @Test
    void anAudienceOfAnotherCounterpartyIsNobodyElses() {
        assertRefused(decide("parent", List.of("support"), "support"), "no-audience");
    }
}
