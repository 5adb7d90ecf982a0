package org.domicile.control.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.domicile.control.request.World.NOON;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.DecidingKeys;
import org.domicile.control.request.GrantApproval;
import org.domicile.control.request.GrantRules;
import org.domicile.control.request.Independence;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.SignedAct.Kind;
import org.domicile.control.request.UnfitException;
import org.domicile.control.request.World;
import org.domicile.ledger.Fact;
import org.domicile.plan.PlanFormatException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two on-call people of the custodian, no ticket, an hour; and a day to look into it. */
class BreakGlassTest {
    private static final Organisation ORGANISATION = World.organisation();
    private static final Independence INDEPENDENCE = World.independence(ORGANISATION);
    private static final Request REQUEST = request("duty", "custodian_us", "");
    private static final Duration DAY = BreakGlass.REVIEW_WITHIN.plus(FreezeRules.GRACE);

    private final FreezeRules freezes = new FreezeRules();
    private final GrantRules grants = new GrantRules();

    private static Request request(String requester, String counterparty, String ticket) {
        return new Request(
                requester,
                counterparty,
                "us",
                "support",
                ticket,
                List.of(World.view("email")),
                List.of("17"),
                "2026-11-22T13:00:00Z",
                NOON.toString(),
                FreezeTest.SALT);
    }

    private static Entry entry(Kind kind, Request request, String by) {
        return new Entry(
                by, SignedAct.sign(kind, request.digest(), NOON, World.key(by)).noteText());
    }

    private static RequestState state(Request request, String... approvers) {
        RequestRecord found =
                World.filed(
                        request,
                        List.of(approvers).stream()
                                .map(by -> entry(Kind.APPROVE, request, by))
                                .toArray(Entry[]::new));
        return new GrantApproval(ORGANISATION, INDEPENDENCE).check(World.plan(), found, NOON);
    }

    private static RequestState.Approved taken() {
        return (RequestState.Approved) state(REQUEST, "duty_two");
    }

    @BeforeEach
    void organisation() {
        freezes.organisation(DecidingKeys.of(ORGANISATION));
        grants.organisation(DecidingKeys.of(ORGANISATION));
    }

    @Test
    void twoOnCallTakeIt() {
        assertThat(state(REQUEST).word()).isEqualTo("open");
        Fact.GrantOpened fact = taken().fact();
        assertThat(fact.isBreakGlass()).isTrue();
        assertThat(fact.type()).isEqualTo("break-glass-opened");
        assertThat(fact.approvals())
                .containsOnlyKeys(
                        World.key("duty").verifierKey().text(),
                        World.key("duty_two").verifierKey().text());
        assertThat(grants.opened(NOON, fact, Optional.of(taken().privateValues()))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "duty, second, second may not without a ticket: is not on call",
        "duty, eye, is not on call; does not work for custodian_us",
        "duty, duty, these are not two people",
        "duty, duty_abroad, does not work for custodian_us"
    })
    void nobodyElseDoes(String requester, String approver, String why) {
        RequestState state = state(request(requester, "custodian_us", ""), approver);
        assertThat(state.word()).isEqualTo("open");
        assertThat(((RequestState.Open) state).discounted().get(0).why()).contains(why);
    }

    @ParameterizedTest
    @CsvSource({"analyst, app", "us_analyst, custodian_us", "duty_abroad, app"})
    void nobodyElseAsksWithoutATicket(String requester, String employer) {
        assertThat(state(request(requester, employer, "")).word()).isEqualTo("refused");
        assertThat(state(request(requester, employer, "T-1")).word()).isEqualTo("open");
    }

    /** On call is no role that decides about what has a ticket. */
    @Test
    void onCallDoesNotApproveOthersRequests() {
        RequestState state = state(request("analyst", "app", "T-1"), "duty");
        assertThat(((RequestState.Open) state).discounted().get(0).why())
                .contains("is no data owner, custodian or overseer");
    }

    @Test
    void isForAnHour() {
        assertThatThrownBy(() ->
                        new Request(
                                "duty",
                                "custodian_us",
                                "us",
                                "support",
                                "",
                                List.of(World.view("email")),
                                List.of("17"),
                                "2026-11-22T13:00:01Z",
                                NOON.toString(),
                                FreezeTest.SALT))
                .isInstanceOf(PlanFormatException.class)
                .hasMessageContaining("60 minutes at most");
        Fact.GrantOpened fact = taken().fact();
        assertThat(grants.opened(NOON.minusSeconds(61), fact, Optional.empty()))
                .contains("more than 60 minutes");
    }

    @Test
    void theLogTellsWhoTookIt() {
        Fact.GrantOpened fact = taken().fact();
        Map<String, String> one =
                Map.of(
                        World.key("duty_two").verifierKey().text(),
                        String.valueOf(
                                fact.approvals().get(World.key("duty_two").verifierKey().text())));
        assertThat(grants.opened(NOON, with(fact, true, one), Optional.empty()))
                .contains("1 approvals, 2 are needed");
        Map<String, String> second = new HashMap<>(fact.approvals());
        second.remove(World.key("duty_two").verifierKey().text());
        second.put(
                World.key("second").verifierKey().text(),
                entry(Kind.APPROVE, REQUEST, "second").note());
        assertThat(grants.opened(NOON, with(fact, true, second), Optional.empty()))
                .contains("of nobody on call there");
        assertThat(grants.opened(NOON, with(fact, false, fact.approvals()), Optional.empty()))
                .isNotNull();
        assertThat(
                        grants.opened(
                                NOON,
                                fact,
                                Optional.of(
                                        Map.of(
                                                "request",
                                                request("duty", "custodian_us", "T-1").toJson()))))
                .contains("another");
    }

    private static Fact.GrantOpened with(
            Fact.GrantOpened fact, boolean isBreakGlass, Map<String, String> approvals) {
        return new Fact.GrantOpened(
                isBreakGlass,
                fact.request(),
                fact.audience(),
                fact.counterparty(),
                fact.purpose(),
                fact.until(),
                approvals);
    }

    @ParameterizedTest
    @CsvSource({
        "second, works for custodian_us",
        "duty_two, only a custodian or an overseer may",
        "owner, only a custodian or an overseer may",
        "in_beijing, is a covered person",
        "leaver, is disabled"
    })
    void whoIsNotIndependentDoesNotReviewIt(String by, String why) {
        assertThatThrownBy(() -> review(by))
                .isInstanceOf(UnfitException.class)
                .hasMessageContaining(why);
    }

    private static Map<String, String> review(String by) throws UnfitException {
        RequestState.Approval review =
                BreakGlass.review(
                        ORGANISATION,
                        INDEPENDENCE,
                        REQUEST,
                        taken().approvals().keySet(),
                        entry(Kind.REVIEW, REQUEST, by),
                        NOON);
        return Map.of(review.key().text(), review.act().noteText());
    }

    private @Nullable String shown(Instant when) {
        return freezes.disclosed(when, "duty", "custodian_us", REQUEST.grant().audience());
    }

    private void open(Instant when) {
        freezes.opened(when, taken().fact(), Optional.of(taken().privateValues()));
    }

    @Test
    void unreviewedForADayItIsAFindingUnlessFrozen() {
        open(NOON);
        open(NOON.plusSeconds(60));
        assertThat(shown(NOON.plus(DAY))).isNull();
        assertThat(shown(NOON.plus(DAY).plusSeconds(1))).contains("was not reviewed in time");
        Freeze freeze = BreakGlass.freeze(REQUEST);
        assertThat(
                        freezes.frozen(
                                NOON.plus(DAY),
                                new Fact.Frozen(freeze.digest(), "person", null, Map.of()),
                                Optional.of(Map.of("freeze", freeze.toJson()))))
                .isNull();
        assertThat(shown(NOON.plus(DAY).plusSeconds(1))).isNull();
        assertThat(shown(NOON.plus(DAY).plus(DAY))).contains("the person was frozen");
    }

    @Test
    void reviewedItIsOver() throws Exception {
        open(NOON);
        Fact.BreakGlassReviewed mine =
                new Fact.BreakGlassReviewed(
                        REQUEST.digest(),
                        Map.of(
                                World.key("duty_two").verifierKey().text(),
                                entry(Kind.REVIEW, REQUEST, "duty_two").note()));
        assertThat(freezes.reviewed(mine)).contains("signed by nobody who may");
        Fact.BreakGlassReviewed review =
                new Fact.BreakGlassReviewed(REQUEST.digest(), review("eye"));
        assertThat(freezes.reviewed(review)).isNull();
        open(NOON.plusSeconds(60));
        assertThat(shown(NOON.plus(DAY).plus(DAY))).isNull();
        assertThat(freezes.reviewed(review)).contains("had been reviewed");
    }
}
