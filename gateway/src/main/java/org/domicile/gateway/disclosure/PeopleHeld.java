package org.domicile.gateway.disclosure;

import java.util.OptionalLong;
import org.domicile.plan.RelationName;

/** How many people each table of a store is about, as counted lately. */
@FunctionalInterface
public interface PeopleHeld {
    /** Nothing where it is not known. */
    OptionalLong in(RelationName table);
}
