package org.domicile.gateway.wire;

/**
 * Bytes that are not the protocol. The connection cannot be followed further and must end; the
 * message names no received value.
 */
public final class WireException extends RuntimeException {
    /** PostgreSQL's {@code protocol_violation}. */
    public static final String PROTOCOL_VIOLATION = "08P01";

    /** PostgreSQL's {@code program_limit_exceeded}. */
    public static final String LIMIT_EXCEEDED = "54000";

    /** PostgreSQL's {@code character_not_in_repertoire}. */
    public static final String NOT_UTF_8 = "22021";

    private final String sqlState;
    private final String message;

    public WireException(String sqlState, String message) {
        super(message);
        this.sqlState = sqlState;
        this.message = message;
    }

    static WireException violation(String message) {
        return new WireException(PROTOCOL_VIOLATION, message);
    }

    @Override
    public String getMessage() {
        return message;
    }

    public String sqlState() {
        return sqlState;
    }
}
