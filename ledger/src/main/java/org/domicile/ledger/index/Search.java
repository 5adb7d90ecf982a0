package org.domicile.ledger.index;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for: all that is not null must fit. The newest entries come first.
 *
 * @param type of entry, as {@code docs/formats/entry.md} names them
 * @param table {@code schema.name}, one the disclosure read
 * @param from inclusive
 * @param to exclusive
 * @param before only entries below this index: where the last page ended
 * @param limit how many at most, 1 to {@value #MAX_LIMIT}
 */
public record Search(
        @Nullable String type,
        @Nullable String accessor,
        @Nullable String counterparty,
        @Nullable String table,
        @Nullable String purpose,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable Long before,
        int limit) {
    public static final int MAX_LIMIT = 10_000;

    public Search {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a limit is from 1 to " + MAX_LIMIT);
        }
    }

    /** Whether only who it was, and when, matters. */
    boolean isOfAnyKind() {
        return type == null && counterparty == null && table == null && purpose == null;
    }

    /** The newest entries of any kind. */
    public static Search newest(int limit) {
        return new Search(null, null, null, null, null, null, null, null, limit);
    }
}
