package org.domicile.control.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.domicile.control.rules.BulkThreshold;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.BodyEraser;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I4: a meter made from the ledger alone equals the one that its gateway had. */
class MeterRebuildTest {
    private static final String[][] READ = {
        {"users.id pseudonym"},
        {"users.id", "users.gene"},
        {"users.email partial", "users.illness"},
        {"places.latitude coarsen 2 km", "places.user_id"},
        {"users.likes"},
        {"users.gene redact", "users.email"},
    };

    @TempDir Path temporary;

    private final AtomicReference<Instant> now = new AtomicReference<>(Fixture.NOON);
    private final BulkMeters live = new BulkMeters(Fixture.RULES);

    @SuppressWarnings("NullAway.Init")
    private Ledger ledger;

    @SuppressWarnings("NullAway.Init")
    private LogSigner signer;

    @BeforeEach
    void open() throws IOException {
        signer = LogSigner.generate(temporary.resolve("log.key"), "example.org/us");
        ledger =
                Ledger.open(
                        temporary.resolve("ledger"),
                        signer,
                        LedgerOptions.defaults().withClock(now::get));
        ledger.putDocument(Fixture.PLAN.toJson().getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private void show(Fact.Disclosure disclosure, long from, long to) {
        Map<String, String> privateFields =
                to == from
                        ? Map.of("accessor", "analyst")
                        : Map.of("accessor", "analyst", "subjects", Fixture.tokens(from, to));
        try {
            live.admit(
                    Fixture.PLAN,
                    disclosure,
                    Fixture.people(from, to),
                    now.get(),
                    () -> ledger.append(disclosure, privateFields));
        } catch (OverThreshold over) {
            assertThat(over.getMessage()).contains("left");
        }
    }

    private void showAtRandom(Random random, int entries) {
        for (int entry = 0; entry < entries; entry++) {
            if (random.nextInt(20) == 0) {
                now.updateAndGet(time -> time.plusSeconds(86_400L * random.nextInt(40)));
            }
            String[] read = READ[random.nextInt(READ.length)];
            long from = random.nextInt(3_000);
            long to = from + random.nextInt(100);
            if (random.nextInt(4) == 0) {
                long held = 1_000L + random.nextInt(1_000);
                Fact.Subjects told = Fixture.subjects(held + to - from, read);
                show(
                        Fixture.disclosure(
                                "global",
                                Fixture.columns(read),
                                new Fact.Subjects(
                                        told.people(),
                                        Map.of(
                                                Fixture.columns(read).keySet().iterator().next(),
                                                "subquery")),
                                random.nextInt(2_000)),
                        from,
                        to);
            } else {
                show(Fixture.told(to - from, read), from, to);
            }
        }
        ledger.checkpoint();
    }

    private BulkMeters rebuilt() throws IOException, LedgerDamage {
        return MeterRebuild.of(
                ledger.directory(), signer.verifierKey(), Fixture.RULES, now.get(), null, _ -> {});
    }

    private BulkMeters rebuiltFrom(Path snapshot, Rules rules) throws IOException, LedgerDamage {
        return MeterRebuild.andSnapshot(
                ledger.directory(), signer.verifierKey(), rules, now.get(), snapshot, _ -> {});
    }

    private List<BulkMeters.Reading> readings(BulkMeters meters) {
        return meters.readings(now.get());
    }

    @Test
    void equalsTheLiveOneOverTwoYears() throws IOException, LedgerDamage {
        Random random = new Random(3);
        Path snapshot = temporary.resolve("snapshot");
        for (int round = 0; round < 6; round++) {
            showAtRandom(random, 150);
            assertThat(readings(rebuilt())).isNotEmpty().isEqualTo(readings(live));
            assertThat(readings(rebuiltFrom(snapshot, Fixture.RULES))).isEqualTo(readings(live));
        }
        assertThat(now.get().atZone(ZoneOffset.UTC).getYear())
                .as("the window has moved on")
                .isGreaterThan(2027);
    }

    /** Were it read from the beginning, people in bodies erased since would be untold. */
    @Test
    void aSnapshotKnowsWhoWasInABodyErasedSince() throws Exception {
        show(Fixture.told(30, "users.gene"), 0, 30);
        show(Fixture.told(30, "users.gene"), 10, 40);
        ledger.checkpoint();
        Path snapshot = temporary.resolve("snapshot");
        rebuiltFrom(snapshot, Fixture.RULES);
        Path bodies = ledger.directory();
        ledger.close();
        var _ = BodyEraser.erase(bodies, 1, BodyEraser.Why.UNSAID);
        assertThat(readings(rebuiltFrom(snapshot, Fixture.RULES))).isEqualTo(readings(live));
        BulkMeters.Reading reading = readings(rebuilt()).getFirst();
        assertThat(reading.people()).as("told by the other entry").isEqualTo(30);
        assertThat(reading.untold()).as("of the erased one, nobody is known").isEqualTo(30);
    }

    @Test
    void aSnapshotThatDoesNotFitIsPassedOver() throws IOException, LedgerDamage {
        showAtRandom(new Random(4), 50);
        Path snapshot = temporary.resolve("snapshot");
        rebuiltFrom(snapshot, Fixture.RULES);
        byte[] whole = Files.readAllBytes(snapshot);
        Random random = new Random(5);
        for (int change = 0; change < 200; change++) {
            byte[] changed =
                    java.util.Arrays.copyOf(
                            whole, change % 2 == 0 ? whole.length : random.nextInt(whole.length));
            if (change % 2 == 0) {
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(snapshot, changed);
            assertThat(readings(rebuiltFrom(snapshot, Fixture.RULES))).isEqualTo(readings(live));
        }
        rebuiltFrom(snapshot, Fixture.RULES);
        BulkThreshold other =
                new BulkThreshold(
                        "behaviour",
                        7,
                        BulkThreshold.Counted.PERSONS,
                        Set.of("user.behavior"),
                        "none");
        assertThat(readings(rebuiltFrom(snapshot, Fixture.rules(other))))
                .as("of other rules")
                .extracting(reading -> reading.threshold().threshold().category())
                .containsOnly("behaviour");
    }

    /** Its root tells, where its size does not. */
    @Test
    void aSnapshotOfAnotherHistoryIsPassedOver() throws IOException, LedgerDamage {
        show(Fixture.told(70, "users.gene"), 0, 70);
        ledger.checkpoint();
        Path snapshot = temporary.resolve("snapshot");
        rebuiltFrom(snapshot, Fixture.RULES);
        Path other = temporary.resolve("other");
        try (Ledger second =
                Ledger.open(other, signer, LedgerOptions.defaults().withClock(now::get))) {
            second.putDocument(Fixture.PLAN.toJson().getBytes(StandardCharsets.UTF_8));
            second.append(Fixture.told(5, "users.gene"), Map.of("subjects", Fixture.tokens(0, 5)));
            second.append(Fixture.told(5, "users.gene"), Map.of("subjects", Fixture.tokens(5, 10)));
            second.checkpoint();
            BulkMeters meters =
                    MeterRebuild.of(
                            other,
                            signer.verifierKey(),
                            Fixture.RULES,
                            now.get(),
                            snapshot,
                            _ -> {});
            assertThat(readings(meters))
                    .extracting(BulkMeters.Reading::people)
                    .containsExactly(10L);
        }
    }
}
