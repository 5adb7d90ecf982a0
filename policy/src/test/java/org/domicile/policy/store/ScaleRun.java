package org.domicile.policy.store;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;

/** Times plan and apply of many views; run by hand, with the numbers of tables and audiences. */
final class ScaleRun {
    private ScaleRun() {}

    public static void main(String[] args) throws Exception {
        int tables = Integer.parseInt(args[0]);
        int audiences = Integer.parseInt(args[1]);
        for (TestServer server : TestServer.all()) {
            measure(server, tables, audiences);
        }
    }

    private static void measure(TestServer server, int tables, int audiences) throws Exception {
        server.reset();
        try (Connection admin = server.superuser()) {
            List<String> statements = new ArrayList<>();
            for (int i = 0; i < tables; i++) {
                statements.add(
                        "CREATE TABLE t%d (id bigint PRIMARY KEY, email text, born date, ip inet, lat float8, n int, a text, b text, c timestamptz, d numeric)"
                                .formatted(i));
                if (statements.size() == 100) {
                    Session.execute(admin, statements);
                    statements.clear();
                }
            }
            Session.execute(admin, statements);
        }
        long start = System.nanoTime();
        try (Connection admin = server.superuser()) {
            System.out.println(
                    server + " init open: " + StoreInit.run(admin, TestServer.SECRET).open());
        }
        start = lap(server, "init", start);
        Plan plan = plan(tables, audiences);
        Roster roster = roster(audiences);
        start = lap(server, "make plan, " + plan.toJson().length() + " chars", start);
        Sample.look(server, plan, roster);
        start = lap(server, "first plan", start);
        Sample.apply(server, plan, roster);
        start = lap(server, "first apply", start);
        StorePlan look = Sample.look(server, plan, roster);
        start = lap(server, "plan: " + look.summary() + " drift " + look.drift().size(), start);
        Sample.apply(server, plan, roster);
        start = lap(server, "no-op apply", start);
        try (Connection gateway = server.login("domicile_gateway")) {
            AppliedPlanReader.read(gateway);
        }
        lap(server, "gateway read", start);
    }

    private static long lap(TestServer server, String what, long start) {
        long now = System.nanoTime();
        System.out.printf("%s %s: %d ms%n", server, what, (now - start) / 1_000_000);
        return System.nanoTime();
    }

    static Plan plan(int tables, int audiences) {
        List<Plan.Table> classified = new ArrayList<>();
        List<Plan.View> views = new ArrayList<>();
        for (int i = 0; i < tables; i++) {
            RelationName name = new RelationName("public", "t" + i);
            classified.add(
                    Sample.table(
                            name,
                            "id",
                            "user.unique_id",
                            "email",
                            "user.contact.email",
                            "born",
                            "user.demographic.date_of_birth",
                            "ip",
                            "user.device.ip_address",
                            "lat",
                            "user.location.precise",
                            "n",
                            "user.behavior",
                            "a",
                            "user.name",
                            "b",
                            "user.name",
                            "c",
                            "system.operations",
                            "d",
                            "user.financial"));
            views.add(
                    Sample.view(
                            name,
                            "id",
                            "pseudonym",
                            "email",
                            "partial",
                            "born",
                            "generalise year",
                            "ip",
                            "truncate",
                            "lat",
                            "coarsen 10 km",
                            "n",
                            "bucket 10",
                            "a",
                            "redact",
                            "b",
                            "show",
                            "c",
                            "generalise month",
                            "d",
                            "bucket 100"));
        }
        List<Plan.Audience> all = new ArrayList<>();
        for (int i = 0; i < audiences; i++) {
            all.add(new Plan.Audience("aud" + i, "custodian", List.of("p" + i), views));
        }
        return new Plan(
                "us", "custodian", List.of(new Plan.Entity("custodian", "US")), classified, all);
    }

    static Roster roster(int audiences) {
        List<Roster.Accessor> accessors = new ArrayList<>();
        for (int i = 0; i < 5 * audiences; i++) {
            accessors.add(Sample.accessor("person" + i, "custodian", "aud" + i % audiences));
        }
        return new Roster("us", accessors);
    }
}
