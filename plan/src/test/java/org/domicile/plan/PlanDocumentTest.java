package org.domicile.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanDocumentTest {
    private static final String EMPTY =
            "{\"audiences\":[],\"custodian\":\"c\",\"entities\":[{\"country\":\"US\",\"id\":\"c\"}],"
                    + "\"format\":\"domicile-plan-1\",\"jurisdiction\":\"us\",\"tables\":[]}";

    private static void assertRefused(String json, String because) {
        assertThatExceptionOfType(PlanFormatException.class)
                .isThrownBy(() -> Plan.fromJson(json))
                .withMessageContaining(because);
    }

    @Test
    void reads_back_what_it_wrote() {
        Plan plan = Samples.plan();
        assertThat(Plan.fromJson(plan.toJson())).isEqualTo(plan);
        assertThat(Plan.fromJson(plan.toJson()).digest()).isEqualTo(plan.digest());
        Roster roster = Samples.roster();
        assertThat(Roster.fromJson(roster.toJson())).isEqualTo(roster);
        assertThat(Plan.fromJson(EMPTY).toJson()).isEqualTo(EMPTY);
    }

    @Test
    void the_order_things_were_named_in_does_not_matter() {
        Plan plan = Samples.plan();
        Plan reversed =
                new Plan(
                        plan.jurisdiction(),
                        plan.custodian(),
                        List.of(plan.entities().get(1), plan.entities().get(0)),
                        List.of(plan.tables().get(1), plan.tables().get(0)),
                        List.of(plan.audiences().get(1), plan.audiences().get(0)));
        assertThat(reversed.toJson()).isEqualTo(plan.toJson());
    }

    @Test
    void keys_and_lists_ascend() {
        assertThat(Samples.plan().toJson())
                .startsWith("{\"audiences\":[{\"counterparty\":\"parent\",\"name\":\"abroad\",")
                .contains("\"purposes\":[\"oversight\",\"support\"]")
                .contains("{\"name\":\"Born \\\"on\\\"\",\"transform\":\"generalise year\"}");
        assertThat(Samples.plan().tables())
                .extracting(Plan.Table::name)
                .containsExactly(Samples.LOGINS, Samples.USERS);
    }

    @Test
    void any_other_form_of_the_same_content_is_refused() {
        String json = Samples.plan().toJson();
        String canonical = "not in canonical form";
        assertRefused(json + " ", "expected the document's end");
        assertRefused(json + "{}", "expected the document's end");
        assertRefused(" " + json, "expected an object");
        assertRefused(json.replace("\"us\"", " \"us\""), "expected an object");
        assertRefused(json.replace("\"us\"", "\"\\u0075s\""), canonical);
        assertRefused(json.replace("\\\"", "\\u0022"), canonical);
        assertRefused(
                EMPTY.replace("{\"audiences\":[],", "{").replace("]}", "],\"audiences\":[]}"),
                canonical);
        assertRefused(
                json.replace("[\"oversight\",\"support\"]", "[\"support\",\"oversight\"]"),
                canonical);
        assertThatThrownBy(() ->
                        Roster.fromJson(
                                Samples.roster().toJson().replace("\"US\"", "\"\\u0055S\"")))
                .hasMessageContaining(canonical);
    }

    @Test
    void unknown_missing_and_double_keys_are_refused() {
        assertRefused(EMPTY.replace("\"custodian\"", "\"owner\""), "expected exactly the keys");
        assertRefused(EMPTY.replace("\"custodian\":\"c\",", ""), "expected exactly the keys");
        assertRefused(
                EMPTY.replace("{\"audiences\"", "{\"a\":[],\"audiences\""), "expected exactly");
        assertRefused(
                EMPTY.replace("{\"audiences\":[]", "{\"audiences\":[],\"audiences\":[]"), "twice");
        assertRefused(
                EMPTY.replace("domicile-plan-1", "domicile-plan-2"), "is not \"domicile-plan-1\"");
        assertRefused(
                EMPTY.replace("\"tables\":[]", "\"tables\":{}"), "\"tables\" must be an array");
        assertRefused(EMPTY.replace("\"us\"", "[]"), "expected a string");
        assertRefused(EMPTY.replace("\"us\"", "1"), "expected an object, an array or a string");
        assertRefused(EMPTY.replace("\"us\"", "null"), "expected an object, an array or a string");
        assertRefused("[]", "expected an object");
        assertRefused("", "ends early");
    }

    @Test
    void things_named_twice_are_refused() {
        String entity = "{\"country\":\"US\",\"id\":\"c\"}";
        assertRefused(EMPTY.replace(entity, entity + "," + entity), "entity \"c\" appears twice");
        assertThatThrownBy(() ->
                        new Plan.Audience(
                                "a",
                                "c",
                                List.of("p"),
                                List.of(
                                        new Plan.View(
                                                Samples.USERS,
                                                List.of(
                                                        new Plan.ViewColumn(
                                                                "id", new Transform.Show()))),
                                        new Plan.View(
                                                new RelationName("other", "users"),
                                                List.of(
                                                        new Plan.ViewColumn(
                                                                "id", new Transform.Show()))))))
                .hasMessage("view \"users\" appears twice");
    }

    @Test
    void deep_documents_are_refused_before_the_stack_ends() {
        assertRefused("[".repeat(1_000_000), "nested deeper than 16");
        assertRefused("{\"a\":".repeat(1_000_000), "nested deeper than 16");
    }

    @Test
    void half_a_surrogate_pair_is_no_name() {
        String half = "\ud800";
        assertThatThrownBy(() -> new Plan.Column("a" + half, "user"))
                .isInstanceOf(PlanFormatException.class);
        assertThatThrownBy(() -> new RelationName("public", half))
                .isInstanceOf(PlanFormatException.class);
        assertThat(new Plan.Column("\ud83d\ude00", "user").name()).hasSize(2);
    }

    @Test
    void control_characters_are_escaped_as_rfc_8785_has_them() {
        JsonWriter out = new JsonWriter();
        out.string("\"\\\b\f\n\r\t\u0001\u001f\u007f/é\u2028");
        assertThat(out).hasToString("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\u007f/é\u2028\"");
        assertThat(Json.read(out.toString())).isEqualTo("\"\\\b\f\n\r\t\u0001\u001f\u007f/é\u2028");
    }

    @Test
    void the_writer_refuses_keys_out_of_order() {
        JsonWriter out = new JsonWriter().beginObject().member("b", "1");
        assertThatThrownBy(() -> out.member("a", "2")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> out.member("b", "2")).isInstanceOf(IllegalStateException.class);
    }

    /** Whatever is read has exactly one form; whatever is not is refused with one exception. */
    @Test
    void random_damage_is_refused_or_canonical() {
        Random random = new Random(20261122);
        String json = Samples.plan().toJson();
        String pieces = "{}[]\",:\\un0a_AZ.  \u0000\ud800é";
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder damaged = new StringBuilder(json);
            for (int i = random.nextInt(3); i >= 0; i--) {
                int at = random.nextInt(damaged.length());
                char c = pieces.charAt(random.nextInt(pieces.length()));
                switch (random.nextInt(4)) {
                    case 0 -> damaged.setCharAt(at, c);
                    case 1 -> damaged.insert(at, c);
                    case 2 -> damaged.deleteCharAt(at);
                    default -> damaged.setLength(at + 1);
                }
            }
            String text = damaged.toString();
            try {
                assertThat(Plan.fromJson(text).toJson()).isEqualTo(text);
            } catch (PlanFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 19_999);
    }
}
