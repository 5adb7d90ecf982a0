package org.domicile.testkit.shortvideo;

import java.io.IOException;

/**
 * One table's rows, not yet written.
 *
 * @param columns as COPY takes them, in the order of the rows' values
 */
record Table(String name, String columns, Rows rows) {
    /** Writes all rows of a table. */
    @FunctionalInterface
    interface Rows {
        void writeTo(CopyRows out) throws IOException;
    }

    /**
     * The numbering of rows in one store, which skips the numbers of the others so that a row keeps
     * its id where its person moves.
     */
    static final class Ids {
        private final int step;
        private long next;

        Ids(String jurisdiction) {
            step = ShortVideoData.JURISDICTIONS.size();
            next = ShortVideoData.JURISDICTIONS.indexOf(jurisdiction) + 1L;
        }

        long next() {
            long id = next;
            next += step;
            return id;
        }
    }
}
