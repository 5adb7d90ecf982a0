package org.domicile.ledger.note;

/** A well-formed note that the wanted key did not sign, or not in these words. */
public final class NoteUnverifiedException extends RuntimeException {
    public NoteUnverifiedException(String message) {
        super(message);
    }
}
