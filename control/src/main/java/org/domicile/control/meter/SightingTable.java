package org.domicile.control.meter;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of people, each with the day they were last seen: 8 bytes of a subject token and 2 bytes of
 * a day for each slot, in open addressing. Between 64 and 80 slots of 100 are taken, so that a
 * person costs from 12.5 to 15.6 bytes.
 *
 * <p>Tokens are keyed hashes, so half of one tells people apart as well as any 64 random bits: of n
 * people, two are taken for one with a probability of about n² / 2^65, which for the largest
 * threshold of 28 CFR 202.205, n = 100,000, is 3 in 10^10.
 *
 * <p>It has {@value #SHARDS} parts that grow apart, so that no growth stops the caller for long or
 * needs twice the memory. For one thread at a time.
 */
final class SightingTable {
    static final int SHARDS = 256;

    /** Days of which it can be told how many people were last seen on them. */
    static final int MAX_WINDOW_DAYS = 1024;

    /** Days are counted from 1970 in two bytes: up to 2149. */
    static final int MAX_DAY = 0xffff;

    private static final int INITIAL_SLOTS = 4;

    private final long[][] tokens = new long[SHARDS][];
    private final short[][] days = new short[SHARDS][];
    private final int[] taken = new int[SHARDS];
    private final long[] seenOn = new long[MAX_WINDOW_DAYS];
    private int firstDay;
    private long live;

    /** Lets those last seen before a day no longer count. */
    void countFrom(int day) {
        if (day <= firstDay) {
            return;
        }
        if (day - firstDay >= MAX_WINDOW_DAYS) {
            java.util.Arrays.fill(seenOn, 0);
            live = 0;
        } else {
            for (int past = firstDay; past < day; past++) {
                live -= seenOn[past % MAX_WINDOW_DAYS];
                seenOn[past % MAX_WINDOW_DAYS] = 0;
            }
        }
        firstDay = day;
    }

    /** How many people count. */
    long size() {
        return live;
    }

    /**
     * Notes that somebody was seen; returns the day they were last seen before, 0 for never. A day
     * before the one they were last seen on changes nothing, and one too old to count is not noted.
     */
    int see(long token, int day) {
        if (day < 1 || day > MAX_DAY) {
            throw new IllegalArgumentException("a day is from 1 to " + MAX_DAY);
        }
        if (day >= firstDay + MAX_WINDOW_DAYS) {
            throw new IllegalArgumentException("a day that is too far ahead");
        }
        if (day < firstDay) {
            return 0;
        }
        long known = token == 0 ? 1 : token; // 0 marks a free slot
        int shard = shardOf(known);
        long[] slots = slotsOf(shard);
        int slot = slotOf(slots, known);
        short[] seen = dayOf(shard);
        if (slots[slot] == 0) {
            slots[slot] = known;
            seen[slot] = (short) day;
            note(day, 1);
            if (5L * ++taken[shard] > 4L * slots.length) {
                grow(shard);
            }
            return 0;
        }
        int before = Short.toUnsignedInt(seen[slot]);
        if (before < day) {
            seen[slot] = (short) day;
            note(before, -1);
            note(day, 1);
        }
        return before;
    }

    /** Takes a {@link #see} back: the person was last seen on {@code before}, 0 for never. */
    void unsee(long token, int before) {
        long known = token == 0 ? 1 : token;
        int shard = shardOf(known);
        long[] slots = slotsOf(shard);
        int slot = slotOf(slots, known);
        if (slots[slot] == 0) {
            return; // had been too old to be noted
        }
        short[] seen = dayOf(shard);
        note(Short.toUnsignedInt(seen[slot]), -1);
        seen[slot] = (short) before; // a slot of day 0 is given up when its part grows
        note(before, 1);
    }

    /** Shows everybody who counts, with their day, in no order. */
    void forEach(BiConsumer<Long, Integer> visitor) {
        for (int shard = 0; shard < SHARDS; shard++) {
            long[] slots = tokens[shard];
            if (slots != null) {
                short[] seen = days[shard];
                for (int slot = 0; slot < slots.length; slot++) {
                    int day = Short.toUnsignedInt(seen[slot]);
                    if (slots[slot] != 0 && day >= firstDay && day > 0) {
                        visitor.accept(slots[slot], day);
                    }
                }
            }
        }
    }

    private void note(int day, int change) {
        if (day >= firstDay && day > 0) {
            seenOn[day % MAX_WINDOW_DAYS] += change;
            live += change;
        }
    }

    private static int shardOf(long token) {
        return (int) (token >>> 56);
    }

    private long[] slotsOf(int shard) {
        long @Nullable [] slots = tokens[shard];
        if (slots == null) {
            slots = new long[INITIAL_SLOTS];
            tokens[shard] = slots;
            days[shard] = new short[INITIAL_SLOTS];
        }
        return slots;
    }

    private short[] dayOf(int shard) {
        return days[shard];
    }

    /** The slot that has a token, or the free one where it belongs. */
    private static int slotOf(long[] slots, long token) {
        // The bits below the shard's, as a fraction of all slots.
        int slot = (int) Math.unsignedMultiplyHigh(token << 8, slots.length);
        while (slots[slot] != 0 && slots[slot] != token) {
            slot = slot + 1 == slots.length ? 0 : slot + 1;
        }
        return slot;
    }

    /** Makes a quarter more room, and leaves out who no longer counts. */
    private void grow(int shard) {
        long[] old = slotsOf(shard);
        short[] oldDays = dayOf(shard);
        int counting = 0;
        for (int i = 0; i < old.length; i++) {
            counting += old[i] != 0 && counts(oldDays[i]) ? 1 : 0;
        }
        int slots = Math.max(INITIAL_SLOTS, counting + counting / 2 + 2);
        long[] next = new long[slots];
        short[] nextDays = new short[slots];
        for (int i = 0; i < old.length; i++) {
            if (old[i] != 0 && counts(oldDays[i])) {
                int slot = slotOf(next, old[i]);
                next[slot] = old[i];
                nextDays[slot] = oldDays[i];
            }
        }
        tokens[shard] = next;
        days[shard] = nextDays;
        taken[shard] = counting;
    }

    private boolean counts(short day) {
        return day != 0 && Short.toUnsignedInt(day) >= firstDay;
    }
}
