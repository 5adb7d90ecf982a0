package org.domicile.gateway.disclosure;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.domicile.control.AccessDecision;
import org.domicile.gateway.gate.Verdict;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerException;
import org.jspecify.annotations.Nullable;

/**
 * What one session has written into its jurisdiction's ledger: every fact in order, without a gap.
 * When an entry cannot be recorded, which is a {@code LedgerException}, thrown or told to the
 * listener, the session must end, as its next sequence number is in doubt.
 *
 * <p>Used by one thread at a time.
 */
public final class SessionRecord {
    /**
     * An entry is at most 65,535 bytes (C2SP tlog-tiles, "Log Entries"), and a statement must leave
     * room for the columns. A longer one is cut and its whole text's SHA-256 added.
     */
    static final int MAX_STATEMENT_CHARS = 8 * 1024;

    /** The private text beside the entry, likewise. */
    static final int MAX_SQL_CHARS = 32 * 1024;

    private final FactLog log;
    private final String session;
    private final String plan;
    private final String counterparty;
    private final String accessor;
    private long sequence;

    /**
     * Begins a session's record.
     *
     * @param session 32 lower-case hexadecimal digits
     * @param plan the digest that {@link PlanRecorder#record} returned
     */
    public SessionRecord(
            FactLog log, String session, String plan, String counterparty, String accessor) {
        this.log = log;
        this.session = session;
        this.plan = plan;
        this.counterparty = counterparty;
        this.accessor = accessor;
    }

    /** Somebody logged in from {@code client}, an address; durable on return. */
    public void opened(String client) {
        log.append(
                new Fact.SessionOpened(session, sequence, plan, counterparty),
                Map.of("accessor", accessor, "client", client));
        sequence++;
    }

    /** Likewise something was refused before the session began; durable on return. */
    public void refusedAtStart(String sqlState, String reason, String statement) {
        log.append(refusal(null, sqlState, reason, statement), Map.of("accessor", accessor));
        sequence++;
    }

    /**
     * Something was refused.
     *
     * @param acting null while no purpose is declared
     * @param statement normalised SQL, or empty
     * @param sql the client's own text, or empty
     */
    public void refused(
            AccessDecision.@Nullable Allowed acting,
            String sqlState,
            String reason,
            String statement,
            String sql,
            AppendListener listener) {
        append(
                refusal(acting, sqlState, reason, statement),
                sql.isEmpty()
                        ? Map.of("accessor", accessor)
                        : Map.of("accessor", accessor, "sql", bounded(sql, MAX_SQL_CHARS)),
                listener);
    }

    private Fact.Refusal refusal(
            AccessDecision.@Nullable Allowed acting,
            String sqlState,
            String reason,
            String statement) {
        return new Fact.Refusal(
                session,
                sequence,
                plan,
                counterparty,
                acting == null ? null : acting.audience().name(),
                acting == null ? null : acting.purpose(),
                sqlState,
                reason,
                bounded(statement, MAX_STATEMENT_CHARS));
    }

    /**
     * A segment of a result is about to leave.
     *
     * @param tokens of the people counted, in one text; empty for nobody
     */
    void disclosed(
            AccessDecision.Allowed acting,
            Verdict.Query query,
            Fact.Subjects subjects,
            String tokens,
            String sql,
            int segment,
            boolean last,
            long rows,
            long bytes,
            AppendListener listener) {
        append(
                new Fact.Disclosure(
                        session,
                        sequence,
                        plan,
                        counterparty,
                        acting.audience().name(),
                        acting.purpose(),
                        query.shape(),
                        query.columns(),
                        subjects,
                        bounded(query.statement(), MAX_STATEMENT_CHARS),
                        segment,
                        last,
                        rows,
                        bytes),
                tokens.isEmpty()
                        ? Map.of("accessor", accessor, "sql", bounded(sql, MAX_SQL_CHARS))
                        : Map.of(
                                "accessor",
                                accessor,
                                "sql",
                                bounded(sql, MAX_SQL_CHARS),
                                "subjects",
                                tokens),
                listener);
    }

    private void append(Fact fact, Map<String, String> privateFields, AppendListener listener) {
        try {
            log.append(fact, privateFields, listener);
        } catch (IllegalArgumentException e) {
            // As when a query reads so many columns that their names are too long for an entry.
            throw new LedgerException("an entry over a bound of the ledger", e);
        }
        sequence++;
    }

    static String bounded(String text, int maxChars) {
        if (text.length() <= maxChars) {
            return text;
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            int end =
                    Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
            return text.substring(0, end) + " ... sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
