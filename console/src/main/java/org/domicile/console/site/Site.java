package org.domicile.console.site;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.domicile.control.ScramCredentials;

/**
 * Everything that a console stands on.
 *
 * @param jurisdictions one in production, several on a laptop
 * @param credentials those of the gateway
 * @param gateway for statements of those who are signed in; empty where the console cannot use it
 * @param circle the organisation as it is now; throws where it cannot be read, and nobody is served
 *     then (I7)
 */
public record Site(
        List<Jurisdiction> jurisdictions,
        ScramCredentials credentials,
        Optional<Gateway> gateway,
        Supplier<Circle> circle) {
    public Site {
        jurisdictions = List.copyOf(jurisdictions);
        if (jurisdictions.isEmpty()) {
            throw new IllegalArgumentException("a console is of one jurisdiction at least");
        }
    }

    public Optional<Jurisdiction> jurisdiction(String name) {
        return jurisdictions.stream().filter(known -> known.name().equals(name)).findFirst();
    }
}
