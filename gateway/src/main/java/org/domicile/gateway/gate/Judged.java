package org.domicile.gateway.gate;

/**
 * One statement of a client's text and its verdict.
 *
 * @param sql the statement as the client wrote it, without its semicolon; for the private part of
 *     an entry, never for a log line
 * @param upstream what to send to the store for it: {@code sql}, but for what the gate rewrote
 */
public record Judged(String sql, Verdict verdict, String upstream) {

    /** Whether the store is sent another text than the client's. */
    public boolean isRewritten() {
        return !upstream.equals(sql);
    }

    /** Leaves the client's text out. */
    @Override
    public String toString() {
        return "Judged[" + verdict.getClass().getSimpleName() + ", " + verdict.statement() + "]";
    }
}
