package org.domicile.ledger.tile;

/** A bundle whose framing cannot be read. */
public final class BundleFormatException extends RuntimeException {
    private final int record;

    BundleFormatException(int record, String message) {
        super(message);
        this.record = record;
    }

    /** Which record of the bundle, from 0. */
    public int record() {
        return record;
    }
}
