package org.domicile.console.site;

import java.time.Instant;
import java.util.Optional;

/**
 * A session at the gateway, as it is now.
 *
 * @param audience as which it acts; empty while no purpose is declared
 * @param purpose likewise
 */
public record LiveSession(
        String person,
        String counterparty,
        Optional<String> audience,
        Optional<String> purpose,
        Instant since) {
    /** Names nobody. */
    @Override
    public String toString() {
        return "LiveSession[" + counterparty + "]";
    }
}
