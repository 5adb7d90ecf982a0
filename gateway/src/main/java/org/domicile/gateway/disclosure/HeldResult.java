package org.domicile.gateway.disclosure;

import org.domicile.control.AccessDecision;
import org.domicile.control.meter.OverThreshold;
import org.domicile.gateway.gate.CopyFormat;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.ledger.AppendListener;
import org.jspecify.annotations.Nullable;

/**
 * One result on its way through: rows are held until their segment's entry is durable, and only
 * then handed on (I1). A result longer than {@link #SEGMENT_BYTES} leaves segment by segment, so
 * the memory it takes is bounded by that and by one row.
 */
public final class HeldResult {
    /** A segment ends with the row that reaches this. */
    public static final int SEGMENT_BYTES = 256 * 1024;

    private final SessionRecord record;
    private final AccessDecision.Allowed acting;
    private final Verdict.Query query;
    private final String sql;
    private final RowCutter cutter;
    private MessageBuffer held = new MessageBuffer();
    private int segment;
    private long rows;
    private long rowBytes;

    /**
     * A result of {@code query}, whose text as the client wrote it is {@code sql}.
     *
     * @param columns those the gate appended
     * @param copy the format of a COPY; null for rows
     */
    public HeldResult(
            SessionRecord record,
            AccessDecision.Allowed acting,
            Verdict.Query query,
            SubjectColumns columns,
            @Nullable CopyFormat copy,
            String sql) {
        this.record = record;
        this.acting = acting;
        this.query = query;
        this.sql = sql;
        this.cutter = copy == null ? new RowCutter(columns) : new CopyCutter(columns, copy);
    }

    /** Holds a DataRow or CopyData; true when the segment is full and must be released. */
    public boolean row(Frame frame) {
        int before = held.size();
        rows += cutter.row(frame, held) ? 1 : 0;
        rowBytes += held.size() - before;
        return held.size() >= SEGMENT_BYTES;
    }

    /** Holds a RowDescription or CopyOutResponse. */
    public void header(Frame frame) {
        cutter.header(frame, held);
    }

    /** Whether its rows come as CopyData. */
    public boolean isCopy() {
        return cutter instanceof CopyCutter;
    }

    /** Holds what belongs before or after the rows: CommandComplete, and so on. */
    public void hold(Frame frame) {
        held.frame(frame);
    }

    /** Lets it be recorded, in this segment's place, that it is refused. */
    public void refuse(String sqlState, String reason, AppendListener listener) {
        record.refused(acting, sqlState, reason, query.statement(), sql, listener);
    }

    /** Whether rows of this segment are held. */
    public boolean holdsRows() {
        return rows > 0;
    }

    /**
     * Lets this segment be recorded, and hands over its bytes, which must not leave before {@code
     * listener} is told that the entry is durable.
     *
     * @param last whether the result ends with it: complete, or with an error
     * @throws OverThreshold when it shows too many people; it is not recorded, and nothing of it or
     *     after it may leave
     */
    public MessageBuffer release(boolean last, AppendListener listener) throws OverThreshold {
        record.disclosed(
                acting,
                query,
                cutter.tally.counted(),
                cutter.tally.everybody(),
                sql,
                segment,
                last,
                rows,
                rowBytes,
                listener);
        cutter.tally.clear();
        segment++;
        rows = 0;
        rowBytes = 0;
        MessageBuffer released = held;
        held = last ? new MessageBuffer() : new MessageBuffer(SEGMENT_BYTES + released.size() / 8);
        return released;
    }
}
