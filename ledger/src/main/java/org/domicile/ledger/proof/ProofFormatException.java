package org.domicile.ledger.proof;

/** A proof or receipt that cannot be read; nothing was verified yet. */
public final class ProofFormatException extends RuntimeException {
    public ProofFormatException(String message) {
        super(message);
    }
}
