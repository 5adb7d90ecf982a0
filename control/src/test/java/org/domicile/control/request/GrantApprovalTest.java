package org.domicile.control.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.domicile.control.request.SignedAct.Kind.APPROVE;
import static org.domicile.control.request.SignedAct.Kind.DENY;
import static org.domicile.control.request.SignedAct.Kind.END;
import static org.domicile.control.request.SignedAct.Kind.FILE;
import static org.domicile.control.request.World.NOON;
import static org.domicile.control.request.World.entry;
import static org.domicile.control.request.World.filed;
import static org.domicile.control.request.World.note;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.ledger.Fact;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.junit.jupiter.api.Test;

/** I6: nothing that lies in a store counts before signatures and independence were checked. */
class GrantApprovalTest {
    private static final Organisation ORGANISATION = World.organisation();
    private static final Request REQUEST = World.request("analyst");

    private static RequestState check(RequestRecord found) {
        return check(ORGANISATION, found, NOON);
    }

    private static RequestState check(Organisation organisation, RequestRecord found, Instant now) {
        return new GrantApproval(organisation, World.independence(organisation))
                .check(World.plan(), found, now);
    }

    private static RequestRecord approved() {
        return filed(REQUEST, entry(APPROVE, REQUEST, "owner"), entry(APPROVE, REQUEST, "second"));
    }

    @Test
    void opensWhenTwoIndependentPeopleAgree() {
        assertThat(check(filed(REQUEST)))
                .isEqualTo(new RequestState.Open(REQUEST, List.of(), 2, "", List.of()));
        assertThat(check(filed(REQUEST, entry(APPROVE, REQUEST, "owner"))))
                .isEqualTo(new RequestState.Open(REQUEST, List.of("owner"), 1, "", List.of()));
        assertThat(check(approved()))
                .isInstanceOfSatisfying(
                        RequestState.Approved.class,
                        approved -> {
                            assertThat(approved.request().counterparty()).isEqualTo("app");
                            assertThat(approved.approvals()).containsOnlyKeys("owner", "second");
                            assertThat(approved.discounted()).isEmpty();
                        });
    }

    @Test
    void i6TheDataOwnerAloneIsNeverEnough() {
        RequestState state =
                check(
                        filed(
                                REQUEST,
                                entry(APPROVE, REQUEST, "owner"),
                                entry(APPROVE, REQUEST, "owner_two")));
        assertThat(state)
                .isInstanceOfSatisfying(
                        RequestState.Open.class,
                        open -> {
                            assertThat(open.needed()).isEqualTo(1);
                            assertThat(open.lacks()).contains("both are data owners");
                        });
    }

    @Test
    void i6AManagerAndADataOwnerOfOneLineAreOneHand() {
        RequestRecord found =
                filed(REQUEST, entry(APPROVE, REQUEST, "chief"), entry(APPROVE, REQUEST, "owner"));
        assertThat(check(found))
                .isInstanceOfSatisfying(
                        RequestState.Open.class,
                        open -> assertThat(open.lacks()).contains("owner reports to chief"));
    }

    @Test
    void i6AnApproverOfTheRequestersLineDoesNotCount() {
        RequestRecord found =
                filed(REQUEST, entry(APPROVE, REQUEST, "paper"), entry(APPROVE, REQUEST, "owner"));
        assertThat(check(found))
                .isInstanceOfSatisfying(
                        RequestState.Open.class,
                        open -> {
                            assertThat(open.approved()).containsExactly("owner");
                            assertThat(open.discounted())
                                    .singleElement()
                                    .satisfies(it -> {
                                        assertThat(it.by()).isEqualTo("paper");
                                        assertThat(it.why()).contains("who reports to boss");
                                    });
                        });
    }

    /** Whoever can write into the tables still lacks the keys. */
    @Test
    void i6ForgedApprovalsDoNotCount() {
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
        assertForged(
                new Entry("second", note(APPROVE, REQUEST, "eye")), "not by the registered key");
        assertForged(new Entry("second", note(APPROVE, other, "second")), "for something else");
        assertForged(new Entry("second", note(FILE, REQUEST, "second")), "is no decision");
        assertForged(
                new Entry(
                        "second", note(DENY, REQUEST, "second").replace("\ndeny\n", "\napprove\n")),
                "not by the registered key");
        assertForged(new Entry("second", "approved, trust me"), "is none");
        assertForged(new Entry("nobody", note(APPROVE, REQUEST, "second")), "nobody in");
        assertForged(
                new Entry(
                        "second",
                        SignedAct.sign(
                                        APPROVE,
                                        REQUEST.digest(),
                                        NOON.plus(Duration.ofHours(2)),
                                        World.key("second"))
                                .noteText()),
                "of a time to come");
    }

    private static void assertForged(Entry forged, String why) {
        RequestState state = check(filed(REQUEST, entry(APPROVE, REQUEST, "owner"), forged));
        assertThat(state)
                .isInstanceOfSatisfying(
                        RequestState.Open.class,
                        open ->
                                assertThat(open.discounted())
                                        .singleElement()
                                        .satisfies(it -> assertThat(it.why()).contains(why)));
    }

    @Test
    void aRequestThatItsRequesterDidNotSignIsRefused() {
        RequestRecord forged =
                new RequestRecord(
                        REQUEST.digest(),
                        REQUEST.toJson(),
                        note(FILE, REQUEST, "second"),
                        approved().decisions(),
                        List.of());
        assertThat(check(forged))
                .isEqualTo(
                        new RequestState.Refused(
                                REQUEST.digest(),
                                "the signature is not by the registered key of analyst"));
        String changed = REQUEST.toJson().replace("\"17\"", "\"18\"");
        assertThat(
                        check(
                                new RequestRecord(
                                        REQUEST.digest(),
                                        changed,
                                        approved().note(),
                                        approved().decisions(),
                                        List.of())))
                .isInstanceOfSatisfying(
                        RequestState.Refused.class,
                        refused -> assertThat(refused.why()).contains("another digest"));
    }

    @Test
    void i7OneDenialClosesIt() {
        RequestRecord found =
                filed(
                        REQUEST,
                        entry(APPROVE, REQUEST, "owner"),
                        entry(APPROVE, REQUEST, "second"),
                        entry(DENY, REQUEST, "eye"));
        assertThat(check(found))
                .isInstanceOfSatisfying(
                        RequestState.Denied.class,
                        denied -> assertThat(denied.by()).isEqualTo("eye"));
        assertThat(check(filed(REQUEST, entry(DENY, REQUEST, "boss"))).word()).isEqualTo("open");
    }

    private static RequestRecord ended(String by) {
        RequestRecord found = approved();
        return new RequestRecord(
                found.digest(),
                found.document(),
                found.note(),
                found.decisions(),
                List.of(entry(END, REQUEST, by)));
    }

    @Test
    void i7OneEndsIt() {
        for (String by : List.of("owner", "second", "colleague", "eye", "analyst")) {
            assertThat(check(ended(by)).word()).as(by).isEqualTo("ended");
        }
        for (String by : List.of("owner_two", "lead", "leaver", "roleless")) {
            assertThat(check(ended(by)).word()).as(by).isEqualTo("approved");
        }
    }

    @Test
    void itsTimeEndsIt() {
        assertThat(check(ORGANISATION, approved(), REQUEST.end().minusSeconds(1)).word())
                .isEqualTo("approved");
        RequestState over = check(ORGANISATION, approved(), REQUEST.end());
        assertThat(over.word()).isEqualTo("expired");
        assertThat(over.endOfGrant()).contains(new Fact.GrantEnded(REQUEST.digest(), "expired"));
        assertThat(check(approved()).endOfGrant()).isEmpty();
        assertThat(check(filed(REQUEST)).endOfGrant())
                .contains(new Fact.GrantEnded(REQUEST.digest(), "unapproved"));
    }

    /** The organisation of today counts: who left, or lost the key, has not approved. */
    @Test
    void whatItRestsOnHasToHoldStill() {
        String left =
                World.TEXT.replace(
                        "second: {employer: custodian_us,",
                        "second: {disabled: true, employer: custodian_us,");
        assertThat(check(World.organisation(left), approved(), NOON).word()).isEqualTo("open");
        String lineChanged =
                World.TEXT.replace(
                        "second: {employer: custodian_us,",
                        "second: {manager: lead, employer: custodian_us,");
        assertThat(check(World.organisation(lineChanged), approved(), NOON).word())
                .isEqualTo("open");
        String requesterLeft =
                World.TEXT.replace(
                        "analyst: {employer: app,", "analyst: {disabled: true, employer: app,");
        assertThat(check(World.organisation(requesterLeft), approved(), NOON).word())
                .isEqualTo("refused");
        String elsewhere =
                World.TEXT.replace("analyst: {employer: app,", "analyst: {employer: top,");
        assertThat(check(World.organisation(elsewhere), approved(), NOON))
                .isInstanceOfSatisfying(
                        RequestState.Refused.class,
                        refused -> assertThat(refused.why()).contains("does not work for app"));
    }

    private static Request asked(String until, String... columns) {
        return new Request(
                "analyst",
                "app",
                "us",
                "support",
                "T-1",
                List.of(World.view(columns)),
                List.of("17"),
                until,
                REQUEST.filedAt(),
                REQUEST.salt());
    }

    @Test
    void nothingLastsLongerThanItsCategoryMay() {
        assertThat(check(filed(asked("2026-11-22T16:00:00Z", "email"))).word()).isEqualTo("open");
        assertThat(check(filed(asked("2026-11-22T16:00:01Z", "email"))))
                .isInstanceOfSatisfying(
                        RequestState.Refused.class,
                        refused ->
                                assertThat(refused.why())
                                        .contains("user.contact.email) may be granted for 4h"));
        assertThat(check(filed(asked("2026-11-22T13:00:01Z", "email", "phone"))))
                .isInstanceOfSatisfying(
                        RequestState.Refused.class,
                        refused -> assertThat(refused.why()).contains("for 1h at most"));
        assertThat(check(filed(asked("2026-11-22T20:00:00Z", "id"))).word()).isEqualTo("open");
        assertThat(check(filed(asked("2026-11-22T20:00:01Z", "id"))).word()).isEqualTo("refused");
        assertThat(check(filed(asked("2026-11-22T13:00:00Z", "name"))))
                .isInstanceOfSatisfying(
                        RequestState.Refused.class,
                        refused ->
                                assertThat(refused.why()).contains("no column public.users.name"));
    }

    /** Else a request filed for next week would last until then. */
    @Test
    void aRequestIsNotFiledInTheFuture() {
        assertThat(check(ORGANISATION, filed(REQUEST), NOON.minus(Duration.ofMinutes(5))).word())
                .isEqualTo("open");
        assertThat(check(ORGANISATION, filed(REQUEST), NOON.minusSeconds(301)).word())
                .isEqualTo("refused");
    }

    @Test
    void anApprovedRequestIsAnAudienceOfThePlan() {
        RequestState.Approved approved = (RequestState.Approved) check(approved());
        Roster roster =
                new Roster(
                        "us",
                        List.of(
                                new Roster.Accessor(
                                        "us_analyst", "custodian_us", "US", "US", List.of())));
        Grants grants = Grants.merge(World.plan(), roster, ORGANISATION, List.of(approved));
        String audience = "grant_" + REQUEST.digest().substring(0, 12);
        assertThat(grants.plan().audience(audience))
                .contains(
                        new Plan.Audience(
                                audience,
                                "app",
                                List.of("support"),
                                List.of(World.view("email")),
                                java.util.Optional.of(
                                        new Plan.Grant(REQUEST.digest(), REQUEST.until()))));
        assertThat(grants.plan().entities()).contains(new Plan.Entity("app", "SG"));
        assertThat(grants.roster().granted(audience))
                .contains(new Roster.Granted(audience, REQUEST.salt(), List.of("17", "4")));
        assertThat(grants.roster().accessor("analyst").orElseThrow().audiences())
                .containsExactly(audience);
        assertThat(grants.roster().accessor("us_analyst").orElseThrow().audiences()).isEmpty();
        assertThat(Plan.fromJson(grants.plan().toJson())).isEqualTo(grants.plan());
    }
}
