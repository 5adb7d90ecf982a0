package org.domicile.control.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.domicile.control.request.SignedAct.Kind.APPROVE;
import static org.domicile.control.request.SignedAct.Kind.DENY;
import static org.domicile.control.request.World.NOON;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.DisclosureRules;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Fact;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I4, I6: from a ledger anyone can tell whether two people agreed to each grant. */
class GrantRulesTest {
    private static final Organisation ORGANISATION = World.organisation();
    private static final Request REQUEST = World.request("analyst");
    private static final RequestState.Approved APPROVED = approved("owner", "second");
    private static final Plan PLAN =
            Grants.merge(World.plan(), new Roster("us", List.of()), ORGANISATION, List.of(APPROVED))
                    .plan();
    private static final String AUDIENCE = REQUEST.grant().audience();
    private static final String SESSION = "0".repeat(32);

    private final Map<String, Plan> documents = new HashMap<>();
    private final DisclosureRules rules =
            new DisclosureRules(
                    digest -> Optional.ofNullable(documents.get(digest)), new Rules(List.of()));

    private static RequestState.Approved approved(String... by) {
        RequestRecord.Entry[] entries = new RequestRecord.Entry[by.length];
        for (int i = 0; i < by.length; i++) {
            entries[i] = World.entry(APPROVE, REQUEST, by[i]);
        }
        return (RequestState.Approved)
                new GrantApproval(ORGANISATION, World.independence(ORGANISATION))
                        .check(World.plan(), World.filed(REQUEST, entries), NOON);
    }

    @BeforeEach
    void startTheGateway() {
        documents.put(PLAN.digest(), PLAN);
        documents.put(World.plan().digest(), World.plan());
        Map<String, String> deciders = DecidingKeys.of(ORGANISATION);
        assertThat(deciders).containsValue("custodian_us data_owner").doesNotContainValue("");
        assertThat(check(new Fact.OrganisationChanged(deciders, Map.of()))).isEmpty();
    }

    private Optional<String> check(Fact fact) {
        return rules.check(NOON, fact);
    }

    private static Fact.PolicyApplied applied(Plan plan) {
        return new Fact.PolicyApplied(1, plan.digest(), "c".repeat(64));
    }

    private static Fact.GrantOpened opened(Map<String, String> approvals) {
        Fact.GrantOpened fact = APPROVED.fact();
        return new Fact.GrantOpened(
                fact.isBreakGlass(),
                fact.request(),
                fact.audience(),
                fact.counterparty(),
                fact.purpose(),
                fact.until(),
                approvals);
    }

    private static Map<String, String> notes(SignedAct.Kind kind, String... people) {
        Map<String, String> notes = new HashMap<>();
        for (String person : people) {
            notes.put(World.key(person).verifierKey().text(), World.note(kind, REQUEST, person));
        }
        return notes;
    }

    private static Fact.Disclosure disclosure() {
        return new Fact.Disclosure(
                SESSION,
                1,
                PLAN.digest(),
                "app",
                AUDIENCE,
                "support",
                Fact.Shape.SELECT,
                Map.of("public.users", Map.of("email", "show")),
                new Fact.Subjects(Map.of("user.contact.email", 1L), Map.of()),
                "SELECT email FROM users",
                0,
                true,
                1,
                10);
    }

    private void openAndApply() {
        assertThat(rules.check(NOON, APPROVED.fact(), Optional.of(APPROVED.privateValues())))
                .isEmpty();
        assertThat(check(applied(PLAN))).isEmpty();
        assertThat(check(new Fact.SessionOpened(SESSION, 0, PLAN.digest(), "app"))).isEmpty();
    }

    @Test
    void aGrantThatTwoApprovedMayDisclose() {
        openAndApply();
        assertThat(check(disclosure())).isEmpty();
        assertThat(check(APPROVED.fact())).as("the gateway starts again").isEmpty();
    }

    @Test
    void i6APlanWithAGrantThatNobodyApprovedIsFound() {
        assertThat(check(applied(PLAN)))
                .contains("the plan has the grant " + AUDIENCE + ", which nobody approved");
        assertThat(check(applied(World.plan()))).isEmpty();
    }

    @Test
    void i6ApprovalsAreOfTwoKeysThatMayDecide() {
        assertProblem(notes(APPROVE), "0 approvals, 2 are needed");
        assertProblem(notes(APPROVE, "second"), "1 approvals, 2 are needed");
        assertProblem(notes(DENY, "owner", "second"), "not genuine");
        assertProblem(notes(APPROVE, "second", "roleless"), "not registered for deciding");
        assertProblem(notes(APPROVE, "second", "leaver"), "not registered for deciding");
        assertProblem(notes(APPROVE, "second", "at_app"), "works for the requester's employer");
        assertProblem(notes(APPROVE, "owner", "owner_two"), "only data owners");
        Map<String, String> swapped = notes(APPROVE, "second");
        swapped.put(World.key("eye").verifierKey().text(), World.note(APPROVE, REQUEST, "second"));
        assertProblem(swapped, "not genuine");
        assertThat(check(opened(notes(APPROVE, "second", "eye")))).isEmpty();
    }

    private void assertProblem(Map<String, String> approvals, String problem) {
        assertThat(check(opened(approvals)).orElse("")).contains(problem);
        assertThat(check(applied(PLAN)).orElse("")).contains("which nobody approved");
    }

    /** A key has one name, so that it is not two people's. */
    @Test
    void i6AKeyOfAnotherNameIsNoApprovalKey() {
        String renamed =
                "example.com/ledger/us+b8edbbb4+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
        Map<String, String> deciders = new HashMap<>(DecidingKeys.of(ORGANISATION));
        deciders.put(renamed, "auditor overseer");
        assertThat(check(new Fact.OrganisationChanged(deciders, Map.of()))).isEmpty();
        Map<String, String> approvals = notes(APPROVE, "second", "owner");
        approvals.put(renamed, World.note(APPROVE, REQUEST, "second"));
        assertProblem(approvals, "is no approval key");
    }

    @Test
    void onlyKeysRegisteredBeforeCount() {
        assertThat(check(new Fact.OrganisationChanged(Map.of(), Map.of()))).isEmpty();
        assertThat(check(APPROVED.fact()).orElse("")).contains("not registered");
    }

    @Test
    void nothingIsShownUnderAGrantThatIsOver() {
        openAndApply();
        Instant last = REQUEST.end().plus(GrantRules.GRACE);
        Instant late = last.plusMillis(1);
        assertThat(rules.check(last, disclosure())).isEmpty();
        assertThat(rules.check(late, disclosure()).orElse("")).contains("was over at");
        assertThat(rules.check(late, APPROVED.fact()).orElse("")).contains("its time was over");
    }

    @Test
    void nothingIsShownUnderAGrantThatWasEnded() {
        openAndApply();
        assertThat(check(new Fact.GrantEnded(REQUEST.digest(), "ended"))).isEmpty();
        Instant last = NOON.plus(GrantRules.GRACE);
        assertThat(rules.check(last, disclosure())).isEmpty();
        assertThat(rules.check(last.plusMillis(1), disclosure()).orElse("")).contains("had ended");
        assertThat(check(APPROVED.fact()).orElse("")).contains("had ended before");
    }

    /** As when an approver was disabled by mistake, and is enabled again. */
    @Test
    void aGrantThatLostAnApprovalMayComeBack() {
        openAndApply();
        assertThat(check(new Fact.GrantEnded(REQUEST.digest(), Fact.GrantEnded.UNAPPROVED)))
                .isEmpty();
        Instant late = NOON.plus(GrantRules.GRACE).plusMillis(1);
        assertThat(rules.check(late, disclosure()).orElse("")).contains("had ended");
        assertThat(rules.check(late, APPROVED.fact())).isEmpty();
        assertThat(rules.check(late, disclosure())).isEmpty();
    }

    /** As when no gateway was there while it was in force, or it was put there by force. */
    @Test
    void aPlansGrantThatWasNeverUsedAccusesNobody() {
        assertThat(rules.check(REQUEST.end(), applied(PLAN))).isEmpty();
        assertThat(check(applied(PLAN)).orElse("")).contains("which nobody approved");
        assertThat(check(new Fact.GrantEnded(REQUEST.digest(), Fact.GrantEnded.REFUSED))).isEmpty();
        assertThat(check(applied(PLAN))).isEmpty();
        assertThat(check(opened(Map.of()))).isPresent();
        rules.check(NOON, new Fact.SessionOpened(SESSION, 0, PLAN.digest(), "app"));
        assertThat(check(disclosure()).orElse("")).contains("was never opened");
    }

    @Test
    void aPlanShowsWhatWasApprovedAndNotMore() {
        assertThat(rules.check(NOON, APPROVED.fact(), Optional.of(APPROVED.privateValues())))
                .isEmpty();
        Plan wider =
                Plan.fromJson(
                        PLAN.toJson()
                                .replace(
                                        "{\"name\":\"email\",\"transform\":\"show\"}",
                                        "{\"name\":\"email\",\"transform\":\"show\"},"
                                                + "{\"name\":\"phone\",\"transform\":\"show\"}"));
        documents.put(wider.digest(), wider);
        assertThat(check(applied(wider)).orElse("")).contains("not what was approved");
        Plan longer = Plan.fromJson(PLAN.toJson().replace("T13:00:00Z", "T14:00:00Z"));
        documents.put(longer.digest(), longer);
        assertThat(check(applied(longer)).orElse("")).contains("not what was approved");
    }

    @Test
    void theRequestBesideTheEntryIsTheOneThatWasApproved() {
        Request other =
                new Request(
                        "analyst",
                        "app",
                        "us",
                        "support",
                        "T-2",
                        REQUEST.views(),
                        REQUEST.subjects(),
                        REQUEST.until(),
                        REQUEST.filedAt(),
                        REQUEST.salt());
        assertThat(
                        rules.check(
                                        NOON,
                                        APPROVED.fact(),
                                        Optional.of(Map.of("request", other.toJson())))
                                .orElse(""))
                .contains("another than the one that was approved");
    }
}
