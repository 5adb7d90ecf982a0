package org.domicile.ledger;

/** A leaf or body that cannot be read as one; the message never repeats its content. */
final class EntryFormatException extends RuntimeException {
    EntryFormatException(String message) {
        super(message);
    }
}
