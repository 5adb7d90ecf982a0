package org.domicile.control.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerException;
import org.junit.jupiter.api.Test;

/** 28 CFR 202.205: N pass, one more is bulk, and is refused before it is recorded as shown. */
class BulkMetersTest {
    private final BulkMeters meters = new BulkMeters(Fixture.RULES);
    private final AtomicInteger appended = new AtomicInteger();

    private void show(Fact.Disclosure disclosure, long[] people, Instant now) throws OverThreshold {
        meters.admit(Fixture.PLAN, disclosure, people, now, appended::incrementAndGet);
    }

    private void show(long from, long to, String... columns) throws OverThreshold {
        show(Fixture.told(to - from, columns), Fixture.people(from, to), Fixture.NOON);
    }

    private Map<String, Long> counts(Instant now) {
        return meters.readings(now).stream()
                .collect(
                        Collectors.toMap(
                                reading ->
                                        reading.counterparty()
                                                + " "
                                                + reading.threshold().threshold().category(),
                                BulkMeters.Reading::count));
    }

    private void assertRefused(long left, long from, long to, String... columns) {
        int before = appended.get();
        Map<String, Long> counts = counts(Fixture.NOON);
        assertThatThrownBy(() -> show(from, to, columns))
                .isInstanceOf(OverThreshold.class)
                .hasMessageContaining("%,d left in category".formatted(left));
        assertThat(appended).as("what is refused is not recorded as shown").hasValue(before);
        Map<String, Long> after = counts(Fixture.NOON);
        counts.forEach((meter, count) -> assertThat(after).containsEntry(meter, count));
    }

    @Test
    void hundredThousandIdentifiersPassAndOneMoreDoesNot() throws OverThreshold {
        show(0, 60_000, "users.id pseudonym", "users.likes");
        show(50_000, 100_000, "users.email partial");
        assertThat(counts(Fixture.NOON))
                .containsExactly(Map.entry("parent personal_identifiers", 100_000L));
        assertRefused(0, 100_000, 100_001, "users.id pseudonym");
        show(0, 100_000, "users.id"); // the same people again
        assertThat(appended).hasValue(3);
    }

    @Test
    void thousandDevicesPassAndOneMoreDoesNot() throws OverThreshold {
        show(0, 1_000, "places.latitude coarsen 2 km");
        assertRefused(0, 1_000, 1_001, "places.latitude");
        show(1_000, 1_001, "places.latitude coarsen 3 km"); // no longer precise
        assertRefused(0, 1_000, 1_001, "places.latitude coarsen 1 km");
    }

    @Test
    void twoSmallExportsAndALargeOneAddUp() throws OverThreshold {
        show(0, 400, "places.latitude");
        show(300, 700, "places.latitude");
        assertRefused(300, 500, 1_001, "places.latitude");
        show(500, 1_000, "places.latitude");
    }

    @Test
    void aMixedSetTakesTheLowestThreshold() throws OverThreshold {
        show(0, 100, "users.email", "users.gene");
        assertThat(counts(Fixture.NOON))
                .containsOnly(
                        Map.entry("parent personal_identifiers", 100L),
                        Map.entry("parent human_genomic", 100L));
        assertRefused(0, 100, 101, "users.email", "users.gene");
        show(100, 5_000, "users.email", "users.illness");
    }

    @Test
    void governmentRelatedDataCountsAtAnyVolume() throws OverThreshold {
        assertRefused(0, 0, 1, "users.agency");
        show(0, 0, "users.agency"); // nobody
    }

    @Test
    void whatIsRedactedOrOfNoCategoryOrAtHomeIsNotCounted() throws OverThreshold {
        show(0, 200, "users.gene redact", "users.likes");
        Fact.Subjects subjects = Fixture.subjects(200, "users.gene");
        show(
                Fixture.disclosure("custodian", Fixture.columns("users.gene"), subjects, 1),
                Fixture.people(0, 200),
                Fixture.NOON);
        assertThat(meters.readings(Fixture.NOON)).isEmpty();
    }

    @Test
    void eachForeignCounterpartyHasItsOwnMeters() throws OverThreshold {
        show(0, 100, "users.gene");
        Fact.Subjects subjects = Fixture.subjects(100, "users.gene");
        show(
                Fixture.disclosure("global", Fixture.columns("users.gene"), subjects, 1),
                Fixture.people(100, 200),
                Fixture.NOON);
        assertThat(counts(Fixture.NOON))
                .containsOnly(
                        Map.entry("parent human_genomic", 100L),
                        Map.entry("global human_genomic", 100L));
    }

    /** The last day that counts is the one before the same date of twelve months ago. */
    @Test
    void peopleCountForTwelveMonths() throws OverThreshold {
        Instant then = Instant.parse("2025-11-23T23:59:59Z");
        show(Fixture.told(60, "users.gene"), Fixture.people(0, 60), then);
        show(Fixture.told(40, "users.gene"), Fixture.people(50, 90), then.plus(Duration.ofDays(1)));
        Instant lastDay = Instant.parse("2026-11-24T23:59:59Z");
        assertThat(counts(lastDay)).containsEntry("parent human_genomic", 90L);
        Instant next = lastDay.plusSeconds(1);
        assertThat(counts(next))
                .as("who was seen again counts longer")
                .containsEntry("parent human_genomic", 40L);
        show(Fixture.told(60, "users.gene"), Fixture.people(90, 150), next);
        assertThatThrownBy(() -> show(Fixture.told(1, "users.gene"), Fixture.people(0, 1), next))
                .isInstanceOf(OverThreshold.class);
    }

    @Test
    void whatWasNotRecordedIsGivenBack() throws OverThreshold {
        show(0, 50, "users.gene", "users.email");
        Fact.Disclosure more = Fixture.told(50, "users.gene", "users.email");
        LedgerException full = new LedgerException("too much waits");
        assertThatThrownBy(() ->
                        meters.admit(
                                Fixture.PLAN,
                                more,
                                Fixture.people(20, 70),
                                Fixture.NOON.plus(Duration.ofDays(3)),
                                () -> {
                                    throw full;
                                }))
                .isSameAs(full);
        assertThat(counts(Fixture.NOON).values()).containsOnly(50L);
        show(50, 100, "users.gene");
        assertRefused(0, 100, 101, "users.gene");
    }

    /** 20 sessions of 6 new people each: 16 pass, and nobody is lost in the count. */
    @Test
    void sessionsThatRaceAtTheThresholdDoNotBothPass() throws Exception {
        for (int round = 0; round < 200; round++) {
            BulkMeters raced = new BulkMeters(Fixture.RULES);
            CyclicBarrier together = new CyclicBarrier(20);
            List<Future<Boolean>> sessions = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
                for (int session = 0; session < 20; session++) {
                    long[] people = Fixture.people(6L * session, 6L * session + 6);
                    sessions.add(
                            threads.submit(() -> {
                                together.await();
                                try {
                                    raced.admit(
                                            Fixture.PLAN,
                                            Fixture.told(6, "users.gene"),
                                            people,
                                            Fixture.NOON,
                                            Thread::yield);
                                    return true;
                                } catch (OverThreshold over) {
                                    return false;
                                }
                            }));
                }
            }
            int passed = 0;
            for (Future<Boolean> session : sessions) {
                passed += session.get() ? 1 : 0;
            }
            assertThat(passed).isEqualTo(16);
            assertThat(raced.readings(Fixture.NOON).getFirst().count()).isEqualTo(96);
        }
    }

    private static Fact.Disclosure untold(long held, long bytes) {
        return Fixture.disclosure(
                "parent",
                Fixture.columns("places.latitude", "places.user_id"),
                new Fact.Subjects(
                        held < 0
                                ? Map.of()
                                : Map.of("user.location.precise", held, "user.unique_id", held),
                        Map.of("public.places", "aggregate")),
                bytes);
    }

    /** Of whom it is not known who they are, as many are counted as the answer has room for. */
    @Test
    void anAggregateCountsAsManyAsItHasRoomFor() throws OverThreshold {
        show(untold(5_000, 17), new long[0], Fixture.NOON);
        assertThat(counts(Fixture.NOON)).containsEntry("parent precise_location", 2L);
        show(untold(5_000, 15_900), new long[0], Fixture.NOON);
        assertThat(counts(Fixture.NOON)).containsEntry("parent precise_location", 996L);
        assertThatThrownBy(() -> show(untold(5_000, 80), new long[0], Fixture.NOON))
                .isInstanceOf(OverThreshold.class);
    }

    @Test
    void noMorePeopleAreCountedThanARelationHolds() throws OverThreshold {
        for (int times = 0; times < 10; times++) {
            show(untold(600, 1_000_000), new long[0], Fixture.NOON);
        }
        assertThat(counts(Fixture.NOON)).containsEntry("parent precise_location", 600L);
        show(untold(-1, 16 * 50), new long[0], Fixture.NOON);
        assertThatThrownBy(() -> show(untold(-1, 1_000_000), new long[0], Fixture.NOON))
                .as("where it is not known how many it holds")
                .isInstanceOf(OverThreshold.class);
    }
}
