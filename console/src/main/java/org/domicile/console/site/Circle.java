package org.domicile.console.site;

import org.domicile.control.access.Access;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Independence;

/**
 * The organisation, with what follows from it.
 *
 * @param access who may act as which audience, and by which policy
 * @param coverage who is a covered person
 * @param independence who may decide about whose requests
 */
public record Circle(Access access, Coverage coverage, Independence independence) {
    public Organisation organisation() {
        return access.organisation();
    }
}
