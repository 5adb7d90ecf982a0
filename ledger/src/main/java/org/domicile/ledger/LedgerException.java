package org.domicile.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The ledger cannot accept or keep entries: the disk is full, an fsync failed, the log is closed.
 * What was not acknowledged may or may not be on disk; the next opening of the log decides. Callers
 * refuse to release data (I7).
 */
public final class LedgerException extends RuntimeException {
    public LedgerException(String message) {
        super(message);
    }

    public LedgerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** As what another thread met, with the caller's own stack. */
    static LedgerException from(@Nullable Throwable cause) {
        return new LedgerException(
                cause == null ? "the ledger has stopped" : String.valueOf(cause.getMessage()),
                cause);
    }
}
