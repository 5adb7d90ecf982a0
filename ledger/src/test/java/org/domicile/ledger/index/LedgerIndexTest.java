package org.domicile.ledger.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.domicile.ledger.BodyEraser;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.note.LogSigner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerIndexTest {
    private static final Instant START = Instant.parse("2026-11-22T08:00:00Z");

    @TempDir Path temporary;
    private LogSigner signer;
    private Path directory;
    private Instant now = START;

    @BeforeEach
    void key() throws Exception {
        signer = LogSigner.generate(temporary.resolve("log.key"), "example.com/ledger/us");
        directory = temporary.resolve("ledger");
    }

    private Ledger ledger(Path where) {
        return Ledger.open(
                where,
                signer,
                LedgerOptions.defaults()
                        .withClock(() -> now)
                        .withCheckpointInterval(Duration.ofDays(1)));
    }

    /** One session for each accessor, in which they see a table and are refused once. */
    private void write(Path where, int session, int disclosures, String accessor, String table) {
        try (Ledger ledger = ledger(where)) {
            String plan = ledger.putDocument("{}".getBytes(StandardCharsets.UTF_8));
            String id = "%032x".formatted(session);
            Map<String, String> who = Map.of("accessor", accessor);
            ledger.append(new Fact.SessionOpened(id, 0, plan, "parent"), who);
            for (int i = 1; i <= disclosures; i++) {
                now = now.plusSeconds(1);
                ledger.append(
                        new Fact.Disclosure(
                                id,
                                i,
                                plan,
                                "parent",
                                "analytics",
                                "research",
                                Fact.Shape.SELECT,
                                Map.of(table, Map.of("id", "show")),
                                new Fact.Subjects(Map.of("user.unique_id", 2L + i), Map.of()),
                                "SELECT id",
                                0,
                                true,
                                3,
                                120),
                        who);
            }
            ledger.append(
                    new Fact.Refusal(
                            id,
                            disclosures + 1L,
                            plan,
                            "parent",
                            null,
                            null,
                            "42501",
                            "purpose-unset",
                            ""),
                    who);
        }
    }

    private LedgerIndex open() throws Exception {
        return LedgerIndex.open(temporary.resolve("ledger.index"), directory, signer.verifierKey());
    }

    private static Search by(
            @Nullable String accessor, @Nullable String table, @Nullable Instant from) {
        return new Search(null, accessor, null, table, null, from, null, null, 1_000);
    }

    @Test
    void findsByWhoWhatAndWhenAndGoesOnWhereItWas() throws Exception {
        write(directory, 1, 300, "ana", "public.users");
        try (LedgerIndex index = open()) {
            assertThat(index.update((entries, size) -> {})).isEqualTo(302);
            write(directory, 2, 5, "bo", "public.\"odd name\"");
            assertThat(index.update((entries, size) -> {})).isEqualTo(7);
            assertThat(index.update((entries, size) -> {})).isZero();

            assertThat(index.search(by("ana", null, null))).hasSize(302);
            List<Found> odd = index.search(by(null, "public.\"odd name\"", null));
            assertThat(odd).hasSize(5).allMatch(found -> "bo".equals(found.accessor()));
            assertThat(odd.getFirst().people()).isEqualTo(7);
            assertThat(odd.getFirst().tables()).containsExactly("public.\"odd name\"");
            assertThat(index.search(by("ana", "public.\"odd name\"", null))).isEmpty();
            assertThat(index.search(by(null, "public.users", START.plusSeconds(290)))).hasSize(11);
            List<Found> page = index.search(Search.newest(4));
            assertThat(page).extracting(Found::index).containsExactly(308L, 307L, 306L, 305L);
            assertThat(page.getFirst().reason()).isEqualTo("purpose-unset");
            assertThat(
                            index.search(
                                    new Search(
                                            "disclosure",
                                            null,
                                            "parent",
                                            null,
                                            "research",
                                            null,
                                            null,
                                            305L,
                                            2)))
                    .extracting(Found::index)
                    .containsExactly(304L, 303L);
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(temporary.resolve("ledger.index"))))
                .isEqualTo("rw-------");
    }

    /** Each condition, alone and with others, finds what going through all entries finds. */
    @Test
    void findsWhatLookingAtEachEntryWouldFind() throws Exception {
        for (int session = 1; session <= 6; session++) {
            write(
                    directory,
                    session,
                    40,
                    session % 2 == 0 ? "ana" : "bo",
                    "public.t" + session % 3);
        }
        try (LedgerIndex index = open()) {
            index.update((entries, size) -> {});
            List<Found> all = index.search(Search.newest(1_000));
            assertThat(all).hasSize(6 * 42);
            Random random = new Random(7);
            int found = 0;
            for (int i = 0; i < 500; i++) {
                Search search =
                        new Search(
                                maybe(random, "disclosure", "refusal", "nothing"),
                                maybe(random, "ana", "bo", "eve"),
                                maybe(random, "parent", "nobody"),
                                maybe(random, "public.t0", "public.t1", "public.t9"),
                                maybe(random, "research", "support"),
                                random.nextBoolean()
                                        ? null
                                        : START.plusSeconds(random.nextInt(250) - 5),
                                random.nextBoolean()
                                        ? null
                                        : START.plusSeconds(random.nextInt(250) - 5),
                                random.nextBoolean() ? null : (long) random.nextInt(260),
                                1 + random.nextInt(60));
                List<Found> expected =
                        all.stream()
                                .filter(entry -> fits(entry, search))
                                .limit(search.limit())
                                .toList();
                assertThat(index.search(search)).as(search.toString()).isEqualTo(expected);
                found += expected.size();
            }
            assertThat(found).as("something to compare").isGreaterThan(1_000);
        }
    }

    private static @Nullable String maybe(Random random, String... values) {
        return random.nextInt(3) > 0 ? null : values[random.nextInt(values.length)];
    }

    private static boolean fits(Found entry, Search search) {
        return isIt(search.type(), entry.type())
                && isIt(search.accessor(), entry.accessor())
                && isIt(search.counterparty(), entry.counterparty())
                && isIt(search.purpose(), entry.purpose())
                && (search.table() == null || entry.tables().contains(search.table()))
                && (search.from() == null || !entry.time().isBefore(search.from()))
                && (search.to() == null || entry.time().isBefore(search.to()))
                && (search.before() == null || entry.index() < search.before());
    }

    private static boolean isIt(@Nullable String wanted, @Nullable String value) {
        return wanted == null || wanted.equals(value);
    }

    @Test
    void countsByHourAndAltogether() throws Exception {
        write(directory, 1, 2, "ana", "public.users");
        now = START.plus(Duration.ofMinutes(59));
        write(directory, 2, 120, "bo", "public.users");
        try (LedgerIndex index = open()) {
            index.update((entries, size) -> {});
            assertThat(index.hourly(START))
                    .containsExactly(
                            new LedgerIndex.Hourly(START, "parent", 61, 183),
                            new LedgerIndex.Hourly(
                                    START.plus(Duration.ofHours(1)), "parent", 61, 183));
            assertThat(index.hourly(START.plus(Duration.ofMinutes(61)))).hasSize(1);
            assertThat(index.totals()).containsExactly(new LedgerIndex.Total("parent", 122, 366));
        }
    }

    /** Two that update, as a console and somebody at a terminal do, count nothing twice. */
    @Test
    void whoUpdatesGoesOnFromWhereAnotherWas() throws Exception {
        write(directory, 1, 3, "ana", "public.users");
        try (LedgerIndex one = open();
                LedgerIndex other = open()) {
            assertThat(one.update((entries, size) -> {})).isEqualTo(5);
            assertThat(other.update((entries, size) -> {})).isZero();
            write(directory, 2, 3, "bo", "public.other");
            assertThat(other.update((entries, size) -> {})).isEqualTo(5);
            write(directory, 3, 3, "bo", "public.third");
            assertThat(one.update((entries, size) -> {})).isEqualTo(5);
            assertThat(one.entries()).isEqualTo(15);
            assertThat(one.totals()).containsExactly(new LedgerIndex.Total("parent", 9, 27));
            assertThat(other.search(by("bo", "public.third", null))).hasSize(3);
        }
    }

    @Test
    void isMadeAnewWhereItDoesNotFit() throws Exception {
        write(directory, 1, 20, "ana", "public.users");
        Path older = temporary.resolve("older");
        copy(directory, older);
        write(directory, 2, 20, "bo", "public.users");
        try (LedgerIndex index = open()) {
            index.update((entries, size) -> {});
            assertThat(index.search(by("bo", null, null))).hasSize(22);
        }
        directory = older; // the same log, put back
        try (LedgerIndex index = open()) {
            assertThat(index.update((entries, size) -> {})).isEqualTo(22);
            assertThat(index.search(by("bo", null, null))).isEmpty();
            assertThat(index.search(by("ana", null, null))).hasSize(22);
        }
        Files.write(temporary.resolve("ledger.index"), new byte[8192]);
        try (LedgerIndex index = open()) {
            assertThat(index.update((entries, size) -> {})).isEqualTo(22);
            assertThat(index.search(by("ana", null, null))).hasSize(22);
        }
    }

    @Test
    void forgetsWhatWasErased() throws Exception {
        write(directory, 1, 3, "ana", "public.users");
        try (LedgerIndex index = open()) {
            index.update((entries, size) -> {});
            index.forget(2);
            assertThat(index.search(by("ana", null, null)))
                    .extracting(Found::index)
                    .containsExactly(4L, 3L, 1L, 0L);
        }
    }

    @Test
    void anEntryThatTellsOfAnErasureIsObeyedAndShown() throws Exception {
        write(directory, 1, 3, "ana", "public.users");
        try (LedgerIndex index = open()) {
            index.update((entries, size) -> {});
            BodyEraser.erase(directory, 2, BodyEraser.Why.UNSAID);
            write(directory, 2, 3, "bo", "public.users");
            index.update((entries, size) -> {});
            assertThat(index.search(by("ana", null, null)))
                    .extracting(Found::index)
                    .containsExactly(4L, 3L, 1L, 0L);
            List<Found> all = index.search(Search.newest(20));
            assertThat(all.stream().filter(Found::isErased).map(Found::index)).containsExactly(2L);
            assertThat(all.stream().filter(found -> found.erases() != null))
                    .singleElement()
                    .satisfies(found -> assertThat(found.type()).isEqualTo("body-erased"))
                    .satisfies(found -> assertThat(found.erases()).isEqualTo(2));
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        try (var paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
