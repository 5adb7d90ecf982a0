package org.domicile.control.meter;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Fact;
import org.domicile.plan.Plan;
import org.domicile.plan.SubjectToken;

/**
 * The meters of one jurisdiction: for each foreign counterparty and category of the law, how many
 * different people's data it was shown within the window.
 *
 * <p>Days are of UTC, and a person counts to the end of the day that has the last one's date {@link
 * Rules#windowMonths} later, and a day more, since an entry may get its time after midnight when it
 * was counted before.
 *
 * <p>Any number of threads may use it; those of one counterparty wait for each other.
 */
public final class BulkMeters {
    /** Longer ones would have more days than {@link SightingTable} tells apart. */
    public static final int MAX_WINDOW_MONTHS = 24;

    private final Rules rules;
    private final ReadCategories categories;
    private final ConcurrentMap<String, Book> books = new ConcurrentHashMap<>();

    /** One counterparty's meters by category; its lock guards them. */
    static final class Book {
        final Map<String, Meter> meters = new TreeMap<>();
    }

    /**
     * One meter as it stands.
     *
     * @param people told by their tokens
     * @param untold at most so many more
     */
    public record Reading(String counterparty, Rules.Sourced threshold, long people, long untold) {
        public long count() {
            return Metered.saturatedSum(people, untold);
        }

        public long left() {
            return Math.max(0, threshold.threshold().moreThan() - count());
        }
    }

    /** Meters that have counted nothing. */
    public BulkMeters(Rules rules) {
        if (rules.windowMonths() > MAX_WINDOW_MONTHS) {
            throw new IllegalArgumentException(
                    "a rule pack counts over more than " + MAX_WINDOW_MONTHS + " months");
        }
        this.rules = rules;
        this.categories = new ReadCategories(rules);
    }

    public Rules rules() {
        return rules;
    }

    ConcurrentMap<String, Book> books() {
        return books;
    }

    /**
     * Counts a disclosure that is about to be recorded, unless it would be bulk, and lets it be
     * recorded. When {@code append} throws, nothing was counted; when the entry's fate is told
     * later and is bad, it stays counted, since the ledger may have it.
     *
     * @param people the first half of each token, each once
     * @param append appends the entry without waiting
     */
    public void admit(
            Plan plan, Fact.Disclosure disclosure, long[] people, Instant now, Runnable append)
            throws OverThreshold {
        Optional<Metered> metered = Metered.of(categories, plan, disclosure);
        if (metered.isEmpty()) {
            append.run();
            return;
        }
        int day = day(now);
        Book book = bookOf(disclosure.counterparty());
        synchronized (book) { // two sessions at the threshold: one after the other
            List<Meter.Counting> countings = count(book, metered.get(), people, day, firstDay(day));
            boolean recorded = false;
            try {
                for (Meter.Counting counting : countings) {
                    Optional<OverThreshold> over = over(counting);
                    if (over.isPresent()) {
                        throw over.get();
                    }
                }
                append.run();
                recorded = true;
            } finally {
                if (!recorded) {
                    countings.reversed().forEach(Meter.Counting::takeBack);
                }
            }
        }
    }

    /**
     * Counts an entry of a ledger, and tells every threshold it is beyond.
     *
     * @param privateValues empty where they were erased: then as many people are counted as the
     *     leaf says, none of them as seen before
     * @throws IllegalArgumentException when its private values have no tokens but something else
     */
    public List<OverThreshold> count(
            Plan plan,
            Fact.Disclosure disclosure,
            Optional<Map<String, String>> privateValues,
            Instant time) {
        Optional<Metered> entry = Metered.of(categories, plan, disclosure);
        if (entry.isEmpty()) {
            return List.of();
        }
        long[] people = privateValues.map(BulkMeters::people).orElse(new long[0]);
        Metered metered =
                privateValues.isPresent() ? entry.get() : Metered.erased(entry.get(), disclosure);
        int day = day(time);
        Book book = bookOf(disclosure.counterparty());
        synchronized (book) {
            List<Meter.Counting> countings = count(book, metered, people, day, firstDay(day));
            return countings.stream().flatMap(counting -> over(counting).stream()).toList();
        }
    }

    /** The first halves of the tokens in an entry's private values. */
    static long[] people(Map<String, String> privateValues) {
        ByteBuffer tokens =
                ByteBuffer.wrap(
                        Base64.getUrlDecoder().decode(privateValues.getOrDefault("subjects", "")));
        if (tokens.remaining() % SubjectToken.TOKEN_BYTES != 0) {
            throw new IllegalArgumentException("the subjects are no tokens");
        }
        long[] people = new long[tokens.remaining() / SubjectToken.TOKEN_BYTES];
        for (int i = 0; i < people.length; i++) {
            people[i] = tokens.getLong(i * SubjectToken.TOKEN_BYTES);
        }
        return people;
    }

    private static List<Meter.Counting> count(
            Book book, Metered metered, long[] people, int day, int firstDay) {
        List<Meter.Counting> countings = new ArrayList<>(metered.thresholds().size());
        for (Rules.Sourced threshold : metered.thresholds()) {
            Meter meter =
                    book.meters.computeIfAbsent(Meter.nameOf(threshold), _ -> new Meter(threshold));
            meter.countFrom(firstDay);
            countings.add(meter.count(metered, people, day));
        }
        return countings;
    }

    private Optional<OverThreshold> over(Meter.Counting counting) {
        return counting.meter().isOver()
                ? Optional.of(
                        new OverThreshold(
                                counting.metered().counterparty(),
                                counting.meter().threshold(),
                                rules.windowMonths(),
                                counting.countBefore()))
                : Optional.empty();
    }

    /** Every meter, by counterparty and category. */
    public List<Reading> readings(Instant now) {
        int firstDay = firstDay(day(now));
        List<Reading> readings = new ArrayList<>();
        new TreeMap<>(books)
                .forEach((counterparty, book) -> {
                    synchronized (book) {
                        for (Meter meter : book.meters.values()) {
                            meter.countFrom(firstDay);
                            readings.add(
                                    new Reading(
                                            counterparty,
                                            meter.threshold(),
                                            meter.people().size(),
                                            meter.untold().size()));
                        }
                    }
                });
        return readings;
    }

    Book bookOf(String counterparty) {
        return books.computeIfAbsent(counterparty, _ -> new Book());
    }

    /** The first day that counts on a day. */
    int firstDay(int day) {
        return (int) LocalDate.ofEpochDay(day).minusMonths(rules.windowMonths()).toEpochDay() - 1;
    }

    static int day(Instant time) {
        return (int) LocalDate.ofInstant(time, ZoneOffset.UTC).toEpochDay();
    }
}
