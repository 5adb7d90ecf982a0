package org.domicile.control.meter;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.Period;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.domicile.control.rules.BulkThreshold;
import org.domicile.control.rules.BulkThreshold.Counted;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Fact;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;

/** A store in the US, a parent company in China, and the thresholds of 28 CFR 202.205. */
final class Fixture {
    static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    static final String SESSION = "0".repeat(32);

    static final Rules RULES =
            rules(
                    new BulkThreshold(
                            "human_genomic",
                            100,
                            Counted.PERSONS,
                            Set.of("user.health.genetic"),
                            "28 CFR 202.205(a)"),
                    new BulkThreshold(
                            "precise_location",
                            1_000,
                            Counted.DEVICES,
                            Set.of("user.location.precise"),
                            "28 CFR 202.205(c)"),
                    new BulkThreshold(
                            "health",
                            10_000,
                            Counted.PERSONS,
                            Set.of("user.health"),
                            "28 CFR 202.205(d)"),
                    new BulkThreshold(
                            "personal_identifiers",
                            100_000,
                            Counted.PERSONS,
                            Set.of("user.unique_id", "user.contact"),
                            "28 CFR 202.205(f)"),
                    new BulkThreshold(
                            "government_related",
                            0,
                            Counted.PERSONS,
                            Set.of("user.workplace"),
                            "28 CFR 202.222"));

    static final Plan PLAN = plan();

    private Fixture() {}

    static Rules rules(BulkThreshold... thresholds) {
        return new Rules(
                List.of(
                        new RulePack(
                                "us-dsp-2025",
                                1,
                                "title",
                                "law",
                                new RulePack.CoveredPersons(
                                        Set.of("US"),
                                        Map.of("China", Set.of("CN")),
                                        50,
                                        new RulePack.Citations("", "", "", "", "", "", "", "")),
                                new RulePack.Bulk(
                                        12,
                                        "28 CFR 202.205",
                                        "28 CFR 202.205(g)",
                                        List.of(thresholds)),
                                Map.of(),
                                new RulePack.Term(Period.ofYears(10), ""),
                                Arrays.stream(thresholds)
                                        .map(one -> one.category() + one.moreThan())
                                        .toList()
                                        .toString())));
    }

    private static Plan plan() {
        RelationName users = new RelationName("public", "users");
        RelationName places = new RelationName("public", "places");
        return new Plan(
                "us",
                "custodian",
                List.of(
                        new Plan.Entity("custodian", "US"),
                        new Plan.Entity("parent", "CN"),
                        new Plan.Entity("global", "SG")),
                List.of(
                        new Plan.Table(
                                users,
                                List.of("id"),
                                List.of(
                                        new Plan.Column("id", "user.unique_id"),
                                        new Plan.Column("email", "user.contact.email"),
                                        new Plan.Column("gene", "user.health.genetic"),
                                        new Plan.Column("illness", "user.health.conditions"),
                                        new Plan.Column("likes", "user.behavior"),
                                        new Plan.Column("agency", "user.workplace"))),
                        new Plan.Table(
                                places,
                                List.of("user_id"),
                                List.of(
                                        new Plan.Column("user_id", "user.unique_id"),
                                        new Plan.Column("latitude", "user.location.precise")))),
                List.of(
                        new Plan.Audience(
                                "analytics",
                                "parent",
                                List.of("analytics"),
                                List.of(
                                        new Plan.View(
                                                users,
                                                List.of(
                                                        new Plan.ViewColumn(
                                                                "id", new Transform.Show())))))));
    }

    /** Columns as {@code table.column transform}; without a transform, shown. */
    static Map<String, Map<String, String>> columns(String... columns) {
        Map<String, Map<String, String>> relations = new TreeMap<>();
        for (String column : columns) {
            int dot = column.indexOf('.');
            int space = column.indexOf(' ');
            relations
                    .computeIfAbsent("public." + column.substring(0, dot), _ -> new TreeMap<>())
                    .put(
                            column.substring(dot + 1, space < 0 ? column.length() : space),
                            space < 0 ? "show" : column.substring(space + 1));
        }
        Map<String, Map<String, String>> unmodifiable = new HashMap<>();
        relations.forEach((relation, read) -> unmodifiable.put(relation, Map.copyOf(read)));
        return Map.copyOf(unmodifiable);
    }

    static Fact.Disclosure disclosure(
            String counterparty,
            Map<String, Map<String, String>> columns,
            Fact.Subjects subjects,
            long bytes) {
        return new Fact.Disclosure(
                SESSION,
                1,
                PLAN.digest(),
                counterparty,
                "analytics",
                "analytics",
                Fact.Shape.SELECT,
                columns,
                subjects,
                "SELECT 1",
                0,
                true,
                1,
                bytes);
    }

    /** Of people that were all told. */
    static Fact.Disclosure told(long people, String... columns) {
        return disclosure("parent", columns(columns), subjects(people, columns), 100 * people);
    }

    static Fact.Subjects subjects(long people, String... columns) {
        Map<String, Long> counts = new HashMap<>();
        columns(columns)
                .forEach((relation, read) ->
                        PLAN.table(RelationName.parse(relation)).orElseThrow().columns().stream()
                                .filter(column -> read.containsKey(column.name()))
                                .forEach(column -> counts.put(column.category(), people)));
        return new Fact.Subjects(counts, Map.of());
    }

    /** First halves of tokens. */
    static long[] people(long from, long to) {
        return LongStream.range(from, to).map(Fixture::halfToken).toArray();
    }

    static String tokens(long from, long to) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(16 * (to - from)));
        LongStream.range(from, to).forEach(person -> bytes.put(token(person)));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    static long halfToken(long person) {
        return ByteBuffer.wrap(token(person)).getLong();
    }

    private static byte[] token(long person) {
        try {
            return Arrays.copyOf(
                    MessageDigest.getInstance("SHA-256")
                            .digest(("person " + person).getBytes(StandardCharsets.US_ASCII)),
                    16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
