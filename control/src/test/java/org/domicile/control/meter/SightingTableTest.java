package org.domicile.control.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SightingTableTest {
    private static final int WINDOW_DAYS = 366;

    private record Seen(long token, int before) {}

    /** Against a map, with days that pass, people who come again, and sightings taken back. */
    @Test
    void countsWhatAMapCounts() {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            SightingTable table = new SightingTable();
            Map<Long, Integer> map = new HashMap<>();
            int day = 20_000;
            int people = 1 + random.nextInt(5_000);
            for (int step = 0; step < 5_000; step++) {
                if (random.nextInt(50) == 0) {
                    day += random.nextInt(random.nextInt(20) == 0 ? 600 : 10);
                }
                int first = day - WINDOW_DAYS;
                table.countFrom(first);
                map.values().removeIf(last -> last < first);
                Deque<Seen> seen = new ArrayDeque<>();
                boolean takesBack = random.nextInt(3) == 0;
                Map<Long, Integer> before = takesBack ? new HashMap<>(map) : map;
                for (int i = random.nextInt(4); i >= 0; i--) {
                    long token = Fixture.halfToken(random.nextInt(people));
                    int on = day - random.nextInt(3);
                    seen.push(new Seen(token, table.see(token, on)));
                    map.merge(token, on, Math::max);
                }
                if (takesBack) {
                    seen.forEach(one -> table.unsee(one.token(), one.before()));
                    map = before;
                }
                assertThat(table.size()).isEqualTo(map.size());
            }
            Map<Long, Integer> shown = new HashMap<>();
            table.forEach(shown::put);
            assertThat(shown).isEqualTo(map);
        }
    }

    /** Two of the 64 bits that stand for nothing and for the parts. */
    @Test
    void zeroAndExtremeTokensArePeopleToo() {
        SightingTable table = new SightingTable();
        table.countFrom(20_000);
        for (long token : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(table.see(token, 20_001)).isZero();
            assertThat(table.see(token, 20_002)).isEqualTo(20_001);
        }
        assertThat(table.size()).isEqualTo(4);
    }

    @Test
    void aDayThatTwoBytesCannotTellIsRefused() {
        SightingTable table = new SightingTable();
        table.countFrom(SightingTable.MAX_DAY - 10);
        table.see(1, SightingTable.MAX_DAY);
        assertThatThrownBy(() -> table.see(1, SightingTable.MAX_DAY + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SightingTable().see(1, 20_000))
                .as("before it was told from when on days count")
                .isInstanceOf(IllegalArgumentException.class);
    }
}
