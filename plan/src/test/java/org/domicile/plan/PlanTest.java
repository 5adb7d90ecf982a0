package org.domicile.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static Plan with(List<Plan.Table> tables, List<Plan.Audience> audiences) {
        return new Plan("us", "c", List.of(new Plan.Entity("c", "US")), tables, audiences);
    }

    private static Plan.Table users(String subject) {
        return new Plan.Table(
                Samples.USERS, List.of(subject), List.of(new Plan.Column("id", "user.unique_id")));
    }

    private static Plan.Audience audience(String counterparty, RelationName table, String column) {
        return new Plan.Audience(
                "a",
                counterparty,
                List.of("p"),
                List.of(
                        new Plan.View(
                                table,
                                List.of(new Plan.ViewColumn(column, new Transform.Show())))));
    }

    @Test
    void parts_are_found_by_name() {
        Plan plan = Samples.plan();
        assertThat(plan.table(Samples.LOGINS)).isPresent();
        assertThat(plan.table(new RelationName("public", "logins"))).isEmpty();
        assertThat(plan.table(Samples.USERS).flatMap(table -> table.column("email")))
                .contains(new Plan.Column("email", "user.contact.email"));
        Plan.Audience abroad = plan.audience("abroad").orElseThrow();
        assertThat(plan.audience("aboard")).isEmpty();
        assertThat(abroad.view("logins").map(Plan.View::table)).contains(Samples.LOGINS);
        assertThat(abroad.view("orders")).isEmpty();
        assertThat(abroad.view("users").flatMap(view -> view.column("id")))
                .contains(new Plan.ViewColumn("id", new Transform.Pseudonym()));
        assertThat(abroad.view("users").flatMap(view -> view.column("ids"))).isEmpty();
        assertThat(Samples.roster().accessor("zoe").map(Roster.Accessor::residesIn)).contains("SG");
        assertThat(Samples.roster().accessor("yan")).isEmpty();
    }

    @Test
    void an_accessor_may_be_limited_to_some_purposes_of_an_audience() {
        Plan.Audience audience =
                new Plan.Audience("abroad", "parent", List.of("analytics", "billing"), List.of());
        Roster.Accessor all = new Roster.Accessor("zoe", "parent", "CN", "SG", List.of("abroad"));
        Roster.Accessor limited =
                new Roster.Accessor(
                        "zoe",
                        "parent",
                        "CN",
                        "SG",
                        List.of("abroad"),
                        List.of(new Roster.Limit("abroad", List.of("billing", "former"))));
        assertThat(all.purposesOf(audience)).containsExactly("analytics", "billing");
        assertThat(limited.purposesOf(audience)).containsExactly("billing");
        assertThat(new Roster.Accessor("zoe", "parent", "CN", "SG", List.of()).purposesOf(audience))
                .isEmpty();
        Roster roster = new Roster("us", List.of(limited));
        assertThat(Roster.fromJson(roster.toJson())).isEqualTo(roster);
        assertThat(new Roster("us", List.of(all)).toJson()).doesNotContain("limits");
        assertThatExceptionOfType(PlanFormatException.class)
                .isThrownBy(() ->
                        new Roster.Accessor(
                                "zoe", "parent", "CN", "SG", List.of(), limited.limits()));
    }

    @Test
    void every_one_of_many_is_found() {
        List<Plan.Column> columns =
                IntStream.range(0, 100).mapToObj(i -> new Plan.Column("c" + i, "user")).toList();
        for (int size = 0; size <= columns.size(); size++) {
            Plan.Table table = new Plan.Table(Samples.USERS, List.of(), columns.subList(0, size));
            for (Plan.Column column : columns) {
                assertThat(table.column(column.name()).isPresent())
                        .isEqualTo(columns.indexOf(column) < size);
            }
        }
    }

    @Test
    void nothing_is_named_that_is_not_there() {
        assertThatThrownBy(() -> with(List.of(users("uid")), List.of()))
                .hasMessage("subject key \"uid\" is not a column of this plan");
        assertThatThrownBy(() -> with(List.of(), List.of(audience("c", Samples.USERS, "id"))))
                .hasMessage("view \"public.users\" is not a table of this plan");
        assertThatThrownBy(() ->
                        with(List.of(users("id")), List.of(audience("c", Samples.USERS, "email"))))
                .hasMessage(
                        "view column \"public.users.email\" is not a column of its table of this"
                                + " plan");
        assertThatThrownBy(() ->
                        with(List.of(users("id")), List.of(audience("d", Samples.USERS, "id"))))
                .hasMessage("counterparty \"d\" is not an entity of this plan");
        assertThatThrownBy(() -> new Plan("us", "c", List.of(), List.of(), List.of()))
                .hasMessage("custodian \"c\" is not an entity of this plan");
        assertThat(with(List.of(users("id")), List.of(audience("c", Samples.USERS, "id"))).digest())
                .hasSize(64);
    }

    @Test
    void names_have_their_spelling() {
        assertThatThrownBy(() -> new Plan.Entity("Parent", "CN"))
                .hasMessageContaining("lower-case");
        assertThatThrownBy(() -> new Plan.Entity("parent", "cn"))
                .hasMessageContaining("ISO 3166-1");
        assertThatThrownBy(() -> new Plan.Column("", "user")).hasMessageContaining("1 to 63 bytes");
        assertThatThrownBy(() -> new Plan.Column("é".repeat(32), "user"))
                .hasMessageContaining("1 to 63 bytes");
        assertThatThrownBy(() -> new Plan.Column("a\0", "user")).hasMessageContaining("bytes");
        for (String category :
                List.of("", "User", "user.", ".user", "user..id", "a.".repeat(9_999))) {
            assertThatThrownBy(() -> new Plan.Column("a", category))
                    .hasMessageContaining("dotted name");
        }
    }

    @Test
    void an_audience_has_a_purpose_and_a_view_a_column() {
        assertThatThrownBy(() -> new Plan.Audience("a", "c", List.of(), List.of()))
                .hasMessage("audience \"a\" has no purpose");
        assertThatThrownBy(() -> new Plan.View(Samples.USERS, List.of()))
                .hasMessage("view \"public.users\" shows no column");
    }

    @Test
    void a_subject_key_is_hidden_unless_it_is_shown_as_it_is() {
        Plan plan = Samples.plan();
        Plan.Audience abroad = plan.audience("abroad").orElseThrow();
        assertThat(plan.hiddenSubjects(abroad.view("users").orElseThrow()))
                .as("a pseudonym is not the key")
                .containsExactly("id");
        assertThat(plan.hiddenSubjects(abroad.view("logins").orElseThrow()))
                .as("not in the view at all")
                .containsExactly("user_id");
        Plan.Audience support = plan.audience("support").orElseThrow();
        assertThat(plan.hiddenSubjects(support.view("users").orElseThrow())).isEmpty();
    }

    @Test
    void a_relations_spelling_reads_back() {
        for (RelationName name :
                List.of(Samples.USERS, Samples.LOGINS, new RelationName("public", "a.b"))) {
            assertThat(RelationName.parse(name.spelling())).isEqualTo(name);
        }
        assertThat(Samples.USERS.spelling()).isEqualTo("users");
        assertThat(Samples.USERS).hasToString("public.users");
    }

    @Test
    void a_roster_names_nobody_in_its_text_form() {
        assertThat(Samples.roster()).hasToString("Roster[us, 2 accessors, 0 grants]");
    }

    @Test
    void an_applied_plan_has_a_schema_for_each_audience() {
        Plan plan = Samples.plan();
        AppliedPlan applied =
                new AppliedPlan(
                        3, plan, Samples.roster(), Map.of("abroad", 2L, "support", 3L), "00");
        assertThat(applied.schemaOf(plan.audience("abroad").orElseThrow()))
                .isEqualTo("dom_abroad_v2");
        assertThat(applied.subjectSchemaOf(plan.audience("abroad").orElseThrow()))
                .contains("dom_abroad_v2_subjects");
        assertThat(applied.subjectSchemaOf(plan.audience("support").orElseThrow()))
                .as("shows the one subject key there is")
                .isEmpty();
        assertThatThrownBy(() ->
                        new AppliedPlan(3, plan, Samples.roster(), Map.of("abroad", 2L), "00"))
                .hasMessageContaining("\"support\" has no version");
    }

    @Test
    void a_grant_has_its_own_name_and_an_end() {
        String request = "ab".repeat(32);
        Plan.Grant grant = new Plan.Grant(request, "2026-11-22T18:00:00Z");
        assertThat(grant.audience()).isEqualTo("grant_abababababab");
        for (String until : new String[] {"2026-13-22T18:00:00Z", "2026-11-22", "infinity", ""}) {
            assertThatThrownBy(() -> new Plan.Grant(request, until))
                    .isInstanceOf(PlanFormatException.class);
        }
        assertThatThrownBy(() -> new Plan.Audience("grant_me", "c", List.of("p"), List.of()))
                .isInstanceOf(PlanFormatException.class);
        assertThatThrownBy(() ->
                        new Plan.Audience(
                                "support",
                                "c",
                                List.of("p"),
                                List.of(),
                                java.util.Optional.of(grant)))
                .isInstanceOf(PlanFormatException.class);
    }
}
