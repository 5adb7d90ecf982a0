package org.domicile.console.page;

import java.time.Instant;
import java.util.List;
import org.domicile.console.access.Sessions;
import org.domicile.console.access.Visitor;
import org.domicile.control.organisation.Organisation;

/** Who somebody is here, and where they are signed in. */
public record Me(String id, List<String> roles, List<SignedIn> sessions) {
    /** One browser. */
    public record SignedIn(
            String name, String client, Instant startedAt, Instant usedAt, boolean isThis) {}

    static Me of(Visitor visitor, Sessions sessions) {
        return new Me(
                visitor.id(),
                visitor.roles().stream().map(Organisation.Role::text).sorted().toList(),
                sessions.of(visitor.id()).stream()
                        .map(session ->
                                new SignedIn(
                                        session.name(),
                                        session.client(),
                                        session.startedAt(),
                                        session.usedAt(),
                                        session.name().equals(visitor.session().name())))
                        .toList());
    }

    /** Names nobody. */
    @Override
    public String toString() {
        return "Me[]";
    }
}
