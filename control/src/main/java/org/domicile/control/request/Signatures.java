package org.domicile.control.request;

import java.time.Duration;
import java.time.Instant;
import org.domicile.control.organisation.Organisation;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;

/** Whose signature a note has, by the keys that an organisation registers now. */
public final class Signatures {
    /** How far signers' clocks may be ahead. */
    public static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(5);

    private final Organisation organisation;

    public Signatures(Organisation organisation) {
        this.organisation = organisation;
    }

    /** Somebody who may act at all. */
    public Organisation.Person person(String id) throws UnfitException {
        Organisation.Person person = organisation.people().get(id);
        if (person == null) {
            throw new UnfitException("nobody in the organisation is called \"" + id + "\"");
        }
        if (person.isDisabled()) {
            throw new UnfitException(id + " is disabled");
        }
        return person;
    }

    /** The key that is registered for somebody. */
    public VerifierKey key(String by) throws UnfitException {
        return person(by)
                .approvalKey()
                .orElseThrow(() -> new UnfitException(by + " has no registered approval key"));
    }

    /**
     * Reads a note and finds it signed by the key that is registered for {@code by}.
     *
     * @param about the digest that it has to name
     */
    public SignedAct act(String note, String about, String by, Instant now) throws UnfitException {
        VerifierKey key = key(by);
        SignedAct act;
        try {
            act = SignedAct.parse(note);
        } catch (NoteFormatException e) {
            throw new UnfitException("the signature of " + by + " is none: " + e.getMessage());
        }
        if (!act.isBy(key)) {
            throw new UnfitException("the signature is not by the registered key of " + by);
        }
        if (!act.about().equals(about)) {
            throw new UnfitException("the signature of " + by + " is for something else");
        }
        if (act.time().isAfter(now.plus(MAX_CLOCK_SKEW))) {
            throw new UnfitException("the signature of " + by + " is of a time to come");
        }
        return act;
    }
}
