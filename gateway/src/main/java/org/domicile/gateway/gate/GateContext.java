package org.domicile.gateway.gate;

import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * What a statement is judged against: the audience the session acts as, or none while no purpose is
 * declared. Make one per session and decision; making one is cheap.
 *
 * @param audience null while undecided: then no person's table can be read
 * @param schema the audience's schema of views, which a client sees in {@code \d}; null likewise
 */
public record GateContext(Plan.@Nullable Audience audience, @Nullable String schema) {
    public GateContext {
        if ((audience == null) != (schema == null)) {
            throw new IllegalArgumentException("an audience and its schema come together");
        }
    }

    /** No purpose is declared yet. */
    public static GateContext undecided() {
        return new GateContext(null, null);
    }

    /** The session acts as {@code audience} of {@code applied}'s plan. */
    public static GateContext of(AppliedPlan applied, Plan.Audience audience) {
        return new GateContext(audience, applied.schemaOf(audience));
    }
}
