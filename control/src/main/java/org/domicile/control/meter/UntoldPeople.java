package org.domicile.control.meter;

import java.util.Map;
import java.util.TreeMap;

/**
 * How many people a counterparty may have been shown beside those whose tokens are known: for each
 * source, the relations that an entry could not tell the people of, the sum of what the entries had
 * room for, but no more than the relations were ever seen to hold.
 */
final class UntoldPeople {
    /** What entries of one day had. */
    record OfDay(long shown, long held) {
        static final OfDay NONE = new OfDay(0, 0);
    }

    private final Map<String, TreeMap<Integer, OfDay>> sources = new TreeMap<>();
    private int firstDay;
    private long size;

    /** Lets those of before a day no longer count. */
    void countFrom(int day) {
        if (day > firstDay) {
            firstDay = day;
            if (!sources.isEmpty()) {
                sources.values().forEach(days -> days.headMap(day).clear());
                sources.values().removeIf(TreeMap::isEmpty);
                sum();
            }
        }
    }

    long size() {
        return size;
    }

    /** Adds what an entry had; returns what its day had before. */
    OfDay add(String source, int day, long shown, long held) {
        if (day < firstDay || shown == 0) {
            return of(source, day);
        }
        OfDay before = of(source, day);
        put(
                source,
                day,
                new OfDay(
                        Metered.saturatedSum(before.shown(), shown),
                        Math.max(before.held(), held)));
        return before;
    }

    private OfDay of(String source, int day) {
        return sources.getOrDefault(source, new TreeMap<>()).getOrDefault(day, OfDay.NONE);
    }

    /** Sets what a day had. */
    void put(String source, int day, OfDay ofDay) {
        TreeMap<Integer, OfDay> days = sources.computeIfAbsent(source, _ -> new TreeMap<>());
        if (ofDay.equals(OfDay.NONE)) {
            days.remove(day);
        } else {
            days.put(day, ofDay);
        }
        sum();
    }

    Map<String, Map<Integer, OfDay>> sources() {
        return Map.copyOf(sources);
    }

    private void sum() {
        long all = 0;
        for (TreeMap<Integer, OfDay> days : sources.values()) {
            long shown = 0;
            long held = 0;
            for (OfDay day : days.values()) {
                shown = Metered.saturatedSum(shown, day.shown());
                held = Math.max(held, day.held());
            }
            all = Metered.saturatedSum(all, Math.min(shown, held));
        }
        size = all;
    }
}
