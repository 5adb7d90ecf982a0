package org.domicile.control.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.domicile.control.request.SignedAct.Kind.APPROVE;
import static org.domicile.control.request.SignedAct.Kind.END;
import static org.domicile.control.request.SignedAct.Kind.FILE;
import static org.domicile.control.request.World.NOON;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeRules;
import org.domicile.control.organisation.Organisation;
import org.domicile.ledger.Fact;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.ledger.note.PasskeySignature;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.testkit.SoftPasskey;
import org.junit.jupiter.api.Test;

/**
 * I6 with passkeys: two people, whom neither the operator nor one person with two origins can be.
 */
class PasskeysTest {
    private static final String HERE = "https://console.example.org";
    private static final String THERE = "https://console.example.com";
    private static final Map<String, SoftPasskey> PASSKEYS =
            Map.of(
                    "analyst", SoftPasskey.es256(),
                    "owner", SoftPasskey.es256(),
                    "second", SoftPasskey.ed25519(),
                    "duty", SoftPasskey.es256());

    /** The passkey of {@code second}, registered with another origin for two more people. */
    private static final Organisation ORGANISATION =
            organisation(Map.of("eye", "second", "duty_two", "duty"));

    private static final Request REQUEST = World.request("analyst");

    private static Organisation organisation(Map<String, String> twins) {
        String text = World.TEXT;
        for (String person : PASSKEYS.keySet()) {
            text = with(text, person, key(person, HERE));
        }
        for (Map.Entry<String, String> twin : twins.entrySet()) {
            text = with(text, twin.getKey(), key(twin.getValue(), THERE));
        }
        return World.organisation(text);
    }

    private static String with(String text, String person, VerifierKey key) {
        return text.replaceFirst(
                "(?m)^(  " + person + ": .*)KEY}$", "$1approval_key: " + key.text() + "}");
    }

    private static SoftPasskey passkey(String person) {
        return Optional.ofNullable(PASSKEYS.get(person)).orElseThrow();
    }

    private static VerifierKey key(String person, String origin) {
        return VerifierKey.ofPasskey(ApprovalSigner.NAME, passkey(person).coseKey(), origin);
    }

    /** As the browser does it: the passkey signs the text, the note is put together around it. */
    private static String note(SignedAct.Kind kind, String about, String person, String origin) {
        String text = SignedAct.text(kind, about, NOON.toString());
        SoftPasskey.Answer answer = passkey(person).sign(origin, PasskeySignature.challenge(text));
        return new String(
                new PasskeySignature(
                                answer.authenticatorData(),
                                answer.clientDataJson(),
                                answer.signature())
                        .note(text, key(person, origin))
                        .toBytes(),
                StandardCharsets.UTF_8);
    }

    private static RequestRecord.Entry approval(String by, String passkey, String origin) {
        return new RequestRecord.Entry(by, note(APPROVE, REQUEST.digest(), passkey, origin));
    }

    private static RequestState check(
            List<RequestRecord.Entry> decisions, List<RequestRecord.Entry> ends) {
        return new GrantApproval(ORGANISATION, World.independence(ORGANISATION))
                .check(
                        World.plan(),
                        new RequestRecord(
                                REQUEST.digest(),
                                REQUEST.toJson(),
                                note(FILE, REQUEST.digest(), "analyst", HERE),
                                decisions,
                                ends),
                        NOON);
    }

    private static GrantRules rules() {
        GrantRules rules = new GrantRules();
        Map<String, String> deciders = DecidingKeys.of(ORGANISATION);
        rules.organisation(new Fact.OrganisationChanged(deciders, Map.of()).deciders());
        return rules;
    }

    @Test
    void aRequestIsFiledApprovedAndEndedByPasskeys() {
        List<RequestRecord.Entry> two =
                List.of(approval("owner", "owner", HERE), approval("second", "second", HERE));
        RequestState.Approved approved = (RequestState.Approved) check(two, List.of());
        assertThat(rules().opened(NOON, approved.fact(), Optional.of(approved.privateValues())))
                .isNull();
        String end = note(END, REQUEST.digest(), "owner", HERE);
        assertThat(check(two, List.of(new RequestRecord.Entry("owner", end))))
                .isInstanceOf(RequestState.Ended.class);
    }

    @Test
    void theLongestNoteFitsIntoALedgersEntry() {
        String text = SignedAct.text(SignedAct.Kind.UNFREEZE, REQUEST.digest(), NOON.toString());
        byte[] longest =
                new byte
                        [10
                                + 37
                                + PasskeySignature.MAX_CLIENT_DATA_BYTES
                                + PasskeySignature.MAX_SIGNATURE_BYTES];
        String note =
                text
                        + "\n\u2014 "
                        + ApprovalSigner.NAME
                        + " "
                        + Base64.getEncoder().encodeToString(longest)
                        + "\n";
        assertThat(SignedAct.parse(note).noteText()).isEqualTo(note);
        Fact.Unfrozen fact =
                new Fact.Unfrozen(REQUEST.digest(), Map.of(key("owner", HERE).text(), note));
        assertThat(fact.signatures()).hasSize(1);
    }

    /** The operator has every assertion that was ever made, and the store's tables. */
    @Test
    void whatWasSignedForSomethingElseApprovesNothing() {
        String elsewhere = note(APPROVE, World.request("lead").digest(), "second", HERE);
        String transplanted = elsewhere.replace(World.request("lead").digest(), REQUEST.digest());
        for (String forged :
                List.of(
                        elsewhere,
                        transplanted,
                        note(FILE, REQUEST.digest(), "second", HERE),
                        note(APPROVE, REQUEST.digest(), "second", THERE),
                        note(APPROVE, REQUEST.digest(), "owner", HERE))) {
            RequestState state =
                    check(
                            List.of(
                                    approval("owner", "owner", HERE),
                                    new RequestRecord.Entry("second", forged)),
                            List.of());
            assertThat(state).isInstanceOf(RequestState.Open.class);
            assertThat(((RequestState.Open) state).discounted()).hasSize(1);
        }
    }

    @Test
    void onePasskeyWithTwoOriginsIsOnePerson() {
        assertThat(World.independence(ORGANISATION).together("second", "eye").objections())
                .contains("has the same key as");
        RequestState state =
                check(
                        List.of(
                                approval("second", "second", HERE),
                                approval("eye", "second", THERE)),
                        List.of());
        assertThat(((RequestState.Open) state).lacks()).contains("has the same key as");
        Map<String, String> approvals = new HashMap<>();
        approvals.put(key("second", HERE).text(), note(APPROVE, REQUEST.digest(), "second", HERE));
        approvals.put(
                key("second", THERE).text(), note(APPROVE, REQUEST.digest(), "second", THERE));
        Fact.GrantOpened opened =
                new Fact.GrantOpened(
                        false,
                        REQUEST.digest(),
                        REQUEST.grant().audience(),
                        "app",
                        "support",
                        REQUEST.until(),
                        approvals);
        assertThat(rules().opened(NOON, opened, Optional.empty()))
                .contains("two of its approvals are by one key");
    }

    @Test
    void onePasskeyWithTwoOriginsEndsNoFreezeAndReviewsNothingOfItsOwn() {
        FreezeRules rules = new FreezeRules();
        rules.organisation(DecidingKeys.of(ORGANISATION));
        Freeze freeze =
                new Freeze(
                        "us",
                        Freeze.Target.PERSON,
                        "analyst",
                        "laptop stolen",
                        "0123456789abcdef0123456789abcdef");
        String digest = freeze.digest();
        assertThat(
                        rules.frozen(
                                NOON,
                                new Fact.Frozen(digest, "person", null, Map.of()),
                                Optional.empty()))
                .isNull();
        Map<String, String> signatures = new HashMap<>();
        for (String origin : List.of(HERE, THERE)) {
            signatures.put(
                    key("second", origin).text(),
                    note(SignedAct.Kind.UNFREEZE, digest, "second", origin));
        }
        assertThat(rules.unfrozen(new Fact.Unfrozen(digest, signatures))).contains("by one key");

        rules.opened(
                NOON,
                new Fact.GrantOpened(
                        true,
                        REQUEST.digest(),
                        REQUEST.grant().audience(),
                        "custodian_us",
                        "support",
                        REQUEST.until(),
                        Map.of(
                                key("second", THERE).text(),
                                note(FILE, REQUEST.digest(), "second", THERE))),
                Optional.empty());
        Fact.BreakGlassReviewed review =
                new Fact.BreakGlassReviewed(
                        REQUEST.digest(),
                        Map.of(
                                key("second", HERE).text(),
                                note(SignedAct.Kind.REVIEW, REQUEST.digest(), "second", HERE)));
        assertThat(rules.reviewed(review)).contains("signed by nobody who may");
    }
}
