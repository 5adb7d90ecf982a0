package org.domicile.control.meter;

import java.util.SplittableRandom;

/**
 * How long a subject takes and what it weighs, by hand: the number of people, of meters they are
 * spread over, and of tokens in a segment. Run it with the heap it should do with, {@code -Xmx2g}
 * for 100 million; docs/performance.md says how.
 */
final class MeterRateRun {
    private static final int DAY = 20_000;

    private MeterRateRun() {}

    public static void main(String[] arguments) {
        int people = Integer.parseInt(arguments[0]);
        int meters = Integer.parseInt(arguments[1]);
        int segment = Integer.parseInt(arguments[2]);
        SightingTable[] tables = new SightingTable[meters];
        for (int i = 0; i < meters; i++) {
            tables[i] = new SightingTable();
            tables[i].countFrom(DAY);
        }
        for (String round : new String[] {"new", "seen before"}) {
            long longest = 0;
            SplittableRandom random = new SplittableRandom(1);
            long begun = System.nanoTime();
            for (int counted = 0; counted < people; counted += segment) {
                SightingTable table = tables[(counted / segment) % meters];
                long before = System.nanoTime();
                for (int i = 0; i < segment; i++) {
                    table.see(random.nextLong(), DAY + 1);
                }
                longest = Math.max(longest, System.nanoTime() - before);
            }
            long nanos = System.nanoTime() - begun;
            long size = 0;
            for (SightingTable table : tables) {
                size += table.size();
            }
            System.gc();
            long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            System.out.printf(
                    "%s: %,d people in %,d meters, %.0f ns each, longest segment of %,d %.2f ms,"
                            + " heap used %,d MiB, %.1f bytes each%n",
                    round,
                    size,
                    meters,
                    (double) nanos / people,
                    segment,
                    longest / 1e6,
                    used >> 20,
                    (double) used / size);
        }
    }
}
