package org.domicile.control.freeze;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The freezes that are in force in one jurisdiction. */
public record Freezes(List<Freeze> inForce) {
    public static final Freezes NONE = new Freezes(List.of());

    public Freezes {
        inForce = List.copyOf(inForce);
    }

    /**
     * What stops somebody, if anything does.
     *
     * @param entity whom they work for
     * @param audience as which they act; null while that is open
     */
    public Optional<Freeze.Target> stopping(
            String person, String entity, @Nullable String audience) {
        return inForce.stream()
                .filter(freeze -> freeze.stops(person, entity, audience))
                .map(Freeze::target)
                .findFirst();
    }
}
