package org.domicile.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.junit.jupiter.api.Test;

/** The demo's policy file keeps what the demo promises. */
class DemoPolicyTest {
    private final Policy policy = PolicyTexts.read(PolicyTexts.demo());
    private final Map<String, Plan> plans = PolicyCompiler.compile(policy);

    private Plan.Audience audience(String jurisdiction, String name) {
        Plan plan = plans.get(jurisdiction);
        assertThat(plan).isNotNull();
        return plan.audience(name).orElseThrow();
    }

    private static Map<String, String> columns(Plan.Audience audience, String table) {
        return audience.view(table).stream()
                .flatMap(view -> view.columns().stream())
                .collect(
                        Collectors.toMap(
                                Plan.ViewColumn::name, column -> column.transform().text()));
    }

    @Test
    void the_parents_analyst_sees_pseudonyms_and_no_contact() {
        for (String jurisdiction : List.of("us", "eu", "row")) {
            Plan.Audience audience = audience(jurisdiction, "parent_analytics");
            assertThat(columns(audience, "users"))
                    .containsEntry("id", "pseudonym")
                    .containsEntry("handle", "pseudonym")
                    .containsEntry("email", "partial")
                    .containsEntry("birth_date", "generalise year")
                    .containsEntry("phone", "redact")
                    .containsEntry("display_name", "redact")
                    .doesNotContainKey("bio");
            assertThat(columns(audience, "impressions"))
                    .containsEntry("id", "pseudonym")
                    .containsEntry("user_id", "pseudonym")
                    .containsEntry("video_id", "show");
        }
    }

    @Test
    void support_at_home_sees_the_user_who_asks() {
        assertThat(columns(audience("us", "us_support"), "users"))
                .containsEntry("id", "show")
                .containsEntry("handle", "show")
                .containsEntry("email", "show")
                .containsEntry("birth_date", "show")
                .containsEntry("phone", "show");
        assertThat(columns(audience("us", "us_support"), "devices"))
                .doesNotContainKey("push_token");
        assertThat(columns(audience("eu", "eu_support"), "users")).containsEntry("email", "show");
        assertThat(plans.get("eu"))
                .extracting(plan -> plan.audience("us_support"))
                .isEqualTo(Optional.empty());
    }

    @Test
    void message_bodies_are_hidden_from_everybody_abroad() {
        plans.forEach((jurisdiction, plan) ->
                plan.audiences().stream()
                        .filter(a -> !a.counterparty().equals(plan.custodian()))
                        .forEach(audience ->
                                assertThat(columns(audience, "messages"))
                                        .as(jurisdiction + " " + audience.name())
                                        .doesNotContainKey("body")));
    }

    @Test
    void the_overseer_may_look_everywhere_and_reaches_nobody() {
        for (String jurisdiction : List.of("us", "eu", "row")) {
            Plan.Audience oversight = audience(jurisdiction, "oversight");
            assertThat(columns(oversight, "users"))
                    .containsEntry("id", "pseudonym")
                    .doesNotContainKey("phone");
        }
    }

    @Test
    void it_classifies_the_short_video_apps_tables() {
        assertThat(policy.tables().keySet().stream().map(Object::toString))
                .containsExactlyInAnyOrder(
                        "public.users",
                        "public.devices",
                        "public.logins",
                        "public.locations",
                        "public.follows",
                        "public.videos",
                        "public.impressions",
                        "public.likes",
                        "public.comments",
                        "public.messages",
                        "public.gifts",
                        "public.orders",
                        "public.ad_campaigns",
                        "public.ad_impressions");
    }
}
