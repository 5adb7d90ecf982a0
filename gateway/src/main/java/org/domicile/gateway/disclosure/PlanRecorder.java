package org.domicile.gateway.disclosure;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.domicile.ledger.Fact;
import org.domicile.plan.AppliedPlan;
import org.jspecify.annotations.Nullable;

/**
 * Puts each plan a store is found to have into the ledger, document and fact, before anything that
 * names it. One per jurisdiction, for all its sessions. A gateway that starts again records the
 * plan it finds again: that it was in force then is a fact of its own.
 */
public final class PlanRecorder {
    private final FactLog log;
    private @Nullable Recorded last;

    private record Recorded(AppliedPlan applied, String digest) {}

    public PlanRecorder(FactLog log) {
        this.log = log;
    }

    /**
     * Returns the plan's digest, which entries may name from now on.
     *
     * @throws org.domicile.ledger.LedgerException when it could not be recorded; the next call
     *     tries again
     */
    public synchronized String record(AppliedPlan applied) {
        Recorded recorded = last;
        if (recorded != null && sameState(recorded.applied(), applied)) {
            return recorded.digest();
        }
        String digest = applied.plan().digest();
        log.putDocument(applied.plan().toJson().getBytes(StandardCharsets.UTF_8));
        log.append(
                new Fact.PolicyApplied(applied.version(), digest, applied.catalogueDigest()),
                Map.of("roster", applied.roster().digest()));
        last = new Recorded(applied, digest);
        return digest;
    }

    /** Whether two readings of a store found the same applied plan. */
    public static boolean sameState(AppliedPlan one, AppliedPlan other) {
        // A store's version counts its applied plans, so it alone tells two apart; the digest is
        // for a store that was put back to an older state.
        return one.version() == other.version()
                && one.catalogueDigest().equals(other.catalogueDigest());
    }
}
