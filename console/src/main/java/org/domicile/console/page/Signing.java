package org.domicile.console.page;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.domicile.console.access.Visitor;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.Signatures;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.PasskeySignature;
import org.domicile.ledger.note.VerifierKey;

/**
 * What came back signed. Whether it counts is not said here but where it is written.
 *
 * @param at the time in the text that was signed
 * @param passkey what a passkey answered; empty where a note was given
 * @param note a signed note, made elsewhere; empty where a passkey signed
 */
public record Signing(String at, Optional<PasskeySignature> passkey, String note) {
    /** Between the page that shows the text and the signature that comes back. */
    static final Duration MAX_AGE = Duration.ofMinutes(15);

    /** The signed act of who looks. */
    Entry entry(Visitor visitor, SignedAct.Kind kind, String about, Instant now)
            throws UnfitException {
        requireRecent(now);
        VerifierKey key = new Signatures(visitor.circle().organisation()).key(visitor.id());
        try {
            SignedAct act =
                    passkey.isPresent()
                            ? new SignedAct(
                                    kind,
                                    about,
                                    at,
                                    passkey.get().note(SignedAct.text(kind, about, at), key))
                            : SignedAct.parse(pasted());
            if (act.kind() != kind || !act.at().equals(at)) {
                throw new UnfitException("the note that was given is for something else");
            }
            return new Entry(visitor.id(), act.noteText());
        } catch (NoteUnverifiedException e) {
            throw new UnfitException("the passkey is not the one that is registered for you");
        } catch (NoteFormatException e) {
            throw new UnfitException(String.valueOf(e.getMessage()));
        }
    }

    private void requireRecent(Instant now) throws UnfitException {
        try {
            Instant signed = Instant.parse(at);
            if (!signed.isBefore(now.minus(MAX_AGE))
                    && !signed.isAfter(now.plus(Signatures.MAX_CLOCK_SKEW))) {
                return;
            }
        } catch (DateTimeException e) {
            // Told as any other time that does not fit.
        }
        throw new UnfitException(
                "a page is good for signing for "
                        + MAX_AGE.toMinutes()
                        + " minutes; this is a new one");
    }

    /** As a note is written: forms end their lines as HTTP does, and people leave some out. */
    private String pasted() {
        return note.replace("\r\n", "\n").strip() + "\n";
    }

    /** Keeps signatures out of log lines. */
    @Override
    public String toString() {
        return "Signing[]";
    }
}
