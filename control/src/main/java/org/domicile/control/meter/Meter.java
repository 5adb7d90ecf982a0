package org.domicile.control.meter;

import org.domicile.control.rules.Rules;

/** One counterparty's count in one category. For one thread at a time. */
final class Meter {
    private final Rules.Sourced threshold;
    private final SightingTable people = new SightingTable();
    private final UntoldPeople untold = new UntoldPeople();

    Meter(Rules.Sourced threshold) {
        this.threshold = threshold;
    }

    /** A meter's name among its counterparty's. */
    static String nameOf(Rules.Sourced threshold) {
        return threshold.pack().id() + "/" + threshold.threshold().category();
    }

    Rules.Sourced threshold() {
        return threshold;
    }

    SightingTable people() {
        return people;
    }

    UntoldPeople untold() {
        return untold;
    }

    void countFrom(int day) {
        people.countFrom(day);
        untold.countFrom(day);
    }

    boolean isOver() {
        return count() > threshold.threshold().moreThan();
    }

    long count() {
        return Metered.saturatedSum(people.size(), untold.size());
    }

    /** Counts, and returns how to take it back. */
    Counting count(Metered metered, long[] tokens, int day) {
        long countBefore = count();
        short[] before = new short[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            before[i] = (short) people.see(tokens[i], day);
        }
        UntoldPeople.OfDay untoldBefore =
                untold.add(metered.source(), day, metered.untold(), metered.held());
        return new Counting(this, metered, tokens, day, countBefore, before, untoldBefore);
    }

    /** Something counted that may be taken back before anything else is. */
    record Counting(
            Meter meter,
            Metered metered,
            long[] tokens,
            int day,
            long countBefore,
            short[] before,
            UntoldPeople.OfDay untoldBefore) {
        void takeBack() {
            // Backwards, so that somebody who was counted twice ends as before the first time.
            for (int i = tokens.length - 1; i >= 0; i--) {
                meter.people.unsee(tokens[i], Short.toUnsignedInt(before[i]));
            }
            if (metered.untold() > 0) {
                meter.untold.put(metered.source(), day, untoldBefore);
            }
        }
    }
}
