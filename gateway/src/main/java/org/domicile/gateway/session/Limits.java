package org.domicile.gateway.session;

import java.time.Duration;

/**
 * The gateway's bounds on clients; none of them can be changed by a client.
 *
 * @param connections open at once, logged in or not
 * @param login from the first byte to logged in
 * @param idle without any message
 * @param statement from sending a statement to the end of its answer
 * @param stalledWrite for a client to accept some bytes
 */
public record Limits(
        int connections, Duration login, Duration idle, Duration statement, Duration stalledWrite) {
    public Limits {
        if (connections < 1
                || !login.isPositive()
                || !idle.isPositive()
                || !statement.isPositive()
                || !stalledWrite.isPositive()) {
            throw new IllegalArgumentException("every limit is positive");
        }
    }

    public static Limits defaults() {
        return new Limits(
                1_000,
                Duration.ofSeconds(10),
                Duration.ofHours(8),
                Duration.ofMinutes(30),
                Duration.ofMinutes(5));
    }
}
