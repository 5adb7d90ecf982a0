package org.domicile.gateway.disclosure;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.domicile.control.AccessDecision;
import org.domicile.control.meter.BulkMeters;
import org.domicile.control.meter.OverThreshold;
import org.domicile.gateway.gate.Verdict;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerException;
import org.domicile.plan.Plan;
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
    private final BulkMeters meters;
    private final String session;
    private final Plan plan;
    private final String planDigest;
    private final String counterparty;
    private final String accessor;
    private long sequence;

    /**
     * Begins a session's record.
     *
     * @param session 32 lower-case hexadecimal digits
     * @param meters asked before each disclosure
     * @param planDigest what {@link PlanRecorder#record} returned for {@code plan}
     */
    public SessionRecord(
            FactLog log,
            BulkMeters meters,
            String session,
            Plan plan,
            String planDigest,
            String counterparty,
            String accessor) {
        this.log = log;
        this.meters = meters;
        this.session = session;
        this.plan = plan;
        this.planDigest = planDigest;
        this.counterparty = counterparty;
        this.accessor = accessor;
    }

    /** Somebody logged in from {@code client}, an address; durable on return. */
    public void opened(String client) {
        log.append(
                new Fact.SessionOpened(session, sequence, planDigest, counterparty),
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
                planDigest,
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
     * @param people counted in it
     * @throws OverThreshold when it must not, and was not recorded
     */
    void disclosed(
            AccessDecision.Allowed acting,
            Verdict.Query query,
            Fact.Subjects subjects,
            TokenSet people,
            String sql,
            int segment,
            boolean last,
            long rows,
            long bytes,
            AppendListener listener)
            throws OverThreshold {
        Fact.Disclosure disclosure =
                new Fact.Disclosure(
                        session,
                        sequence,
                        planDigest,
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
                        bytes);
        Map<String, String> privateFields =
                people.isEmpty()
                        ? Map.of("accessor", accessor, "sql", bounded(sql, MAX_SQL_CHARS))
                        : Map.of(
                                "accessor",
                                accessor,
                                "sql",
                                bounded(sql, MAX_SQL_CHARS),
                                "subjects",
                                people.toText());
        meters.admit(
                plan,
                disclosure,
                people.firstHalves(),
                Instant.now(),
                () -> append(disclosure, privateFields, listener));
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
