package org.domicile.gateway.gate;

/**
 * One statement of a client's text and its verdict.
 *
 * @param sql the statement as the client wrote it, without its semicolon; for the private part of
 *     an entry and for sending it alone, never for a log line
 */
public record Judged(String sql, Verdict verdict) {

    /** Leaves the client's text out. */
    @Override
    public String toString() {
        return "Judged[" + verdict.getClass().getSimpleName() + ", " + verdict.statement() + "]";
    }
}
