package org.domicile.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.Period;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.domicile.control.rules.BulkThreshold;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Fact;
import org.domicile.ledger.VerifiedEntry;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * I4: from a ledger and the plans it names, anyone can recompute whether a disclosure was allowed.
 */
class DisclosureRulesTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final String CATALOGUE = "c".repeat(64);
    private static final String SESSION = "0".repeat(32);
    private static final Plan PLAN = plan(new Transform.Partial());
    private static final Plan NEXT_PLAN = plan(new Transform.Redact());

    /** With an audience more; those there are stay as they are. */
    private static final Plan WIDER_PLAN =
            new Plan(
                    PLAN.jurisdiction(),
                    PLAN.custodian(),
                    PLAN.entities(),
                    PLAN.tables(),
                    Stream.concat(
                                    PLAN.audiences().stream(),
                                    Stream.of(
                                            new Plan.Audience(
                                                    "oversight",
                                                    "custodian",
                                                    List.of("oversight"),
                                                    PLAN.audiences().get(0).views())))
                            .toList());

    private DisclosureRules rules;

    private static Plan plan(Transform email) {
        RelationName users = new RelationName("public", "users");
        return new Plan(
                "us",
                "custodian",
                List.of(new Plan.Entity("custodian", "US"), new Plan.Entity("parent", "CN")),
                List.of(
                        new Plan.Table(
                                users,
                                List.of("id"),
                                List.of(
                                        new Plan.Column("id", "user.unique_id"),
                                        new Plan.Column("email", "user.contact.email"),
                                        new Plan.Column("phone", "user.contact.phone_number"))),
                        new Plan.Table(
                                new RelationName("public", "countries"),
                                List.of(),
                                List.of(new Plan.Column("name", "system.operations")))),
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
                                                                "id", new Transform.Pseudonym()),
                                                        new Plan.ViewColumn("email", email))),
                                        new Plan.View(
                                                new RelationName("public", "countries"),
                                                List.of(
                                                        new Plan.ViewColumn(
                                                                "name", new Transform.Show())))))));
    }

    @BeforeEach
    void applyThePlan() {
        Map<String, Plan> documents =
                Map.of(
                        PLAN.digest(),
                        PLAN,
                        NEXT_PLAN.digest(),
                        NEXT_PLAN,
                        WIDER_PLAN.digest(),
                        WIDER_PLAN);
        rules =
                new DisclosureRules(
                        digest -> Optional.ofNullable(documents.get(digest)), new Rules(List.of()));
        assertThat(rules.check(NOON, new Fact.PolicyApplied(1, PLAN.digest(), CATALOGUE)))
                .isEmpty();
        assertThat(rules.check(NOON, opened(SESSION, "parent"))).isEmpty();
    }

    private static Fact.SessionOpened opened(String session, String counterparty) {
        return new Fact.SessionOpened(session, 0, PLAN.digest(), counterparty);
    }

    private static Fact.Disclosure disclosure(
            String session,
            String plan,
            String counterparty,
            String audience,
            String purpose,
            Map<String, Map<String, String>> columns) {
        Map<String, String> bounds = new HashMap<>();
        columns.keySet().forEach(relation -> bounds.put(relation, "aggregate"));
        return disclosure(
                session,
                plan,
                counterparty,
                audience,
                purpose,
                columns,
                new Fact.Subjects(Map.of(), bounds));
    }

    private static Fact.Disclosure disclosure(
            String session,
            String plan,
            String counterparty,
            String audience,
            String purpose,
            Map<String, Map<String, String>> columns,
            Fact.Subjects subjects) {
        return new Fact.Disclosure(
                session,
                1,
                plan,
                counterparty,
                audience,
                purpose,
                Fact.Shape.SELECT,
                columns,
                subjects,
                "select",
                0,
                true,
                1,
                10);
    }

    private static Fact.Disclosure ofColumns(Map<String, Map<String, String>> columns) {
        return disclosure(SESSION, PLAN.digest(), "parent", "analytics", "analytics", columns);
    }

    @Test
    void allowsWhatThePlanShows() {
        assertThat(
                        rules.check(
                                NOON,
                                ofColumns(
                                        Map.of(
                                                "public.users",
                                                Map.of("id", "pseudonym", "email", "partial")))))
                .isEmpty();
    }

    private Optional<String> checkSubjects(
            Map<String, Map<String, String>> columns,
            Map<String, Long> people,
            Map<String, String> bounds) {
        return rules.check(
                NOON,
                disclosure(
                        SESSION,
                        PLAN.digest(),
                        "parent",
                        "analytics",
                        "analytics",
                        columns,
                        new Fact.Subjects(people, bounds)));
    }

    @Test
    void everyTableAboutPeopleIsCountedOrBounded() {
        Map<String, Map<String, String>> email = Map.of("public.users", Map.of("email", "partial"));
        Map<String, String> bound = Map.of("public.users", "distinct");
        Map<String, Long> count = Map.of("user.contact.email", 3L);
        assertThat(checkSubjects(email, count, Map.of())).isEmpty();
        assertThat(checkSubjects(email, Map.of(), bound)).isEmpty();
        assertThat(checkSubjects(email, count, bound)).isEmpty();
        assertThat(checkSubjects(email, Map.of(), Map.of()))
                .hasValueSatisfying(it -> assertThat(it).contains("user.contact.email"));
        Map<String, Map<String, String>> both =
                Map.of("public.users", Map.of("id", "pseudonym", "email", "partial"));
        assertThat(checkSubjects(both, count, Map.of()))
                .hasValueSatisfying(it -> assertThat(it).contains("user.unique_id"));
        assertThat(
                        checkSubjects(
                                Map.of("public.countries", Map.of("name", "show")),
                                Map.of(),
                                Map.of()))
                .isEmpty();
    }

    @Test
    void nothingIsCountedThatWasNotRead() {
        Map<String, Map<String, String>> countries =
                Map.of("public.countries", Map.of("name", "show"));
        assertThat(checkSubjects(Map.of(), Map.of("user.name", 1L), Map.of())).isPresent();
        assertThat(checkSubjects(Map.of(), Map.of(), Map.of("public.users", "distinct")))
                .isPresent();
        // A column of a table that is about nobody has no people.
        assertThat(checkSubjects(countries, Map.of("system.operations", 1L), Map.of())).isPresent();
    }

    @Test
    void findsAColumnThePlanHides() {
        assertThat(rules.check(NOON, ofColumns(Map.of("public.users", Map.of("phone", "show")))))
                .hasValueSatisfying(it -> assertThat(it).contains("public.users.phone"));
    }

    @Test
    void findsAnotherTransformThanThePlans() {
        assertThat(rules.check(NOON, ofColumns(Map.of("public.users", Map.of("email", "show")))))
                .hasValueSatisfying(it -> assertThat(it).contains("\"partial\""));
    }

    @Test
    void findsATableThePlanDoesNotShow() {
        assertThat(rules.check(NOON, ofColumns(Map.of("public.messages", Map.of())))).isPresent();
    }

    @Test
    void findsAnotherPurposeAudienceOrCounterparty() {
        String digest = PLAN.digest();
        assertThat(
                        rules.check(
                                NOON,
                                disclosure(
                                        SESSION, digest, "parent", "analytics", "ads", Map.of())))
                .isPresent();
        assertThat(
                        rules.check(
                                NOON,
                                disclosure(
                                        SESSION, digest, "parent", "other", "analytics", Map.of())))
                .isPresent();
        assertThat(
                        rules.check(
                                NOON,
                                disclosure(
                                        SESSION,
                                        digest,
                                        "custodian",
                                        "analytics",
                                        "analytics",
                                        Map.of())))
                .isPresent();
    }

    @Test
    void findsASessionNeverOpenedOrOpenedTwice() {
        String other = "1".repeat(32);
        assertThat(
                        rules.check(
                                NOON,
                                disclosure(
                                        other,
                                        PLAN.digest(),
                                        "parent",
                                        "analytics",
                                        "analytics",
                                        Map.of())))
                .isPresent();
        assertThat(rules.check(NOON, opened(SESSION, "parent"))).isPresent();
    }

    @Test
    void findsAPlanNeverApplied() {
        assertThat(
                        rules.check(
                                NOON,
                                disclosure(
                                        SESSION,
                                        NEXT_PLAN.digest(),
                                        "parent",
                                        "analytics",
                                        "analytics",
                                        Map.of())))
                .hasValueSatisfying(it -> assertThat(it).contains("not applied before"));
        assertThat(rules.check(NOON, new Fact.PolicyApplied(2, "0".repeat(64), CATALOGUE)))
                .isPresent();
    }

    @Test
    void aSupersededPlanHoldsForTheGraceAndNoLonger() {
        assertThat(rules.check(NOON, new Fact.PolicyApplied(2, NEXT_PLAN.digest(), CATALOGUE)))
                .isEmpty();
        Fact.Disclosure late = ofColumns(Map.of("public.users", Map.of("email", "partial")));
        Instant last = NOON.plus(DisclosureRules.SUPERSEDED_PLAN_GRACE);
        assertThat(rules.check(last, late)).isEmpty();
        assertThat(rules.check(last.plusMillis(1), late)).isPresent();
    }

    private static final RulePack PACK =
            new RulePack(
                    "test",
                    1,
                    "test",
                    "none",
                    new RulePack.CoveredPersons(
                            Set.of("US"),
                            Map.of(),
                            50,
                            new RulePack.Citations("", "", "", "", "", "", "", "")),
                    new RulePack.Bulk(
                            12,
                            "",
                            "",
                            List.of(
                                    new BulkThreshold(
                                            "identifiers",
                                            3,
                                            BulkThreshold.Counted.PERSONS,
                                            Set.of("user.unique_id"),
                                            "no law"))),
                    Map.of(),
                    new RulePack.Term(Period.ofYears(1), ""),
                    "d".repeat(64));

    /** An entry that shows people told by one byte each. */
    private static VerifiedEntry shown(boolean hasBody, int... people) {
        byte[] tokens = new byte[16 * people.length];
        for (int i = 0; i < people.length; i++) {
            tokens[16 * i] = (byte) people[i];
        }
        return new VerifiedEntry(
                7,
                NOON,
                disclosure(
                        SESSION,
                        PLAN.digest(),
                        "parent",
                        "analytics",
                        "analytics",
                        Map.of("public.users", Map.of("id", "pseudonym")),
                        new Fact.Subjects(
                                Map.of("user.unique_id", (long) people.length), Map.of())),
                hasBody
                        ? Optional.of(
                                Map.of(
                                        "subjects",
                                        Base64.getUrlEncoder()
                                                .withoutPadding()
                                                .encodeToString(tokens)))
                        : Optional.empty(),
                true);
    }

    @Test
    void i4WhatIsBeyondABulkThresholdIsFound() {
        DisclosureRules counting =
                new DisclosureRules(
                        digest -> Optional.of(PLAN).filter(plan -> plan.digest().equals(digest)),
                        new Rules(List.of(PACK)));
        assertThat(counting.check(NOON, new Fact.PolicyApplied(1, PLAN.digest(), CATALOGUE)))
                .isEmpty();
        assertThat(counting.check(NOON, opened(SESSION, "parent"))).isEmpty();
        Fact inForce =
                new Fact.OrganisationChanged(Map.of(), Map.of(PACK.reference(), PACK.digest()));
        assertThat(counting.check(NOON, inForce)).isEmpty();
        assertThat(counting.check(shown(true, 1, 2))).isEmpty();
        assertThat(counting.check(shown(true, 2, 3))).isEmpty();
        assertThat(counting.check(shown(false, 4))).as("whose body was erased").isEmpty();
        assertThat(counting.check(shown(true, 4)).orElseThrow())
                .contains("should have been refused")
                .contains("0 left in category identifiers");
        Fact none = new Fact.OrganisationChanged(Map.of(), Map.of());
        assertThat(counting.check(NOON, none)).isEmpty();
        assertThat(counting.check(shown(true, 5))).as("no longer in force").isEmpty();
    }

    /** As when somebody else was given a grant: the plan is superseded, the audience is not. */
    @Test
    void aSupersededPlanHoldsAsLongAsItsAudienceIsTheSame() {
        assertThat(rules.check(NOON, new Fact.PolicyApplied(2, WIDER_PLAN.digest(), CATALOGUE)))
                .isEmpty();
        Fact.Disclosure late = ofColumns(Map.of("public.users", Map.of("email", "partial")));
        Instant hours = NOON.plusSeconds(7200);
        assertThat(rules.check(hours, late)).isEmpty();
        assertThat(rules.check(hours, new Fact.PolicyApplied(3, NEXT_PLAN.digest(), CATALOGUE)))
                .isEmpty();
        Instant last = hours.plus(DisclosureRules.SUPERSEDED_PLAN_GRACE);
        assertThat(rules.check(last, late)).isEmpty();
        assertThat(rules.check(last.plusMillis(1), late)).isPresent();
    }
}
