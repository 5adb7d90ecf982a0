package org.domicile.gateway.disclosure;

import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.gateway.wire.RowLayout;

/**
 * Takes the columns that the gate appended off the rows of a result, and counts who is in them. A
 * row that does not end as the gate had asked ends the session: cut at another place it would show
 * them.
 */
sealed class RowCutter permits CopyCutter {
    final SubjectColumns columns;
    final SubjectTally tally;

    RowCutter(SubjectColumns columns) {
        this.columns = columns;
        this.tally = new SubjectTally(columns);
    }

    /** Writes what comes before the rows. */
    void header(Frame frame, MessageBuffer out) {
        columns.writeRowDescription(frame, out);
    }

    /**
     * Writes a row without its last columns; false when it was no row but a COPY's begin or end.
     */
    boolean row(Frame frame, MessageBuffer out) {
        if (columns.count() == 0) {
            out.frame(frame);
            return true;
        }
        RowLayout row = RowLayout.ofDataRow(frame);
        int shown = shownOf(row.count());
        int cut = cut(row, shown, frame.buffer());
        row.requireEnd();
        RowLayout.writeDataRow(frame, shown, cut, out);
        return true;
    }

    int shownOf(int all) {
        if (all < columns.count()) {
            throw SubjectTally.unexpected();
        }
        return all - columns.count();
    }

    /** Counts the last values; returns where the others end. */
    int cut(RowLayout row, int shown, byte[] buffer) {
        for (int i = 0; i < shown; i++) {
            var _ = row.next();
        }
        int cut = row.position();
        for (int i = 0; i < columns.count(); i++) {
            int length = row.next();
            if (length >= 0) {
                tally.add(i, buffer, row.position() - length, length);
            }
        }
        return cut;
    }
}
