package org.domicile.gateway.upstream;

import org.jspecify.annotations.Nullable;

/** A store that cannot be used. The message is fit for a client: it names no host and no role. */
public final class StoreException extends Exception {
    private final String sqlState;
    private final String message;
    private final String hint;

    StoreException(String sqlState, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.sqlState = sqlState;
        this.message = message;
        this.hint = hint;
    }

    @Override
    public String getMessage() {
        return message;
    }

    public String sqlState() {
        return sqlState;
    }

    public String hint() {
        return hint;
    }
}
