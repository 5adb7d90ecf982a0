package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DriftTest {
    /** What somebody did behind Domicile's back, and words that must be in what is said of it. */
    private record Deed(String sql, String words) {}

    private static final List<Deed> DEEDS =
            List.of(
                    new Deed(
                            "CREATE OR REPLACE VIEW dom_analyst_v1.users AS SELECT md5(id::text)::text AS id, NULL::text AS handle, email::text AS email, NULL::date AS birth_date, NULL::date AS created FROM public.users",
                            "view dom_analyst_v1.users: its definition was replaced"),
                    new Deed(
                            "GRANT SELECT ON dom_us_support_v1.users TO dom_analyst",
                            "view dom_us_support_v1.users: privileges: was dom_us_support SELECT, is dom_analyst SELECT, dom_us_support SELECT"),
                    new Deed(
                            "GRANT UPDATE (email) ON dom_us_support_v1.users TO dom_us_support",
                            "view dom_us_support_v1.users: columns"),
                    new Deed(
                            "GRANT USAGE ON SCHEMA dom_us_support_v1 TO dom_analyst",
                            "schema dom_us_support_v1: privileges"),
                    new Deed(
                            "GRANT SELECT ON public.users TO \"dom_analyst-lin\"",
                            "role dom_analyst-lin: table public.users is new: granted"),
                    new Deed(
                            "GRANT SELECT (email) ON public.users TO dom_analyst",
                            "role dom_analyst: column email of table public.users is new: granted"),
                    new Deed(
                            "GRANT CREATE ON DATABASE us TO dom_analyst",
                            "database us: privileges"),
                    new Deed(
                            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO dom_analyst",
                            "role dom_analyst: default privileges"),
                    new Deed(
                            "CREATE OR REPLACE VIEW dom_us_support_v1.users AS SELECT id, handle, email, birth_date, phone, secret FROM public.users",
                            "view dom_us_support_v1.users: columns: was id bigint, handle text, email character varying(80), birth_date date, phone text, is id bigint"),
                    new Deed(
                            "CREATE OR REPLACE FUNCTION domicile.partial(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN value",
                            "function domicile.partial(text): its definition was replaced"),
                    new Deed(
                            "ALTER FUNCTION domicile.pseudonym OWNER TO postgres",
                            "function domicile.pseudonym(integer,text,text): owner"),
                    new Deed(
                            "GRANT EXECUTE ON FUNCTION domicile.pseudonym TO PUBLIC",
                            "function domicile.pseudonym(integer,text,text): privileges"),
                    new Deed(
                            "GRANT USAGE ON SCHEMA domicile TO dom_analyst",
                            "schema domicile: privileges"),
                    new Deed(
                            "GRANT SELECT ON domicile.pseudonym_key TO domicile_gateway",
                            "relation domicile.pseudonym_key: privileges"),
                    new Deed(
                            "GRANT SELECT ON domicile.subject_secret TO dom_analyst",
                            "relation domicile.subject_secret: privileges"),
                    new Deed(
                            "GRANT EXECUTE ON FUNCTION domicile.count_subjects TO dom_analyst",
                            "function domicile.count_subjects(text,text): privileges"),
                    new Deed(
                            "CREATE OR REPLACE VIEW dom_analyst_v1_subjects.logins AS SELECT md5('x')::text AS user_id, ip, at::date AS at, lat, user_id::text::bytea AS domicile_subject_user_id FROM public.logins",
                            "view dom_analyst_v1_subjects.logins: its definition was replaced"),
                    new Deed(
                            "GRANT USAGE ON SCHEMA dom_analyst_v1_subjects TO dom_us_support",
                            "schema dom_analyst_v1_subjects: privileges"),
                    new Deed(
                            "ALTER ROLE \"dom_analyst-lin\" SUPERUSER",
                            "role dom_analyst-lin: attributes: was LOGIN CONNECTION LIMIT 256, is LOGIN SUPERUSER"),
                    new Deed("ALTER ROLE dom_analyst BYPASSRLS", "role dom_analyst: attributes"),
                    new Deed("ALTER ROLE dom_analyst LOGIN", "role dom_analyst: attributes"),
                    new Deed(
                            "GRANT dom_us_support TO \"dom_analyst-lin\"",
                            "role dom_analyst-lin: member of dom_us_support is new"),
                    new Deed(
                            "GRANT pg_read_all_data TO dom_analyst",
                            "role dom_analyst: member of pg_read_all_data is new"),
                    new Deed(
                            "GRANT domicile_owner TO other",
                            "role domicile_owner: has member other is new"),
                    new Deed(
                            "ALTER TABLE public.users RENAME email TO mail",
                            "table public.users: columns"),
                    new Deed(
                            "ALTER TABLE public.users RENAME phone TO x; ALTER TABLE public.users RENAME handle TO phone; ALTER TABLE public.users RENAME x TO handle",
                            "table public.users: columns"),
                    new Deed(
                            "ALTER ROLE \"dom_analyst-lin\" SET search_path = public",
                            "role dom_analyst-lin: settings"),
                    new Deed(
                            "ALTER ROLE \"dom_analyst-lin\" IN DATABASE us SET role = 'x'",
                            "role dom_analyst-lin: settings in us is new"),
                    new Deed(
                            "ALTER DATABASE us SET row_security = off",
                            "database us: settings is new"),
                    new Deed(
                            "ALTER SCHEMA dom_analyst_v1 OWNER TO other",
                            "schema dom_analyst_v1: owner: was domicile_owner, is other"),
                    new Deed(
                            "ALTER VIEW dom_analyst_v1.users OWNER TO postgres",
                            "view dom_analyst_v1.users: owner"),
                    new Deed(
                            "ALTER VIEW dom_analyst_v1.users SET (security_barrier)",
                            "view dom_analyst_v1.users: its definition was replaced"),
                    new Deed(
                            "CREATE TABLE dom_analyst_v1.extra (a int)",
                            "relation dom_analyst_v1.extra: "),
                    new Deed(
                            "CREATE FUNCTION dom_analyst_v1.f() RETURNS int LANGUAGE sql RETURN 1",
                            "function dom_analyst_v1.f(): owner is new"),
                    new Deed(
                            "CREATE OPERATOR dom_analyst_v1.+ (LEFTARG = text, RIGHTARG = text, FUNCTION = textcat)",
                            "object operator dom_analyst_v1.+(text,text)"),
                    new Deed(
                            "CREATE RULE r AS ON INSERT TO dom_analyst_v1.users DO INSTEAD NOTHING",
                            "view dom_analyst_v1.users: its definition was replaced"),
                    new Deed(
                            "DROP VIEW dom_analyst_v1.logins",
                            "view dom_analyst_v1.logins: columns is gone"),
                    new Deed(
                            "DROP ROLE \"dom_analyst-lin\"",
                            "role dom_analyst-lin: attributes is gone"),
                    new Deed(
                            "CREATE ROLE \"dom_analyst-eve\" LOGIN IN ROLE dom_analyst",
                            "role dom_analyst-eve: attributes is new"),
                    new Deed(
                            "GRANT USAGE ON SCHEMA public TO PUBLIC",
                            "schema public: granted to PUBLIC is new: USAGE"));

    static Stream<TestServer> servers() {
        return TestServer.all().stream();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void namesWhateverWasChanged(TestServer server) throws Exception {
        Sample.applied(server);
        try (Connection admin = server.superuser();
                Connection compiler = server.compiler()) {
            TestServer.sql(admin, "CREATE ROLE other");
            try {
                for (Deed deed : DEEDS) {
                    assertThat(driftAfter(admin, compiler, deed.sql()))
                            .as(deed.sql())
                            .anySatisfy(line -> assertThat(line).startsWith(deed.words()));
                }
                assertThat(driftAfter(admin, compiler, "ALTER TABLE users ADD extra int"))
                        .as("a new column of a base table is no drift")
                        .isEmpty();
            } finally {
                TestServer.sql(admin, "DROP ROLE other");
            }
        }
    }

    /**
     * Does it, looks, and undoes it. The deed is not committed: the image is taken by the superuser
     * in the same transaction, as the compiler's role.
     */
    private static List<String> driftAfter(Connection admin, Connection compiler, String sql)
            throws Exception {
        List<String> schemas =
                Session.queryStrings(
                        compiler,
                        "SELECT 'dom_' || audience || '_v' || version || s FROM domicile.audience_version, (VALUES (''), ('_subjects')) x(s)");
        admin.setAutoCommit(false);
        try {
            TestServer.sql(admin, sql);
            TestServer.sql(admin, "SET LOCAL search_path = ''");
            TestServer.sql(admin, "SET LOCAL ROLE domicile_compiler");
            StoreImage.take(admin, schemas);
            return StoreImage.drift(admin).stream().map(Drift::text).toList();
        } finally {
            admin.rollback();
            admin.setAutoCommit(true);
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void isRefusedAndRepaired(TestServer server) throws Exception {
        Sample.applied(server);
        server.asSuperuser(
                "CREATE OR REPLACE VIEW dom_us_support_v1.users AS SELECT id, handle, email, birth_date, phone, secret FROM public.users",
                "GRANT dom_us_support TO \"dom_analyst-lin\"",
                "GRANT pg_read_all_settings TO dom_analyst");
        assertThatThrownBy(() -> Sample.apply(server, Sample.plan(), Sample.roster()))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> {
                            assertThat(e.reason()).isEqualTo(StoreException.Reason.DRIFT);
                            assertThat(e.details()).hasSizeGreaterThanOrEqualTo(3);
                        });
        try (Connection compiler = server.compiler()) {
            if (server.majorVersion() >= 16) {
                // Who granted a membership revokes it.
                server.asSuperuser("REVOKE pg_read_all_settings FROM dom_analyst");
            }
            StoreApplier.Applied repaired =
                    StoreApplier.apply(
                            compiler,
                            Sample.plan(),
                            Sample.roster(),
                            TestServer.SECRET,
                            true,
                            p -> {});
            assertThat(repaired.version()).isEqualTo(2);
        }
        assertThat(Sample.look(server, Sample.plan(), Sample.roster()).upToDate()).isTrue();
        try (Connection support = server.login("dom_us_support-sam")) {
            assertThatThrownBy(() -> TestServer.sql(support, "SELECT secret FROM users"))
                    .hasMessageContaining("does not exist");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void whatOnlyASuperuserMayUndoIsNamedAndNothingIsSwitched(TestServer server) throws Exception {
        Sample.applied(server);
        server.asSuperuser(
                "CREATE OR REPLACE FUNCTION domicile.partial(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN value");
        try (Connection compiler = server.compiler()) {
            assertThatThrownBy(() ->
                            StoreApplier.apply(
                                    compiler,
                                    Sample.plan(),
                                    Sample.roster(),
                                    TestServer.SECRET,
                                    true,
                                    p -> {}))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.READ_BACK));
        }
        try (Connection admin = server.superuser()) {
            StoreInit.run(admin, TestServer.SECRET);
        }
        StorePlan planned = Sample.look(server, Sample.plan(), Sample.roster());
        assertThat(planned.drift()).as("init put its own function back").isEmpty();
    }
}
