package org.domicile.gateway.session;

import java.util.function.Supplier;
import org.domicile.control.AccessDecision;
import org.domicile.control.meter.OverThreshold;
import org.domicile.gateway.disclosure.HeldResult;
import org.domicile.gateway.disclosure.SessionRecord;
import org.domicile.gateway.disclosure.StoreErrors;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.ledger.AppendListener;
import org.jspecify.annotations.Nullable;

/**
 * What of a session's answers is recorded: results, refusals and errors. What is written to the
 * client after one of these waits for it.
 */
final class AnswerRecords {
    /** configuration_limit_exceeded: of PostgreSQL's codes, that for a limit somebody has set. */
    static final String OVER_THRESHOLD = "53400";

    private final ClientChannel client;
    private final SessionRecord record;
    private final Supplier<AccessDecision.@Nullable Allowed> acting;

    /**
     * Records one session's.
     *
     * @param acting as what the session acts when an answer comes
     */
    AnswerRecords(
            ClientChannel client,
            SessionRecord record,
            Supplier<AccessDecision.@Nullable Allowed> acting) {
        this.client = client;
        this.record = record;
        this.acting = acting;
    }

    HeldResult newResult(Disclosing disclosing) {
        AccessDecision.Allowed now = acting.get();
        if (now == null) {
            throw new IllegalStateException("a query without a declared purpose");
        }
        return new HeldResult(
                record,
                now,
                disclosing.query(),
                disclosing.columns(),
                disclosing.copy(),
                disclosing.sql());
    }

    /** Records a refusal of the gateway's own, unless it is none. */
    void refusal(Pending.OfFailure failure) {
        Verdict.Refused refused = failure.refused();
        if (refused != null) {
            record.refused(
                    acting.get(),
                    refused.sqlState(),
                    refused.reason(),
                    refused.statement(),
                    failure.sql(),
                    client.barrier());
        }
    }

    static boolean readsData(Verdict verdict) {
        return verdict instanceof Verdict.Query
                || verdict instanceof Verdict.Copy
                || verdict instanceof Verdict.DeclareCursor
                || verdict instanceof Verdict.FetchCursor;
    }

    /**
     * Records a segment of a result, and sends it.
     *
     * @throws OverThreshold when it is over a legal threshold; then that is recorded instead
     */
    void release(HeldResult result, boolean last) throws OverThreshold {
        AppendListener barrier = client.barrier();
        try {
            client.write(result.release(last, barrier));
        } catch (OverThreshold over) {
            result.refuse(OVER_THRESHOLD, "bulk-threshold", barrier);
            throw over;
        }
    }

    /**
     * Records a query's error before it leaves. That a query failed at all can depend on a row
     * ({@code 1/(birth_year - 1990)}), so it is a disclosure, of the rows before it and of itself.
     * Not so an error of class 42 that was found in the statement before any row was read: that is
     * a refusal by the store.
     *
     * @param result null before there is one; a statement only being prepared has read nothing.
     *     What was held of it is sent, before the error
     * @throws OverThreshold as for {@link #release}
     */
    void error(ErrorFields error, @Nullable Judged statement, @Nullable HeldResult result)
            throws OverThreshold {
        if (statement == null || !readsData(statement.verdict())) {
            return;
        }
        String state = error.sqlState();
        if (state.equals("25P02")) {
            return; // nothing ran: the transaction had failed before
        }
        boolean found = state.startsWith("42") && !StoreErrors.isOfRunningStatement(error);
        if (result != null && (result.holdsRows() || !found)) {
            release(result, true);
            return;
        }
        record.refused(
                acting.get(),
                state,
                state.equals("42501") ? "store-denied" : "store-error",
                statement.verdict().statement(),
                statement.sql(),
                client.barrier());
    }
}
