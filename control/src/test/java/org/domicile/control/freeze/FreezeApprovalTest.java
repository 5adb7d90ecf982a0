package org.domicile.control.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.domicile.control.request.World.NOON;

import java.util.List;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.SignedAct.Kind;
import org.domicile.control.request.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** I6: one freezes, two who are independent end it. */
class FreezeApprovalTest {
    private static final Organisation ORGANISATION = World.organisation();
    private static final FreezeApproval APPROVAL =
            new FreezeApproval(ORGANISATION, World.independence(ORGANISATION));
    private static final Freeze ANALYST = FreezeTest.of(Freeze.Target.PERSON, "analyst");

    private static Entry entry(Kind kind, Freeze freeze, String by) {
        return new Entry(by, SignedAct.sign(kind, freeze.digest(), NOON, World.key(by)).noteText());
    }

    static FreezeRecord record(Freeze freeze, String by, String... releasedBy) {
        return new FreezeRecord(
                freeze.digest(),
                freeze.toJson(),
                entry(Kind.FREEZE, freeze, by),
                List.of(releasedBy).stream()
                        .map(person -> entry(Kind.UNFREEZE, freeze, person))
                        .toList());
    }

    static FreezeState check(FreezeRecord found) {
        return APPROVAL.check("us", found, false, NOON);
    }

    @ParameterizedTest
    @CsvSource({
        "eye, frozen",
        "second, frozen",
        "junior, frozen",
        "owner, refused",
        "analyst, refused",
        "leaver, refused",
        "roleless, refused"
    })
    void oneCustodianOrOverseerFreezes(String by, String word) {
        assertThat(check(record(ANALYST, by)).word()).isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "second, -, needs one more",
                "second, second, needs one more",
                "second, owner, only a custodian or an overseer may",
                "second, boss, analyst reports to lead",
                "second, junior, reports to analyst",
                "second, in_beijing, is a covered person",
                "second, at_app, works for app",
                "second, leaver, is disabled",
                "chief, colleague, colleague reports to chief"
            })
    void oneIsNotEnoughToEndIt(String one, String other, String why) {
        FreezeRecord found =
                other == null ? record(ANALYST, "eye", one) : record(ANALYST, "eye", one, other);
        FreezeState.InForce state = (FreezeState.InForce) check(found);
        assertThat(state.released()).contains(one);
        if (!why.startsWith("needs")) {
            assertThat(state.lacks() + state.discounted()).contains(why);
        }
    }

    @Test
    void twoEndIt() {
        FreezeState.Released over =
                (FreezeState.Released) check(record(ANALYST, "eye", "second", "eye"));
        assertThat(over.releases()).containsOnlyKeys("eye", "second");
        assertThat(over.fact().signatures()).hasSize(2);
    }

    @Test
    void whoWorksForAFrozenEntityDoesNotEndIt() {
        Freeze freeze = FreezeTest.of(Freeze.Target.ENTITY, "auditor");
        assertThat(check(record(freeze, "second", "second", "eye")).word()).isEqualTo("frozen");
        assertThat(check(record(freeze, "second", "second", "chief")).word()).isEqualTo("released");
    }

    @Test
    void aSignatureIsForOneFreezeOfOneJurisdiction() {
        Freeze other = FreezeTest.of(Freeze.Target.PERSON, "lead");
        FreezeRecord found = record(ANALYST, "eye");
        FreezeRecord moved =
                new FreezeRecord(
                        found.digest(),
                        found.document(),
                        found.frozen(),
                        List.of(
                                entry(Kind.UNFREEZE, other, "second"),
                                entry(Kind.UNFREEZE, other, "eye")));
        FreezeState.InForce state = (FreezeState.InForce) check(moved);
        assertThat(state.discounted()).hasSize(2);
        assertThat(APPROVAL.check("eu", found, true, NOON).word()).isEqualTo("refused");

        FreezeRecord approved =
                new FreezeRecord(
                        found.digest(),
                        found.document(),
                        entry(Kind.UNFREEZE, ANALYST, "eye"),
                        List.of());
        assertThat(check(approved).word()).isEqualTo("refused");
    }

    /** What the gateway recorded stays, whoever leaves; a forged document does not begin to. */
    @Test
    void aKnownFreezeOutlivesItsAuthor() {
        FreezeRecord found = record(ANALYST, "leaver");
        assertThat(check(found).word()).isEqualTo("refused");
        assertThat(APPROVAL.check("us", found, true, NOON).word()).isEqualTo("frozen");
        FreezeRecord changed =
                new FreezeRecord(
                        found.digest(),
                        FreezeTest.of(Freeze.Target.PERSON, "lead").toJson(),
                        found.frozen(),
                        List.of());
        assertThat(APPROVAL.check("us", changed, true, NOON).word()).isEqualTo("refused");
    }
}
