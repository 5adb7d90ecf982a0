package org.domicile.gateway.session;

import java.time.Instant;
import java.util.Optional;

/**
 * A session as it is now.
 *
 * @param acting as which audience and for which purpose; empty while no purpose is declared
 */
public record LiveSession(
        String jurisdiction,
        String accessor,
        String counterparty,
        Optional<Acting> acting,
        Instant since) {
    /** As what a session acts. */
    public record Acting(String audience, String purpose) {}

    /** Names nobody. */
    @Override
    public String toString() {
        return "LiveSession[" + jurisdiction + ", " + counterparty + "]";
    }
}
