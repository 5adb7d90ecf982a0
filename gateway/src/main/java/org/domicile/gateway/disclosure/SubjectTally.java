package org.domicile.gateway.disclosure;

import java.util.Arrays;
import org.domicile.gateway.wire.WireException;
import org.domicile.ledger.Fact;

/** The people whose rows one segment holds, counted row by row. */
final class SubjectTally {
    private static final int TOKEN_DIGITS = 32;

    private final SubjectColumns columns;
    private final TokenSet[] people;

    /** The key each column had last: rows of one person often follow each other. */
    private final byte[][] lastKey;

    SubjectTally(SubjectColumns columns) {
        this.columns = columns;
        this.people = new TokenSet[columns.tableCount()];
        Arrays.setAll(people, table -> new TokenSet());
        this.lastKey = new byte[columns.count()][];
        Arrays.fill(lastKey, new byte[0]);
    }

    /** Counts the text value of one appended column of one row. */
    void add(int column, byte[] buffer, int start, int length) {
        switch (columns.form(column)) {
            case TOKEN -> addToken(column, buffer, start, length);
            case KEY -> addKey(column, buffer, start, length);
        }
    }

    /** Whether a value of this length can stand in an appended column. */
    boolean takes(int column, int length) {
        return switch (columns.form(column)) {
            case TOKEN -> length == TOKEN_DIGITS;
            case KEY -> true;
        };
    }

    private void addToken(int column, byte[] buffer, int start, int length) {
        if (length != TOKEN_DIGITS) {
            throw unexpected();
        }
        people[columns.tableOf(column)].add(
                hex(buffer, start), hex(buffer, start + TOKEN_DIGITS / 2));
    }

    private static long hex(byte[] buffer, int start) {
        long value = 0;
        for (int i = start; i < start + TOKEN_DIGITS / 2; i++) {
            int digit = Character.digit(buffer[i], 16);
            if (digit < 0) {
                throw unexpected();
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private void addKey(int column, byte[] buffer, int start, int length) {
        byte[] last = lastKey[column];
        TokenSet set = people[columns.tableOf(column)];
        if (!set.isEmpty() && Arrays.equals(last, 0, last.length, buffer, start, start + length)) {
            return;
        }
        lastKey[column] = Arrays.copyOfRange(buffer, start, start + length);
        set.add(columns.token(buffer, start, length));
    }

    Fact.Subjects counted() {
        return columns.counted(people);
    }

    /** Everybody, of whatever table. */
    TokenSet everybody() {
        TokenSet all = people.length == 1 ? people[0] : new TokenSet();
        if (people.length > 1) {
            for (TokenSet set : people) {
                all.addAll(set);
            }
        }
        return all;
    }

    /** Begins the next segment. */
    void clear() {
        for (TokenSet set : people) {
            set.clear();
        }
        Arrays.fill(lastKey, new byte[0]);
    }

    static WireException unexpected() {
        return new WireException(
                WireException.PROTOCOL_VIOLATION,
                "the region store's rows do not end as the gateway had asked");
    }
}
