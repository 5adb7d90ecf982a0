package org.domicile.ledger.note;

/** A note, checkpoint or key that cannot be read; nothing was verified yet. */
public final class NoteFormatException extends RuntimeException {
    public NoteFormatException(String message) {
        super(message);
    }
}
