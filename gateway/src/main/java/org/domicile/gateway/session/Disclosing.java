package org.domicile.gateway.session;

import org.domicile.gateway.disclosure.SubjectColumns;
import org.domicile.gateway.gate.CopyFormat;
import org.domicile.gateway.gate.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A statement whose answer is a store's data: what it reads, and what the gate appended.
 *
 * @param copy the format of a COPY; null for rows
 * @param sql as the client wrote it, for the private part of entries
 */
record Disclosing(
        Verdict.Query query, SubjectColumns columns, @Nullable CopyFormat copy, String sql) {

    /** The same with another text to record. */
    Disclosing withSql(String other) {
        return new Disclosing(query, columns, copy, other);
    }

    /** Leaves the client's text out. */
    @Override
    public String toString() {
        return "Disclosing[" + query.statement() + "]";
    }
}
