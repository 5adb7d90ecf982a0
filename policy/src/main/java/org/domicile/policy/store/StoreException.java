package org.domicile.policy.store;

import java.util.List;

/**
 * Domicile will not do what was asked to a store; the message says why, the details say where, the
 * hint says what to do. Failures of the connection itself are {@link java.sql.SQLException}.
 */
public final class StoreException extends RuntimeException {
    /** Why. */
    public enum Reason {
        /** The store was never prepared, or not for this release. */
        NOT_INITIALISED,
        /** The plan does not fit the store. */
        PROBLEMS,
        /** The store was changed behind Domicile's back. */
        DRIFT,
        /** Another apply is running. */
        BUSY,
        /** The catalogue read back is not what was wanted; everything was rolled back. */
        READ_BACK
    }

    private final Reason reason;
    private final transient List<String> details;
    private final String hint;

    public StoreException(Reason reason, String message, List<String> details, String hint) {
        super(message);
        this.reason = reason;
        this.details = List.copyOf(details);
        this.hint = hint;
    }

    public Reason reason() {
        return reason;
    }

    public List<String> details() {
        return details;
    }

    public String hint() {
        return hint;
    }
}
