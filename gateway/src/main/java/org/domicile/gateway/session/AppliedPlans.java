package org.domicile.gateway.session;

import java.util.Set;
import org.domicile.control.freeze.Freezes;
import org.domicile.gateway.disclosure.PeopleHeld;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.StoreSubjects;

/** Where a jurisdiction's applied plan is read from; called from many threads. */
@FunctionalInterface
public interface AppliedPlans {
    /**
     * The plan the store has now, or had at most a moment ago. Called before every statement, so it
     * is kept and refreshed behind this call.
     *
     * @throws RuntimeException when it cannot be read; sessions are refused then (I7)
     */
    Served current();

    /**
     * A plan in force, and what belongs to the one store that has it.
     *
     * @param subjects of this plan's views
     * @param refusedGrants audiences of grants that nobody may use, since they are not what was
     *     approved
     * @param freezes in force
     */
    record Served(
            AppliedPlan applied,
            StoreSubjects subjects,
            PeopleHeld peopleHeld,
            Set<String> refusedGrants,
            Freezes freezes) {
        public Served {
            refusedGrants = Set.copyOf(refusedGrants);
        }

        /** With grants that may all be used, and nobody frozen. */
        public Served(AppliedPlan applied, StoreSubjects subjects, PeopleHeld peopleHeld) {
            this(applied, subjects, peopleHeld, Set.of(), Freezes.NONE);
        }
    }
}
