package org.domicile.policy.store;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;
import org.domicile.plan.Transform;

/** A small short-video store, a plan for it with two audiences, and people. */
final class Sample {
    static final String[] TABLES = {
        """
        CREATE TABLE users (id bigint PRIMARY KEY, handle text NOT NULL, email varchar(80), birth_date date,
          phone text, created timestamptz NOT NULL DEFAULT '2024-03-05 06:07:08Z', secret text DEFAULT 'hidden')
        """,
        """
        CREATE TABLE logins (user_id bigint NOT NULL REFERENCES users, ip inet, at timestamptz, lat double precision)
        """,
        """
        INSERT INTO users (id, handle, email, birth_date, phone)
        SELECT i, 'user' || i, 'user' || i || '@example.com', date '1990-05-06' + i::int, '+1 555 ' || i
        FROM generate_series(1, 20) i
        """,
        """
        INSERT INTO logins SELECT i, ('10.1.2.' || i)::inet, '2024-03-05 06:07:08Z', 40.7128 FROM generate_series(1, 20) i
        """
    };

    static final RelationName USERS = new RelationName("public", "users");
    static final RelationName LOGINS = new RelationName("public", "logins");

    static final Plan.View SUPPORT_USERS =
            view(
                    USERS,
                    "id",
                    "show",
                    "handle",
                    "show",
                    "email",
                    "show",
                    "birth_date",
                    "show",
                    "phone",
                    "show");
    static final Plan.View ANALYST_USERS =
            view(
                    USERS,
                    "id",
                    "pseudonym",
                    "handle",
                    "redact",
                    "email",
                    "partial",
                    "birth_date",
                    "generalise year",
                    "created",
                    "generalise month");
    static final Plan.View ANALYST_LOGINS =
            view(
                    LOGINS,
                    "user_id",
                    "pseudonym",
                    "ip",
                    "truncate",
                    "at",
                    "generalise month",
                    "lat",
                    "coarsen 10 km");

    private Sample() {}

    static Plan plan() {
        return plan(
                new Plan.Audience(
                        "us_support", "custodian", List.of("support"), List.of(SUPPORT_USERS)),
                new Plan.Audience(
                        "analyst",
                        "parent",
                        List.of("analytics", "engineering"),
                        List.of(ANALYST_USERS, ANALYST_LOGINS)));
    }

    static Plan plan(Plan.Audience... audiences) {
        return new Plan(
                "us",
                "custodian",
                List.of(new Plan.Entity("custodian", "US"), new Plan.Entity("parent", "CN")),
                List.of(
                        about(
                                "id",
                                USERS,
                                "id",
                                "user.unique_id",
                                "handle",
                                "user.name",
                                "email",
                                "user.contact.email",
                                "birth_date",
                                "user.demographic.date_of_birth",
                                "phone",
                                "user.contact.phone_number",
                                "created",
                                "system.operations"),
                        about(
                                "user_id",
                                LOGINS,
                                "user_id",
                                "user.unique_id",
                                "ip",
                                "user.device.ip_address",
                                "at",
                                "user.behavior",
                                "lat",
                                "user.location.precise")),
                List.of(audiences));
    }

    static Roster roster() {
        return roster(
                accessor("sam", "custodian", "us_support"), accessor("lin", "parent", "analyst"));
    }

    static Roster roster(Roster.Accessor... accessors) {
        return new Roster("us", List.of(accessors));
    }

    static Roster.Accessor accessor(String id, String entity, String... audiences) {
        return new Roster.Accessor(id, entity, "US", "US", List.of(audiences));
    }

    static Plan.View view(RelationName table, String... columnsAndTransforms) {
        List<Plan.ViewColumn> columns = new ArrayList<>();
        for (int i = 0; i < columnsAndTransforms.length; i += 2) {
            columns.add(
                    new Plan.ViewColumn(
                            columnsAndTransforms[i], Transform.parse(columnsAndTransforms[i + 1])));
        }
        return new Plan.View(table, columns);
    }

    static Plan.Table about(String subject, RelationName name, String... columnsAndCategories) {
        return new Plan.Table(name, List.of(subject), table(name, columnsAndCategories).columns());
    }

    static Plan.Table table(RelationName name, String... columnsAndCategories) {
        List<Plan.Column> columns = new ArrayList<>();
        for (int i = 0; i < columnsAndCategories.length; i += 2) {
            columns.add(new Plan.Column(columnsAndCategories[i], columnsAndCategories[i + 1]));
        }
        return new Plan.Table(name, List.of(), columns);
    }

    /** Prepares a server's database with the tables, init and the plan. */
    static void applied(TestServer server) throws java.sql.SQLException {
        initialised(server);
        apply(server, plan(), roster());
    }

    static void initialised(TestServer server) throws java.sql.SQLException {
        server.reset();
        server.asSuperuser(Stream.of(TABLES).toArray(String[]::new));
        try (java.sql.Connection admin = server.superuser()) {
            StoreInit.run(admin, TestServer.SECRET);
        }
    }

    static StoreApplier.Applied apply(TestServer server, Plan plan, Roster roster)
            throws java.sql.SQLException {
        try (java.sql.Connection compiler = server.compiler()) {
            return StoreApplier.apply(
                    compiler, plan, roster, TestServer.SECRET, false, progress -> {});
        }
    }

    static StorePlan look(TestServer server, Plan plan, Roster roster)
            throws java.sql.SQLException {
        try (java.sql.Connection compiler = server.compiler()) {
            return StorePlanner.plan(compiler, plan, roster, TestServer.SECRET);
        }
    }
}
