package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StorePlannerTest {
    static List<TestServer> servers() {
        return TestServer.all();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void listsAllProblemsAtOnceWithWhatToWriteInstead(TestServer server) throws Exception {
        Sample.initialised(server);
        RelationName gone = new RelationName("public", "gone");
        Plan plan =
                new Plan(
                        "us",
                        "custodian",
                        List.of(new Plan.Entity("custodian", "US")),
                        List.of(
                                Sample.table(
                                        Sample.USERS,
                                        "email",
                                        "user",
                                        "birth_date",
                                        "user",
                                        "mail",
                                        "user"),
                                Sample.table(gone, "id", "user")),
                        List.of(
                                new Plan.Audience(
                                        "a",
                                        "custodian",
                                        List.of("support"),
                                        List.of(
                                                Sample.view(
                                                        Sample.USERS,
                                                        "email",
                                                        "bucket 10",
                                                        "birth_date",
                                                        "partial")))));
        StorePlan planned =
                Sample.look(
                        server,
                        plan,
                        Sample.roster(
                                Sample.accessor("x", "custodian", "nobody"),
                                Sample.accessor("y", "parent", "a")));
        assertThat(planned.problems())
                .extracting(Problem::text)
                .containsExactlyInAnyOrder(
                        "public.gone: the store has no such table; write the table's name as the store spells it, or take it out of domicile.yaml",
                        "public.users.mail: the store's table has no such column; write one of: id, handle, email, birth_date, phone, created, secret",
                        "public.users.email (character varying(80)): audience a: \"bucket 10\" does not suit this type; write one of: hide, show, redact, pseudonym, truncate, partial",
                        "public.users.birth_date (date): audience a: \"partial\" does not suit this type; write one of: hide, show, redact, pseudonym, generalise month, generalise year",
                        "audience nobody: accessor x may act as it, but the plan has no such audience; take it from the accessor's audiences",
                        "audience a: accessor y works for parent, but the audience is for custodian; give the accessor an audience for their own employer");
        assertThat(planned.unclassified())
                .containsEntry(Sample.USERS, List.of("id", "handle", "phone", "created", "secret"))
                .containsEntry(Sample.LOGINS, List.of("user_id", "ip", "at", "lat"));
        assertThatThrownBy(() -> Sample.apply(server, plan, Sample.roster()))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.PROBLEMS));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void showsWhatChanges(TestServer server) throws Exception {
        Sample.applied(server);
        Plan changed =
                Sample.plan(
                        Sample.plan().audience("us_support").orElseThrow(),
                        new Plan.Audience(
                                "analyst",
                                "parent",
                                List.of("analytics"),
                                List.of(
                                        Sample.view(
                                                Sample.USERS,
                                                "id",
                                                "pseudonym",
                                                "handle",
                                                "pseudonym",
                                                "email",
                                                "partial",
                                                "phone",
                                                "redact"))));
        StorePlan planned =
                Sample.look(
                        server,
                        changed,
                        Sample.roster(
                                Sample.accessor("sam", "custodian", "us_support"),
                                Sample.accessor("wu", "parent", "analyst")));
        assertThat(planned.changes().stream().flatMap(c -> c.lines().stream()))
                .containsExactly(
                        "~ audience analyst",
                        "    ~ purposes: analytics, engineering -> analytics",
                        "    ~ all its pseudonyms: they get another key",
                        "~ view public.users of audience analyst",
                        "    ~ handle: redact -> pseudonym",
                        "    + phone: redact",
                        "    - birth_date: hidden",
                        "    - created: hidden",
                        "- view public.logins of audience analyst",
                        "~ roster of accessors",
                        "+ login role dom_analyst-wu",
                        "- login role dom_analyst-lin");
        assertThat(planned.summary()).isEqualTo("Plan: 1 to add, 3 to change, 2 to remove.");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void refusesAStoreThatWasNeverPrepared(TestServer server) throws Exception {
        server.reset();
        try (Connection admin = server.superuser()) {
            assertThatThrownBy(() ->
                            StorePlanner.plan(
                                    admin, Sample.plan(), Sample.roster(), TestServer.SECRET))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e ->
                                    assertThat(e.reason())
                                            .isEqualTo(StoreException.Reason.NOT_INITIALISED));
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void readsTheCatalogueForADraft(TestServer server) throws Exception {
        server.reset();
        server.asSuperuser(Sample.TABLES);
        server.asSuperuser(
                "COMMENT ON COLUMN users.email IS 'how to reach them'",
                "CREATE DOMAIN short AS varchar(5)",
                "CREATE TABLE odd (\"we\"\"ird\" short, j jsonb)");
        try (Connection admin = server.superuser()) {
            Catalogue catalogue = Catalogue.read(admin);
            assertThat(catalogue.tables())
                    .extracting(t -> t.name().name())
                    .containsExactly("logins", "odd", "users");
            Catalogue.Table logins = catalogue.table(Sample.LOGINS).orElseThrow();
            assertThat(logins.foreignKeys())
                    .containsExactly(
                            new Catalogue.ForeignKey(
                                    List.of("user_id"), Sample.USERS, List.of("id")));
            Catalogue.Table users = catalogue.table(Sample.USERS).orElseThrow();
            assertThat(users.primaryKey()).containsExactly("id");
            assertThat(users.column("email").orElseThrow().comment()).contains("how to reach them");
            Catalogue.Column odd =
                    catalogue
                            .table(new RelationName("public", "odd"))
                            .orElseThrow()
                            .columns()
                            .get(0);
            assertThat(odd.name()).isEqualTo("we\"ird");
            assertThat(odd.type()).isEqualTo("public.short");
            assertThat(odd.baseType()).isEqualTo("character varying(5)");
            assertThat(odd.family()).isEqualTo(TypeFamily.TEXT);
            assertThat(StoreApplierTest.row(admin, "SHOW search_path"))
                    .isEqualTo("\"$user\", public");
        }
    }
}
