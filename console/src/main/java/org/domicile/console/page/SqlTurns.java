package org.domicile.console.page;

import java.util.HashMap;
import java.util.Map;

/** How many statements run at once; each may hold a result in memory. */
final class SqlTurns {
    /** Of everybody. */
    static final int MAX = 12;

    /** Of one person. */
    static final int MAX_OF_ONE = 2;

    private final Map<String, Integer> running = new HashMap<>();

    /** Takes a turn; false where there is none now. */
    synchronized boolean take(String person) {
        int theirs = running.getOrDefault(person, 0);
        int all = running.values().stream().mapToInt(Integer::intValue).sum();
        if (theirs >= MAX_OF_ONE || all >= MAX) {
            return false;
        }
        running.put(person, theirs + 1);
        return true;
    }

    synchronized void giveBack(String person) {
        running.computeIfPresent(person, (_, theirs) -> theirs == 1 ? null : theirs - 1);
    }
}
