package org.domicile.gateway.session;

import org.domicile.control.access.Standing;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Roster;

/** What the organisation and its policies say now of those who ask; called from many threads. */
@FunctionalInterface
public interface Standings {
    /**
     * Asked at each login, before each statement and once a second, so it is kept and refreshed
     * behind this call.
     *
     * @param applied the plan in whose roster they are
     * @throws RuntimeException when it cannot be told; sessions are refused then (I7)
     */
    Standing of(AppliedPlan applied, Roster.Accessor onRoster);
}
