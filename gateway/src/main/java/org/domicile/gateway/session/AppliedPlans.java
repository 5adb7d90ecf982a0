package org.domicile.gateway.session;

import org.domicile.plan.AppliedPlan;

/** Where a jurisdiction's applied plan is read from; called from many threads. */
@FunctionalInterface
public interface AppliedPlans {
    /**
     * The plan the store has now, or had at most a moment ago. Called before every statement, so it
     * is kept and refreshed behind this call.
     *
     * @throws RuntimeException when it cannot be read; sessions are refused then (I7)
     */
    AppliedPlan current();
}
