package org.domicile.app;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Receipt;
import org.domicile.ledger.VerifiedEntry;
import org.domicile.ledger.note.VerifierKey;

/** What a verified receipt says, for a person or for a program. */
final class ReceiptReport {
    private static final int TOKEN_BYTES = 16;
    private static final String SUBJECTS = "subjects";

    private final Receipt receipt;
    private final Receipt.Verified verified;

    /** Whether a policy was given, and its quorum cosigned. */
    private final boolean isWitnessed;

    ReceiptReport(Receipt receipt, Receipt.Verified verified, boolean isWitnessed) {
        this.receipt = receipt;
        this.isWitnessed = isWitnessed;
        this.verified = verified;
    }

    String json(VerifierKey key) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("verified", true);
        document.put("key", key.text());
        document.put("origin", verified.checkpoint().origin());
        document.put("index", verified.entry().index());
        document.put("size", verified.checkpoint().size());
        document.put("witnessed", isWitnessed);
        document.put("entry", Json.read(receipt.leafText()));
        document.put("opened", new TreeMap<>(opened()));
        document.put("closed", new TreeSet<>(verified.closed()));
        return Json.text(document);
    }

    void print(Terminal terminal) {
        VerifiedEntry entry = verified.entry();
        terminal.print(
                terminal.paint(Terminal.Colour.GREEN, "verified")
                        + "  entry "
                        + entry.index()
                        + " of "
                        + verified.checkpoint().origin()
                        + ", under its signed checkpoint of "
                        + verified.checkpoint().size()
                        + " entries");
        if (isWitnessed) {
            terminal.print("witnessed the checkpoint has the cosignatures of the policy's quorum");
        }
        terminal.print("recorded  " + entry.time());
        print(terminal, entry.fact());
        new TreeMap<>(opened())
                .forEach((name, value) -> terminal.print("opened    " + text(name, value)));
        if (!verified.closed().isEmpty()) {
            terminal.print(
                    "closed    "
                            + String.join(", ", new TreeSet<>(verified.closed()))
                            + " (the receipt has the digest only)");
        }
    }

    private static void print(Terminal terminal, Fact fact) {
        switch (fact) {
            case Fact.SessionOpened opened ->
                    terminal.print("fact      somebody logged in for " + opened.counterparty());
            case Fact.Disclosure disclosure -> print(terminal, disclosure);
            case Fact.Refusal refusal -> {
                terminal.print(
                        "fact      refused to "
                                + refusal.counterparty()
                                + ": "
                                + refusal.reason()
                                + " ("
                                + refusal.sqlState()
                                + ")");
                terminal.print("statement " + Terminal.plain(refusal.statement()));
            }
            case Fact.PolicyApplied applied ->
                    terminal.print(
                            "fact      plan "
                                    + applied.plan()
                                    + " was applied, version "
                                    + applied.version());
            case Fact.OrganisationChanged changed ->
                    terminal.print(
                            "fact      the gateway goes by an organisation file and the rule packs "
                                    + Terminal.plain(String.join(", ", changed.rules().keySet())));
            case Fact.Heartbeat heartbeat ->
                    terminal.print("fact      the log was " + heartbeat.state().text());
            case Fact.BodyErased erased ->
                    terminal.print(
                            "fact      the private values of entry "
                                    + erased.entry()
                                    + " were erased");
            case Fact.BodyOpened opened ->
                    terminal.print(
                            "fact      the private values of entry "
                                    + opened.entry()
                                    + " were read at the console");
            case Fact.Noted noted ->
                    terminal.print(
                            "fact      a note was written at the console"
                                    + (noted.entry() == null
                                            ? ""
                                            : ", about entry " + noted.entry()));
            case Fact.KeyHandedOver _ ->
                    terminal.print("fact      the log signs with another key from now on");
            case Fact.KeyRetired retired ->
                    terminal.print("fact      the log no longer signs with " + retired.key());
            case Fact.GrantOpened opened ->
                    terminal.print(
                            "fact      the "
                                    + (opened.isBreakGlass() ? "break-glass grant " : "grant ")
                                    + opened.audience()
                                    + " for "
                                    + opened.counterparty()
                                    + " opened for "
                                    + opened.purpose()
                                    + ", until "
                                    + opened.until()
                                    + ", approved by "
                                    + opened.approvals().size());
            case Fact.GrantEnded ended ->
                    terminal.print(
                            "fact      the grant of request "
                                    + ended.request()
                                    + " ended: "
                                    + ended.reason());
            case Fact.BreakGlassReviewed reviewed ->
                    terminal.print(
                            "fact      the break-glass request "
                                    + reviewed.request()
                                    + " was reviewed");
            case Fact.Frozen frozen ->
                    terminal.print(
                            "fact      frozen: "
                                    + frozen.target()
                                    + (frozen.name() == null ? "" : " " + frozen.name())
                                    + ", freeze "
                                    + frozen.freeze());
            case Fact.Unfrozen unfrozen ->
                    terminal.print(
                            "fact      the freeze "
                                    + unfrozen.freeze()
                                    + " is over, agreed by "
                                    + unfrozen.signatures().size());
            case Fact.RequestDenied denied ->
                    terminal.print(
                            "fact      the request "
                                    + denied.request()
                                    + " was denied with the key "
                                    + denied.key());
            case Fact.WitnessFound found ->
                    terminal.print("fact      the witness " + found.witness() + " cosigns");
            case Fact.WitnessLost lost ->
                    terminal.print(
                            "fact      the witness "
                                    + lost.witness()
                                    + " does not cosign: "
                                    + lost.reason());
        }
    }

    private static void print(Terminal terminal, Fact.Disclosure disclosure) {
        terminal.print(
                "fact      shown to "
                        + disclosure.counterparty()
                        + " as "
                        + disclosure.audience()
                        + ", for "
                        + disclosure.purpose()
                        + ": "
                        + disclosure.rows()
                        + " rows, "
                        + disclosure.bytes()
                        + " bytes, segment "
                        + disclosure.segment()
                        + (disclosure.last() ? " (the last)" : ""));
        terminal.print("statement " + Terminal.plain(disclosure.statement()));
        new TreeMap<>(disclosure.columns())
                .forEach((relation, columns) ->
                        terminal.print(
                                "columns   "
                                        + Terminal.plain(relation)
                                        + ": "
                                        + new TreeMap<>(columns)
                                                .entrySet().stream()
                                                        .map(c ->
                                                                Terminal.plain(c.getKey())
                                                                        + " ("
                                                                        + Terminal.plain(
                                                                                c.getValue())
                                                                        + ")")
                                                        .collect(Collectors.joining(", "))));
        boolean exact = disclosure.subjects().bounds().isEmpty();
        new TreeMap<>(disclosure.subjects().people())
                .forEach((category, people) ->
                        terminal.print(
                                "people    "
                                        + (exact ? "" : "at most ")
                                        + people
                                        + ", "
                                        + category));
        new TreeMap<>(disclosure.subjects().bounds())
                .forEach((relation, why) ->
                        terminal.print(
                                "people    of "
                                        + Terminal.plain(relation)
                                        + ": at most everyone in it ("
                                        + why
                                        + ")"));
    }

    private Map<String, String> opened() {
        return verified.entry().privateValues().orElse(Map.of());
    }

    /** Tokens of people are told apart, since they are one run of base64 in the entry. */
    private static String text(String name, String value) {
        if (name.equals(SUBJECTS)) {
            try {
                byte[] tokens = Base64.getUrlDecoder().decode(value);
                if (tokens.length % TOKEN_BYTES == 0) {
                    return name + ": " + tokens.length / TOKEN_BYTES + " people, tokens " + value;
                }
            } catch (IllegalArgumentException e) {
                // Not in the form that entry.md has; shown as it is.
            }
        }
        return name + ": " + Terminal.plain(value);
    }
}
