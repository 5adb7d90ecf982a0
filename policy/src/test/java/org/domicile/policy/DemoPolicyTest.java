package org.domicile.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.junit.jupiter.api.Test;

/** The demo's policy file keeps what the demo promises. */
class DemoPolicyTest {
    private final Policy policy = PolicyFile.read(PolicyTexts.DEMO, name -> null);
    private final Map<String, PolicyCompiler.Compiled> compiled = PolicyCompiler.compile(policy);

    private Plan.Audience audience(String jurisdiction, String person, String purpose) {
        PolicyCompiler.Compiled store = compiled.get(jurisdiction);
        assertThat(store).isNotNull();
        Roster.Accessor accessor = store.roster().accessor(person).orElseThrow();
        List<Plan.Audience> fitting =
                accessor.audiences().stream()
                        .map(name -> store.plan().audience(name).orElseThrow())
                        .filter(audience -> audience.purposes().contains(purpose))
                        .toList();
        assertThat(fitting).hasSize(1);
        return fitting.get(0);
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
            Plan.Audience audience = audience(jurisdiction, "parent_analyst", "analytics");
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
        assertThat(columns(audience("us", "us_support", "support"), "users"))
                .containsEntry("id", "show")
                .containsEntry("handle", "show")
                .containsEntry("email", "show")
                .containsEntry("birth_date", "show")
                .containsEntry("phone", "show");
        assertThat(columns(audience("us", "us_support", "support"), "devices"))
                .doesNotContainKey("push_token");
        assertThat(columns(audience("eu", "eu_support", "support"), "users"))
                .containsEntry("email", "show");
        assertThat(compiled.get("eu"))
                .extracting(store -> store.roster().accessor("us_support"))
                .isEqualTo(Optional.empty());
    }

    @Test
    void message_bodies_are_hidden_from_everybody_abroad() {
        compiled.forEach((jurisdiction, store) ->
                store.plan().audiences().stream()
                        .filter(a -> !a.counterparty().equals(store.plan().custodian()))
                        .forEach(audience ->
                                assertThat(columns(audience, "messages"))
                                        .as(jurisdiction + " " + audience.name())
                                        .doesNotContainKey("body")));
    }

    @Test
    void the_overseer_may_look_everywhere_and_reaches_nobody() {
        for (String jurisdiction : List.of("us", "eu", "row")) {
            Plan.Audience oversight = audience(jurisdiction, "overseer", "oversight");
            assertThat(columns(oversight, "users"))
                    .containsEntry("id", "pseudonym")
                    .doesNotContainKey("phone");
        }
    }

    @Test
    void everyone_has_one_or_two_purposes() {
        assertThat(policy.people().keySet())
                .containsExactly(
                        "us_support",
                        "us_engineer",
                        "eu_support",
                        "parent_analyst",
                        "global_analyst",
                        "overseer");
        policy.people()
                .values()
                .forEach(person -> assertThat(person.audiences()).hasSizeBetween(1, 2));
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
