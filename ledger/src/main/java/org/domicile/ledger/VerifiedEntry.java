package org.domicile.ledger;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One entry as a verifier found it, genuine.
 *
 * @param privateValues empty where they were erased; otherwise each fits its digest
 * @param checkpointed false when it is durable but not yet under a signed checkpoint
 */
public record VerifiedEntry(
        long index,
        Instant time,
        Fact fact,
        Optional<Map<String, String>> privateValues,
        boolean checkpointed) {
    public VerifiedEntry {
        privateValues = privateValues.map(Map::copyOf);
    }

    /** Keeps people's data out of log lines. */
    @Override
    public String toString() {
        return "VerifiedEntry[index=" + index + ", time=" + time + ", fact=" + fact + "]";
    }
}
