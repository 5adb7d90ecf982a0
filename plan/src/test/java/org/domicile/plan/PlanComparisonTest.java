package org.domicile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanComparisonTest {
    private static final RelationName USERS = Samples.USERS;

    /** The sample with another audience abroad. */
    private static Plan with(String counterparty, List<String> purposes, String... columns) {
        Plan plan = Samples.plan();
        List<Plan.ViewColumn> seen = new ArrayList<>();
        for (int i = 0; i < columns.length; i += 2) {
            seen.add(new Plan.ViewColumn(columns[i], Transform.parse(columns[i + 1])));
        }
        List<Plan.Audience> audiences = new ArrayList<>();
        audiences.add(plan.audience("support").orElseThrow());
        audiences.add(
                new Plan.Audience(
                        "abroad", counterparty, purposes, List.of(new Plan.View(USERS, seen))));
        return new Plan(
                plan.jurisdiction(), plan.custodian(), plan.entities(), plan.tables(), audiences);
    }

    @Test
    void the_same_is_no_difference() {
        assertThat(PlanComparison.of(Samples.plan(), Samples.plan()).isEmpty()).isTrue();
    }

    @Test
    void every_change_of_an_audience_is_told() {
        Plan before = with("parent", List.of("analytics"), "id", "pseudonym", "email", "partial");
        Plan after =
                with(
                        "parent",
                        List.of("advertising"),
                        "email",
                        "show",
                        "Born \"on\"",
                        "generalise year");
        PlanComparison comparison = PlanComparison.of(before, after);
        assertThat(comparison.audiences()).hasSize(1);
        PlanComparison.OfAudience abroad = comparison.audiences().get(0);
        assertThat(abroad.name()).isEqualTo("abroad");
        assertThat(abroad.newPurposes()).containsExactly("advertising");
        assertThat(abroad.oldPurposes()).containsExactly("analytics");
        assertThat(abroad.hasOtherCounterparty()).isFalse();
        assertThat(abroad.effect()).isEqualTo(Effect.MORE);
        assertThat(abroad.views().get(0).columns())
                .containsExactly(
                        new PlanComparison.OfColumn(
                                "Born \"on\"",
                                Optional.empty(),
                                Optional.of(Transform.parse("generalise year"))),
                        new PlanComparison.OfColumn(
                                "email",
                                Optional.of(new Transform.Partial()),
                                Optional.of(new Transform.Show())),
                        new PlanComparison.OfColumn(
                                "id", Optional.of(new Transform.Pseudonym()), Optional.empty()));
        assertThat(abroad.views().get(0).columns())
                .extracting(PlanComparison.OfColumn::effect)
                .containsExactly(Effect.MORE, Effect.MORE, Effect.LESS);
    }

    @Test
    void what_came_is_more_and_what_went_is_less() {
        Plan all = Samples.plan();
        Plan few =
                new Plan(
                        all.jurisdiction(),
                        all.custodian(),
                        all.entities(),
                        all.tables().subList(1, 2),
                        List.of(all.audience("support").orElseThrow()));
        PlanComparison widening = PlanComparison.of(few, all);
        assertThat(widening.audiences()).hasSize(1);
        assertThat(widening.audiences().get(0).effect()).isEqualTo(Effect.MORE);
        assertThat(widening.audiences().get(0).views()).hasSize(2);
        assertThat(widening.tables())
                .containsExactly(
                        new PlanComparison.OfTable(
                                Samples.LOGINS, Optional.empty(), all.table(Samples.LOGINS)));
        PlanComparison narrowing = PlanComparison.of(all, few);
        assertThat(narrowing.audiences().get(0).effect()).isEqualTo(Effect.LESS);
        assertThat(narrowing.audiences().get(0).after()).isEmpty();
    }

    @Test
    void other_people_seeing_the_same_is_more() {
        Plan before = with("parent", List.of("analytics"), "id", "pseudonym");
        Plan after = with("custodian_us", List.of("analytics"), "id", "pseudonym");
        PlanComparison.OfAudience abroad = PlanComparison.of(before, after).audiences().get(0);
        assertThat(abroad.views()).isEmpty();
        assertThat(abroad.hasOtherCounterparty()).isTrue();
        assertThat(abroad.effect()).isEqualTo(Effect.MORE);
    }

    @Test
    void where_a_company_is_matters() {
        Plan plan = Samples.plan();
        Plan moved =
                new Plan(
                        plan.jurisdiction(),
                        plan.custodian(),
                        List.of(
                                new Plan.Entity("parent", "SG"),
                                new Plan.Entity("custodian_us", "US")),
                        plan.tables(),
                        plan.audiences());
        PlanComparison comparison = PlanComparison.of(plan, moved);
        assertThat(comparison.areEntitiesOther()).isTrue();
        assertThat(comparison.isEmpty()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "hidden, show, MORE",
        "hidden, redact, SAME",
        "redact, hidden, SAME",
        "redact, truncate, MORE",
        "show, show, SAME",
        "show, partial, LESS",
        "partial, show, MORE",
        "partial, redact, LESS",
        "pseudonym, partial, OTHER",
        "generalise month, generalise year, LESS",
        "generalise year, generalise month, MORE",
        "bucket 100, bucket 10, MORE",
        "bucket 10, bucket 100, LESS",
        "bucket 10, bucket 25, OTHER",
        "coarsen 10 km, coarsen 50 km, LESS",
        "coarsen 50 km, coarsen 10 km, MORE",
        "coarsen 10 km, coarsen 25 km, OTHER",
    })
    void an_effect_is_less_only_where_it_is_certain(String before, String after, Effect effect) {
        assertThat(new PlanComparison.OfColumn("c", parse(before), parse(after)).effect())
                .isEqualTo(effect);
    }

    private static Optional<Transform> parse(String text) {
        return text.equals("hidden") ? Optional.empty() : Optional.of(Transform.parse(text));
    }
}
