package org.domicile.gateway.gate;

/** Ends the judging of one statement with a refusal. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String sqlState;
    private final String reason;
    private final String hint;

    RefusedException(String sqlState, String reason, String message, String hint) {
        super(message, null, false, false);
        this.sqlState = sqlState;
        this.reason = reason;
        this.hint = hint;
    }

    static RefusedException unsupported(String reason, String message, String hint) {
        return new RefusedException("0A000", reason, message, hint);
    }

    static RefusedException forbidden(String reason, String message, String hint) {
        return new RefusedException("42501", reason, message, hint);
    }

    Verdict.Refused verdict(String statement) {
        return new Verdict.Refused(sqlState, reason, String.valueOf(getMessage()), hint, statement);
    }
}
