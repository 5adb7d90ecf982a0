package org.domicile.ledger.index;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry that was found; what it does not have is null.
 *
 * @param index in the ledger
 * @param accessor null also where the body was erased
 * @param tables {@code schema.name}, sorted
 * @param people of the category with most of them
 * @param reason of a refusal
 * @param erases the entry whose body this one tells is erased
 * @param isErased whether a later entry tells so of this one
 */
public record Found(
        long index,
        Instant time,
        String type,
        @Nullable String session,
        @Nullable String counterparty,
        @Nullable String audience,
        @Nullable String purpose,
        @Nullable String accessor,
        List<String> tables,
        @Nullable Long rows,
        @Nullable Long people,
        @Nullable String reason,
        @Nullable Long erases,
        boolean isErased) {
    public Found {
        tables = List.copyOf(tables);
    }

    /** Keeps people's data out of log lines. */
    @Override
    public String toString() {
        return "Found[" + index + ", " + type + "]";
    }
}
