package org.domicile.console.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts what somebody does, by any name for them, and says when it is too much: so many within a
 * window, which begins with the first.
 */
public final class Tries {
    /** Names that are remembered; beyond it every new name is too much until windows end. */
    static final int MAX_NAMES = 50_000;

    private final InstantSource clock;
    private final int allowed;
    private final Duration window;
    private final Map<String, Window> windows = new HashMap<>();

    private record Window(Instant end, int tries) {}

    /**
     * Counts from nothing.
     *
     * @param allowed tries within a window
     */
    public Tries(InstantSource clock, int allowed, Duration window) {
        this.clock = clock;
        this.allowed = allowed;
        this.window = window;
    }

    /** Counts a try; false where it is one too many. */
    public synchronized boolean admit(String name) {
        Instant now = clock.instant();
        if (windows.size() >= MAX_NAMES) {
            windows.values().removeIf(old -> !now.isBefore(old.end()));
        }
        Window known = windows.get(name);
        if (known == null && windows.size() >= MAX_NAMES) {
            return false;
        }
        Window counted =
                known == null || !now.isBefore(known.end())
                        ? new Window(now.plus(window), 1)
                        : new Window(known.end(), Math.min(known.tries(), allowed) + 1);
        windows.put(name, counted);
        return counted.tries() <= allowed;
    }

    /** Takes somebody's tries back. */
    public synchronized void forget(String name) {
        windows.remove(name);
    }
}
