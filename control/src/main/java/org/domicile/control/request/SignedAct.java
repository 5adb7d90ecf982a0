package org.domicile.control.request;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.plan.PlanFormatException;

/**
 * What one person did about a request or a freeze, signed with their own key: a C2SP signed note of
 * four lines, {@code docs/formats/request.md}. It names no person, since it goes into ledgers; the
 * key does.
 *
 * @param about the digest of the request or freeze
 * @param at when, in UTC to the second, by the signer's clock
 */
public record SignedAct(Kind kind, String about, String at, SignedNote note) {
    private static final String OF_REQUEST = "domicile-request/v1";
    private static final String OF_FREEZE = "domicile-freeze/v1";
    private static final int LINES = 4;

    /** What was done. */
    public enum Kind {
        /** The requester asks. */
        FILE(OF_REQUEST, "file"),
        APPROVE(OF_REQUEST, "approve"),
        DENY(OF_REQUEST, "deny"),
        /** Somebody ends a grant before its time. */
        END(OF_REQUEST, "end"),
        /** Somebody has looked into a use of break-glass. */
        REVIEW(OF_REQUEST, "review"),
        /** Somebody stops a person, an entity, an audience or a jurisdiction. */
        FREEZE(OF_FREEZE, "freeze"),
        /** Somebody agrees that a freeze ends. */
        UNFREEZE(OF_FREEZE, "unfreeze");

        private final String firstLine;
        private final String text;

        Kind(String firstLine, String text) {
            this.firstLine = firstLine;
            this.text = text;
        }

        /** The word in the note. */
        public String text() {
            return text;
        }
    }

    public SignedAct {
        if (!note.text().equals(text(kind, about, at)) || note.signatures().size() != 1) {
            throw new NoteFormatException(
                    "a signed act is a line \""
                            + kind.firstLine
                            + "\", what was done, the digest of what about, the time, and one signature");
        }
        try {
            var _ = new org.domicile.plan.Plan.Grant(about, at);
        } catch (PlanFormatException e) {
            throw new NoteFormatException(
                    "a signed act names a digest and a time such as 2026-11-22T18:00:00Z");
        }
    }

    /** Signs. */
    public static SignedAct sign(Kind kind, String about, Instant at, ApprovalSigner signer) {
        String time = at.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
        return new SignedAct(kind, about, time, signer.sign(text(kind, about, time)));
    }

    /**
     * Signs a text that {@link #text} made, here or elsewhere.
     *
     * @throws NoteFormatException when it is another
     */
    public static SignedAct sign(String text, ApprovalSigner signer) {
        List<String> lines = text.lines().toList();
        for (Kind kind : Kind.values()) {
            if (lines.size() == LINES && lines.get(1).equals(kind.text)) {
                return new SignedAct(kind, lines.get(2), lines.get(3), signer.sign(text));
            }
        }
        throw new NoteFormatException("this is no act that somebody signs");
    }

    /**
     * Reads a note. Whose it is, {@link #isBy} finds out.
     *
     * @throws NoteFormatException when it is none
     */
    public static SignedAct parse(String note) {
        SignedNote signed = SignedNote.parse(note.getBytes(StandardCharsets.UTF_8));
        List<String> lines = signed.text().lines().toList();
        for (Kind kind : Kind.values()) {
            if (lines.size() == LINES && lines.get(1).equals(kind.text)) {
                SignedAct act = new SignedAct(kind, lines.get(2), lines.get(3), signed);
                if (act.noteText().equals(note)) {
                    return act;
                }
            }
        }
        throw new NoteFormatException("this is no signed act");
    }

    /** What is signed, for whoever signs it elsewhere. */
    public static String text(Kind kind, String about, String at) {
        return kind.firstLine + "\n" + kind.text + "\n" + about + "\n" + at + "\n";
    }

    /** Whether this key signed it. */
    public boolean isBy(VerifierKey key) {
        try {
            return note.lineOf(key).isPresent();
        } catch (NoteUnverifiedException e) {
            return false;
        }
    }

    public Instant time() {
        return Request.time(at);
    }

    /** The note as it is kept. */
    public String noteText() {
        return new String(note.toBytes(), StandardCharsets.UTF_8);
    }
}
