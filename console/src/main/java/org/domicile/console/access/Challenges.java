package org.domicile.console.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** What passkeys are given to sign at a sign-in: each is good once, and not for long. */
public final class Challenges {
    /** Time enough to find the security key. */
    static final Duration LIFE = Duration.ofMinutes(5);

    /** Beyond it the oldest is forgotten, and whoever has it opens the page again. */
    static final int MAX = 10_000;

    private static final int NONCE_BYTES = 32;

    private final InstantSource clock;
    private final Map<String, Instant> given = new LinkedHashMap<>();

    public Challenges(InstantSource clock) {
        this.clock = clock;
    }

    /** A new one, which nobody can guess. */
    public synchronized String give() {
        given.values().removeIf(this::isOver);
        if (given.size() >= MAX) {
            given.remove(given.keySet().iterator().next());
        }
        String nonce = Sessions.random(NONCE_BYTES);
        given.put(nonce, clock.instant());
        return nonce;
    }

    /** Whether it was given and nobody has come with it before; from now on somebody has. */
    synchronized boolean take(String nonce) {
        Instant since = given.remove(nonce);
        return since != null && !isOver(since);
    }

    private boolean isOver(Instant since) {
        return !clock.instant().isBefore(since.plus(LIFE));
    }

    /**
     * The text that is signed. Its first line keeps it apart from every act that is signed.
     *
     * @param origin of the console
     */
    public static String text(String origin, String nonce) {
        return "domicile-sign-in/v1\n" + origin + "\n" + nonce + "\n";
    }
}
