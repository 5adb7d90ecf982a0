package org.domicile.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.junit.jupiter.api.Test;

class AccessDecisionTest {
    private static final Plan.Grant GRANT = new Plan.Grant("ab".repeat(32), "2026-11-22T18:00:00Z");
    private static final Instant BEFORE = Instant.parse("2026-11-22T17:59:59Z");

    private static final Plan PLAN =
            new Plan(
                    "us",
                    "custodian",
                    List.of(new Plan.Entity("custodian", "US"), new Plan.Entity("parent", "CN")),
                    List.of(),
                    List.of(
                            audience("analytics", "parent", "analytics"),
                            audience("also_analytics", "parent", "analytics"),
                            audience("support", "custodian", "support"),
                            new Plan.Audience(
                                    GRANT.audience(),
                                    "parent",
                                    List.of("support"),
                                    List.of(),
                                    Optional.of(GRANT))));

    private static Plan.Audience audience(String name, String counterparty, String purpose) {
        return new Plan.Audience(name, counterparty, List.of(purpose), List.of());
    }

    private static AccessDecision underGrant(
            String employer, List<String> audiences, String grant, String purpose, Instant now) {
        Roster.Accessor accessor = new Roster.Accessor("ann", employer, "CN", "CN", audiences);
        return AccessDecision.underGrant(
                applied(accessor), accessor, grant, purpose.isEmpty() ? null : purpose, now);
    }

    private static AccessDecision decide(String employer, List<String> audiences, String purpose) {
        Roster.Accessor accessor = new Roster.Accessor("ann", employer, "CN", "CN", audiences);
        return AccessDecision.decide(
                applied(accessor), accessor, purpose.isEmpty() ? null : purpose);
    }

    private static AppliedPlan applied(Roster.Accessor accessor) {
        return new AppliedPlan(
                1,
                PLAN,
                new Roster("us", List.of(accessor)),
                Map.of("analytics", 1L, "also_analytics", 1L, "support", 1L, GRANT.audience(), 1L),
                "c");
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

    @Test
    void aGrantIsUsedByItsNameOnly() {
        List<String> granted = List.of("analytics", GRANT.audience());
        assertRefused(decide("parent", granted, "support"), "purpose-not-yours");
        for (String purpose : List.of("", "support")) {
            assertThat(underGrant("parent", granted, GRANT.audience(), purpose, BEFORE))
                    .isEqualTo(
                            new AccessDecision.Allowed(
                                    PLAN.audience(GRANT.audience()).orElseThrow(), "support"));
        }
        assertRefused(
                underGrant("parent", granted, GRANT.audience(), "analytics", BEFORE),
                "purpose-not-of-grant");
        assertRefused(
                underGrant("parent", List.of("analytics"), GRANT.audience(), "", BEFORE),
                "no-such-grant");
        assertRefused(
                underGrant("custodian", granted, GRANT.audience(), "", BEFORE), "no-such-grant");
        assertRefused(underGrant("parent", granted, "analytics", "", BEFORE), "no-such-grant");
        assertRefused(
                underGrant("parent", granted, GRANT.audience(), "", GRANT.end()), "grant-ended");
    }
}
