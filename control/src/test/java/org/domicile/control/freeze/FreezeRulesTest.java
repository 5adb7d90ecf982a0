package org.domicile.control.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.domicile.control.request.World.NOON;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.DecidingKeys;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.World;
import org.domicile.ledger.Fact;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I4, I6: from a ledger anyone can tell that nobody who is frozen was shown anything. */
class FreezeRulesTest {
    private static final Organisation ORGANISATION = World.organisation();
    private static final Instant LATER = NOON.plus(FreezeRules.GRACE).plusSeconds(1);
    private static final Freeze ANALYST = FreezeTest.of(Freeze.Target.PERSON, "analyst");
    private static final Freeze AUDITOR = FreezeTest.of(Freeze.Target.ENTITY, "auditor");

    private final FreezeRules rules = new FreezeRules();

    @BeforeEach
    void organisation() {
        rules.organisation(DecidingKeys.of(ORGANISATION));
    }

    private void freeze(Freeze freeze) {
        FreezeState.InForce state =
                (FreezeState.InForce)
                        FreezeApprovalTest.check(FreezeApprovalTest.record(freeze, "second"));
        assertThat(rules.frozen(NOON, state.fact(), Optional.of(state.privateValues()))).isNull();
    }

    private static Fact.Unfrozen unfrozen(Freeze freeze, String... by) {
        return ((FreezeState.Released)
                        FreezeApprovalTest.check(FreezeApprovalTest.record(freeze, "second", by)))
                .fact();
    }

    private @Nullable String shown(Instant when, @Nullable String person) {
        return rules.disclosed(when, person, "app", "analysis");
    }

    @Test
    void nothingIsShownToWhomAFreezeStops() {
        freeze(ANALYST);
        assertThat(shown(LATER, "lead")).isNull();
        assertThat(shown(NOON.plus(FreezeRules.GRACE), "analyst")).isNull();
        assertThat(shown(LATER, "analyst")).contains("the person was frozen at 2026-11-22T12:00");
        assertThat(shown(LATER, null)).as("its body is erased").isNull();
    }

    @Test
    void recordingItAgainStartsNoNewGrace() {
        freeze(ANALYST);
        FreezeState.InForce state =
                (FreezeState.InForce)
                        FreezeApprovalTest.check(FreezeApprovalTest.record(ANALYST, "second"));
        assertThat(rules.frozen(LATER, state.fact(), Optional.empty())).isNull();
        freeze(ANALYST);
        assertThat(shown(LATER, "analyst")).isNotNull();
    }

    @Test
    void anEntityIsToldWithoutTheBody() {
        assertThat(
                        rules.frozen(
                                NOON,
                                new Fact.Frozen("ab".repeat(32), "entity", "app", Map.of()),
                                Optional.empty()))
                .isNull();
        assertThat(shown(LATER, null)).contains("the entity was frozen");
    }

    @Test
    void anotherDocumentThanItsDigestIsOneOfNobody() {
        Fact.Frozen fact = new Fact.Frozen(AUDITOR.digest(), "person", null, Map.of());
        assertThat(rules.frozen(NOON, fact, Optional.of(Map.of("freeze", ANALYST.toJson()))))
                .contains("another");
        assertThat(rules.frozen(NOON, fact, Optional.of(Map.of("freeze", "{}"))))
                .contains("is none");
    }

    @Test
    void twoEndIt() {
        freeze(ANALYST);
        assertThat(rules.unfrozen(unfrozen(ANALYST, "eye", "second"))).isNull();
        assertThat(shown(LATER, "analyst")).isNull();
        assertThat(rules.unfrozen(unfrozen(ANALYST, "eye", "second"))).contains("not in force");
    }

    @Test
    void oneSignatureDoesNotEndIt() {
        freeze(ANALYST);
        Map<String, String> two = unfrozen(ANALYST, "eye", "second").signatures();
        String eye = World.key("eye").verifierKey().text();
        Fact.Unfrozen one =
                new Fact.Unfrozen(
                        ANALYST.digest(),
                        Map.of(eye, java.util.Objects.requireNonNull(two.get(eye))));
        assertThat(rules.unfrozen(one)).contains("by 1, 2 are needed");
    }

    @Test
    void signaturesAreForThisFreezeByThoseWhoMay() {
        freeze(ANALYST);
        Freeze lead = FreezeTest.of(Freeze.Target.AUDIENCE, "analysis");
        Map<String, String> others = unfrozen(lead, "eye", "second").signatures();
        assertThat(rules.unfrozen(new Fact.Unfrozen(ANALYST.digest(), others)))
                .contains("did not sign that");

        freeze(ANALYST);
        rules.organisation(Map.of());
        assertThat(rules.unfrozen(unfrozen(ANALYST, "eye", "second")))
                .contains("registered for no custodian or overseer");
    }

    @Test
    void theEntitysOwnPeopleDoNotEndIt() {
        freeze(AUDITOR);
        Map<String, String> signatures = unfrozen(AUDITOR, "second", "chief").signatures();
        String eye = World.key("eye").verifierKey().text();
        String note =
                SignedAct.sign(SignedAct.Kind.UNFREEZE, AUDITOR.digest(), NOON, World.key("eye"))
                        .noteText();
        Map<String, String> with = new HashMap<>(signatures);
        with.put(eye, note);
        assertThat(rules.unfrozen(new Fact.Unfrozen(AUDITOR.digest(), with)))
                .contains("works for the entity itself");
    }
}
