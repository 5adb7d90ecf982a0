package org.domicile.ledger.proof;

/** A well-formed proof or receipt that does not prove what it should. */
public final class ProofUnverifiedException extends RuntimeException {
    public ProofUnverifiedException(String message) {
        super(message);
    }
}
