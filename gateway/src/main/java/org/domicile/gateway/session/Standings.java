package org.domicile.gateway.session;

import org.domicile.control.organisation.Standing;
import org.domicile.plan.Roster;

/** What the organisation says now of those who ask; called from many threads. */
@FunctionalInterface
public interface Standings {
    /**
     * Asked at each login, before each statement and once a second, so it is kept and refreshed
     * behind this call.
     *
     * @throws RuntimeException when it cannot be told; sessions are refused then (I7)
     */
    Standing of(Roster.Accessor onRoster);
}
