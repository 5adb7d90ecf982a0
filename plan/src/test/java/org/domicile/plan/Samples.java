package org.domicile.plan;

import java.util.List;

/** A plan and a roster with one of everything. */
final class Samples {
    static final RelationName USERS = new RelationName("public", "users");
    static final RelationName LOGINS = new RelationName("app", "logins");

    private Samples() {}

    static Plan plan() {
        return new Plan(
                "us",
                "custodian_us",
                List.of(new Plan.Entity("parent", "CN"), new Plan.Entity("custodian_us", "US")),
                List.of(
                        new Plan.Table(
                                USERS,
                                List.of("id"),
                                List.of(
                                        new Plan.Column("id", "user.unique_id"),
                                        new Plan.Column("Born \"on\"", "user.demographic"),
                                        new Plan.Column("email", "user.contact.email"))),
                        new Plan.Table(
                                LOGINS,
                                List.of("user_id"),
                                List.of(
                                        new Plan.Column("user_id", "user.unique_id"),
                                        new Plan.Column("ip", "user.device.ip_address")))),
                List.of(
                        new Plan.Audience(
                                "support",
                                "custodian_us",
                                List.of("support", "oversight"),
                                List.of(
                                        new Plan.View(
                                                USERS,
                                                List.of(
                                                        column("id", "show"),
                                                        column("email", "show"))))),
                        new Plan.Audience(
                                "abroad",
                                "parent",
                                List.of("analytics"),
                                List.of(
                                        new Plan.View(
                                                USERS,
                                                List.of(
                                                        column("id", "pseudonym"),
                                                        column("email", "partial"),
                                                        column("Born \"on\"", "generalise year"))),
                                        new Plan.View(
                                                LOGINS, List.of(column("ip", "truncate")))))));
    }

    static Roster roster() {
        return new Roster(
                "us",
                List.of(
                        new Roster.Accessor("zoe", "parent", "CN", "SG", List.of("abroad")),
                        new Roster.Accessor(
                                "ann", "custodian_us", "US", "US", List.of("support"))));
    }

    private static Plan.ViewColumn column(String name, String transform) {
        return new Plan.ViewColumn(name, Transform.parse(transform));
    }
}
