package org.domicile.console.access;

import java.util.Set;
import org.domicile.console.site.Circle;
import org.domicile.control.organisation.Organisation;

/**
 * Somebody who is signed in, as the organisation has them now.
 *
 * @param circle as it was when they were let in, so that one request sees one organisation
 */
public record Visitor(Organisation.Person person, Circle circle, Sessions.Session session) {
    public String id() {
        return person.id();
    }

    public Set<Organisation.Role> roles() {
        return person.roles();
    }

    public boolean may(Door door) {
        return door.admits(roles());
    }

    /** Names nobody. */
    @Override
    public String toString() {
        return "Visitor[]";
    }
}
