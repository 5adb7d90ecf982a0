package org.domicile.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the soak's clients were sent, by query. Every query carries a number of its own as a
 * literal, which the entry's private SQL keeps.
 */
final class SoakTally {
    private static final long FIRST_TAG = 1_000_000_000L;
    private static final Pattern TAG = Pattern.compile("<> -(\\d{10})");

    /** More would say nothing new. */
    private static final int MAX_LISTED = 10;

    /**
     * What came of one query.
     *
     * @param whole whether it ended as it should, so that no row can be missing or too many
     */
    record Heard(long rows, boolean whole) {}

    private final AtomicLong nextTag = new AtomicLong(FIRST_TAG);
    private final Map<Long, Heard> heard = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> events = new ConcurrentHashMap<>();

    long newTag() {
        return nextTag.getAndIncrement();
    }

    void heard(long tag, long rows, boolean whole) {
        heard.put(tag, new Heard(rows, whole));
    }

    /** Something happened that is only counted. */
    void count(String event) {
        events.computeIfAbsent(event, _ -> new AtomicLong()).incrementAndGet();
    }

    /** Everything that was counted, by name. */
    Map<String, Long> events() {
        Map<String, Long> counts = new TreeMap<>();
        events.forEach((event, count) -> counts.put(event, count.get()));
        return counts;
    }

    int queries() {
        return heard.size();
    }

    long wholeQueries() {
        return heard.values().stream().filter(Heard::whole).count();
    }

    long rows() {
        return heard.values().stream().mapToLong(Heard::rows).sum();
    }

    /** The ledger's side of a tally. */
    static final class Recorded {
        private final Map<Long, Long> rows = new HashMap<>();

        void add(String sql, long count) {
            Matcher tag = TAG.matcher(sql);
            if (tag.find()) {
                rows.merge(Long.parseLong(tag.group(1)), count, Long::sum);
            }
        }

        long rows() {
            return rows.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Where the ledger and what clients were sent do not agree. */
    List<String> differences(Recorded recorded) {
        List<String> differences = new ArrayList<>();
        new TreeMap<>(heard)
                .forEach((tag, sent) -> {
                    long entered = recorded.rows.getOrDefault(tag, 0L);
                    boolean agrees = sent.whole() ? entered == sent.rows() : entered >= sent.rows();
                    if (!agrees) {
                        differences.add(
                                "query %d: a client was sent %,d rows, %,d are recorded%s"
                                        .formatted(
                                                tag,
                                                sent.rows(),
                                                entered,
                                                sent.whole() ? ", and it ended as it should" : ""));
                    }
                });
        int more = differences.size() - MAX_LISTED;
        if (more > 0) {
            List<String> first = new ArrayList<>(differences.subList(0, MAX_LISTED));
            first.add("and " + more + " more queries");
            return first;
        }
        return differences;
    }
}
