package org.domicile.gateway.session;

import org.domicile.gateway.wire.ErrorFields;

/** Ends the session; the client is told why. */
final class FatalError extends RuntimeException {
    private final transient ErrorFields error;

    FatalError(String sqlState, String message, String hint) {
        this(ErrorFields.of("FATAL", sqlState, message, hint));
    }

    FatalError(ErrorFields error) {
        super(error.sqlState());
        this.error = error;
    }

    ErrorFields error() {
        return error;
    }
}
