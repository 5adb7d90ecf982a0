package org.domicile.console.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is signed in. Sessions are kept here, under their tokens' digests, and nowhere else: taking
 * one out ends it, and all end with the process.
 */
public final class Sessions {
    /** Without a request for so long, a session is over. */
    public static final Duration IDLE = Duration.ofMinutes(30);

    /** However busy it is, a session is over after a working day. */
    public static final Duration LONGEST = Duration.ofHours(12);

    /** Of one person; the one that was used longest ago gives way to the next. */
    public static final int MAX_OF_ONE_PERSON = 8;

    /** Altogether; beyond it nobody else is let in. */
    public static final int MAX = 10_000;

    private static final int TOKEN_BYTES = 32;
    private static final int NAME_BYTES = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final InstantSource clock;
    private final Map<String, Session> byDigest = new HashMap<>();

    public Sessions(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * One browser of one person.
     *
     * @param name tells it from the person's others, and opens nothing
     * @param formToken what each form of it has to bring (a synchroniser token)
     * @param client what the browser says it is, for its owner to tell it by
     */
    public record Session(
            String name,
            String person,
            String formToken,
            String client,
            Instant startedAt,
            Instant usedAt) {
        Session touched(Instant now) {
            return new Session(name, person, formToken, client, startedAt, now);
        }

        boolean isOver(Instant now) {
            return !now.isBefore(usedAt.plus(IDLE)) || !now.isBefore(startedAt.plus(LONGEST));
        }

        /** Keeps the token, and who it is, out of log lines. */
        @Override
        public String toString() {
            return "Session[]";
        }
    }

    /**
     * Begins a session.
     *
     * @return its token; empty where there are too many
     */
    public synchronized Optional<String> begin(String person, String client) {
        Instant now = clock.instant();
        byDigest.values().removeIf(session -> session.isOver(now));
        List<Session> theirs = of(person);
        if (theirs.size() >= MAX_OF_ONE_PERSON) {
            end(person, theirs.getLast().name());
        }
        if (byDigest.size() >= MAX) {
            return Optional.empty();
        }
        String token = random(TOKEN_BYTES);
        byDigest.put(
                digest(token),
                new Session(random(NAME_BYTES), person, random(TOKEN_BYTES), client, now, now));
        return Optional.of(token);
    }

    /** The session of a token, which counts as used now. */
    public synchronized Optional<Session> find(String token) {
        return look(token)
                .map(session -> {
                    Session used = session.touched(clock.instant());
                    byDigest.put(digest(token), used);
                    return used;
                });
    }

    /** Likewise, without counting: what a page does by itself keeps nobody signed in. */
    public synchronized Optional<Session> look(String token) {
        String digest = digest(token);
        Session session = byDigest.get(digest);
        if (session != null && session.isOver(clock.instant())) {
            byDigest.remove(digest);
            return Optional.empty();
        }
        return Optional.ofNullable(session);
    }

    /** Somebody's sessions, the one used last first. */
    public synchronized List<Session> of(String person) {
        List<Session> theirs = new ArrayList<>();
        Instant now = clock.instant();
        for (Session session : byDigest.values()) {
            if (session.person().equals(person) && !session.isOver(now)) {
                theirs.add(session);
            }
        }
        theirs.sort(Comparator.comparing(Session::usedAt).reversed());
        return theirs;
    }

    /** How many there are. */
    public synchronized int count() {
        Instant now = clock.instant();
        return (int) byDigest.values().stream().filter(session -> !session.isOver(now)).count();
    }

    /** Ends one of a person's sessions. */
    public synchronized void end(String person, String name) {
        byDigest.values()
                .removeIf(
                        session -> session.person().equals(person) && session.name().equals(name));
    }

    /** Ends all of a person's sessions. */
    public synchronized void endAll(String person) {
        byDigest.values().removeIf(session -> session.person().equals(person));
    }

    static String random(int bytes) {
        byte[] value = new byte[bytes];
        RANDOM.nextBytes(value);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(value);
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
