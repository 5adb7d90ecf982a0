package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.ledger.tile.MerkleHasher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leaves, bodies and write-ahead records, against {@code docs/formats}. */
final class EntryFormatTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "formats", "entry.md");
    private static final Pattern LEAF_EXAMPLE =
            Pattern.compile("```json\n(.*)\n```\n\nLeaf hash `([0-9a-f]{64})`");
    private static final byte[] SALT = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    private static final long TIME = EntryTime.micros(Instant.parse("2026-11-22T08:14:00.123456Z"));

    @Test
    void theDocumentsLeavesAreRead() throws Exception {
        Matcher examples = LEAF_EXAMPLE.matcher(Files.readString(DOCUMENT));
        List<String> types =
                examples.results()
                        .map(example -> {
                            byte[] bytes = example.group(1).getBytes(StandardCharsets.UTF_8);
                            assertThat(new MerkleHasher().leaf(bytes))
                                    .isEqualTo(HexFormat.of().parseHex(example.group(2)));
                            Leaf leaf = Leaf.decode(bytes);
                            assertThat(leaf.timeMicros()).isEqualTo(TIME);
                            return leaf.fact().type();
                        })
                        .toList();
        assertThat(types)
                .containsExactly(
                        "policy-applied",
                        "session-opened",
                        "disclosure",
                        "refusal",
                        "heartbeat",
                        "witness-found",
                        "witness-lost",
                        "key-handed-over",
                        "key-retired",
                        "body-erased",
                        "body-opened",
                        "noted");
    }

    @Test
    void theDocumentsDigestsAreMade() throws Exception {
        String document = Files.readString(DOCUMENT);
        Body accessor = Body.ofKnownSalt("accessor", SALT, "parent_analyst");
        Body sql = Body.ofKnownSalt("sql", SALT, "SELECT '\u00e9\u0001'");
        assertThat(document)
                .contains(accessor.digests().get("accessor"))
                .contains(sql.digests().get("sql"))
                .contains(new String(sql.encode(), StandardCharsets.UTF_8));
        assertThat(Body.decode(sql.encode()).values())
                .isEqualTo(Map.of("sql", "SELECT '\u00e9\u0001'"));
        assertThat(sql.toString()).doesNotContain("SELECT");
    }

    @Test
    void saltsAreDrawnAnew() {
        Map<String, String> values = Map.of("accessor", "ana");
        Set<String> bodies = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            PendingEntry entry =
                    EntryEncoder.ofThread()
                            .encode(Samples.applied(1), values, new EntryWriter.Waiting());
            bodies.add(new String(entry.body(), StandardCharsets.UTF_8));
            assertThat(Leaf.decode(entry.leaf()).digests())
                    .isEqualTo(Body.decode(entry.body()).digests());
        }
        assertThat(bodies).hasSize(1000);
        assertThat(
                        EntryEncoder.ofThread()
                                .encode(Samples.applied(1), Map.of(), new EntryWriter.Waiting())
                                .body())
                .isEqualTo(new byte[] {'{', '}'});
    }

    /** The string of RFC 8785 section 3.2.2, and its members' order in section 3.2.3. */
    @Test
    void stringsAndNamesAreWrittenAsRfc8785Says() {
        String written =
                new String(
                        new CanonicalJson()
                                .beginObject()
                                .member("string", "\u20ac$\017\nA'B\"\\\\\"/\177")
                                .member(
                                        "z",
                                        Map.of(
                                                "\u20ac", "Euro Sign",
                                                "\r", "Carriage Return",
                                                "\ufb33", "Hebrew Letter Dalet With Dagesh",
                                                "1", "One",
                                                "\ud83d\ude00", "Emoji: Grinning Face",
                                                "\u0080", "Control",
                                                "\u00f6", "Latin Small Letter O With Diaeresis"))
                                .endObject()
                                .toBytes(),
                        StandardCharsets.UTF_8);
        assertThat(written)
                .isEqualTo(
                        "{\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\177\",\"z\":{"
                                + "\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                                + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\","
                                + "\"\u20ac\":\"Euro Sign\",\"\ud83d\ude00\":\"Emoji: Grinning Face\","
                                + "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}}");
    }

    @Test
    void membersOfALeafAreInOrder() {
        for (Fact fact : facts()) {
            String leaf = new String(leafOf(fact), StandardCharsets.UTF_8);
            String flat =
                    leaf.replaceAll(
                                    "\"(approvals|columns|deciders|private|rules|signatures)\":\\{.*?\\}+",
                                    "\"$1\":0")
                            .replaceAll("\"subjects\":\\{.*?\\}\\}", "\"subjects\":0");
            List<String> names =
                    Pattern.compile("[{,]\"([A-Za-z]+)\":")
                            .matcher(flat)
                            .results()
                            .map(result -> result.group(1))
                            .toList();
            assertThat(names).as(leaf).isSorted().hasSizeGreaterThan(4);
        }
    }

    private static final String RETIRED =
            "example.com/ledger/us+b8edbbb4+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

    private static final String DECIDER =
            "domicile-approval+1570efe9+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";

    private static List<Fact> facts() {
        return List.of(
                Samples.applied(1),
                Samples.opened(Samples.SESSION),
                Samples.disclosure(Samples.SESSION, 1),
                Samples.refusal(Samples.SESSION, 2),
                new Fact.OrganisationChanged(
                        Map.of(DECIDER, "custodian_us custodian"),
                        Map.of("us-dsp-2025@1", "0".repeat(64))),
                new Fact.BreakGlassReviewed("ab".repeat(32), Map.of()),
                new Fact.GrantOpened(
                        true,
                        "ab".repeat(32),
                        "grant_abababababab",
                        "custodian_us",
                        "support",
                        "2026-11-22T18:00:00Z",
                        Map.of()),
                new Fact.GrantOpened(
                        false,
                        "ab".repeat(32),
                        "grant_abababababab",
                        "parent",
                        "support",
                        "2026-11-22T18:00:00Z",
                        Map.of(DECIDER, "text\n\n\u2014 domicile-approval AAAAAAAA\n")),
                new Fact.GrantEnded("ab".repeat(32), "expired"),
                new Fact.Frozen(
                        "cd".repeat(32),
                        "entity",
                        "parent",
                        Map.of(DECIDER, "text\n\n\u2014 domicile-approval AAAAAAAA\n")),
                new Fact.Frozen("cd".repeat(32), "person", null, Map.of()),
                new Fact.Unfrozen("cd".repeat(32), Map.of()),
                new Fact.RequestDenied(
                        "ab".repeat(32), DECIDER, "text\n\n\u2014 domicile-approval AAAAAAAA\n"),
                new Fact.Heartbeat(Fact.Heartbeat.State.STARTED, 60),
                new Fact.KeyRetired(RETIRED),
                new Fact.BodyErased(7),
                new Fact.BodyOpened(7),
                new Fact.Noted(7L),
                new Fact.Noted(null));
    }

    private static byte[] leafOf(Fact fact) {
        Body body = Body.ofKnownSalt("accessor", SALT, "ana");
        return new Leaf(TIME, fact, body.digests()).encode();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"v\":1 }",
                "\"v\":1.0}",
                "\"v\":2}",
                "\"v\":1,\"v\":1}",
                "\"v\":1,\"w\":1}",
                "\"v\":\"1\"}",
                "\"v\":1}{}",
                "\"v\":1",
                "\"v\":99999999999999999999}",
                "\"v\":[1]}"
            })
    void otherSpellingsOfALeafAreRefused(String end) {
        String leaf = new String(leafOf(Samples.opened(Samples.SESSION)), StandardCharsets.UTF_8);
        String changed = leaf.substring(0, leaf.indexOf("\"v\":1}")) + end;
        assertThatThrownBy(() -> Leaf.decode(changed.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(EntryFormatException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22T08:14:00.12345Z",
                "2026-11-22T08:14:00.123456+00:00",
                "2026-02-30T08:14:00.123456Z",
                "2026-11-22T24:14:00.123456Z",
                "1969-11-22T08:14:00.123456Z",
                "2026-11-22 08:14:00.123456Z"
            })
    void otherSpellingsOfATimeAreRefused(String time) {
        assertThatThrownBy(() -> EntryTime.parse(time)).isInstanceOf(EntryFormatException.class);
    }

    @Test
    void whatIsTooLongIsNamed() {
        String session = Samples.SESSION;
        Fact.Disclosure usual = Samples.disclosure(session, 0);
        Fact tooLong =
                new Fact.Refusal(
                        session,
                        0,
                        usual.plan(),
                        "parent",
                        null,
                        null,
                        "42601",
                        "too-long",
                        "x".repeat(65_536));
        assertThatThrownBy(() -> leafOf(tooLong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"statement\" is too long")
                .hasMessageContaining("65535");
        assertThatThrownBy(() -> Body.ofKnownSalt("sql", SALT, "\u0001".repeat(90_000)).encode())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"sql\" is too long");
        Map<String, String> columns = new TreeMap<>();
        for (int i = 0; i < 5_000; i++) {
            columns.put("column_" + i, "show");
        }
        Fact wide =
                new Fact.Disclosure(
                        session,
                        0,
                        usual.plan(),
                        "parent",
                        "a",
                        "p",
                        Fact.Shape.SELECT,
                        Map.of("public.wide", columns),
                        Fact.Subjects.NONE,
                        "SELECT 1",
                        0,
                        true,
                        1,
                        1);
        assertThatThrownBy(() -> leafOf(wide)).hasMessageContaining("\"columns\" is too long");
    }

    /** What a gateway writes at most: a segment's people, and the longest statement it keeps. */
    @Test
    void aBodyHasRoomForTheTokensOfAWholeSegment() {
        StringBuilder tokens = new StringBuilder();
        for (int i = 0; i < 12_000; i++) {
            tokens.append(i == 0 ? "" : " ").append("%022d".formatted(i));
        }
        Map<String, String> values =
                Map.of(
                        "accessor",
                        "a".repeat(64),
                        "sql",
                        "\u0001".repeat(32_768),
                        "subjects",
                        tokens.toString());
        Body body = Body.salted(values, SALT::clone);
        byte[] encoded = body.encode();
        assertThat(Body.decode(encoded).values()).isEqualTo(values);
        List<PendingEntry> group =
                List.of(
                        new PendingEntry(
                                leafOf(Samples.applied(1)), encoded, new EntryWriter.Waiting()));
        ByteBuffer out = ByteBuffer.allocate(WriteAheadRecord.encodedBytes(group));
        WriteAheadRecord.encode(0, group, out);
        WriteAheadRecord.Scan scan = WriteAheadRecord.scan(out.array(), 0);
        assertThat(scan.end()).isEqualTo(WriteAheadRecord.End.WHOLE);
        assertThat(scan.records().getFirst().entries().getFirst().body()).isEqualTo(encoded);
    }

    /** Maps that their owner can still change are never taken for ones that are known. */
    @Test
    void columnsAreWrittenAsTheyAre() {
        Map<String, Map<String, String>> columns = new HashMap<>();
        for (int round = 0; round < 3; round++) {
            Map<String, String> inner = new HashMap<>(Map.of("c" + round, "show"));
            columns.put("public.users", inner);
            Map<String, Map<String, String>> outer = Map.copyOf(columns);
            for (int again = 0; again < 3; again++) {
                inner.put("again_" + again, "hide");
                Fact.Disclosure byChangeable = withColumns(columns);
                Fact.Disclosure byHalfCopied = withColumns(outer);
                for (Fact fact : List.of(byChangeable, byHalfCopied)) {
                    assertThat(Leaf.decode(leafOf(fact)).fact()).isEqualTo(fact);
                    assertThat(((Fact.Disclosure) fact).columns()).isEqualTo(columns);
                }
                Map<String, String> before = Map.copyOf(inner);
                inner.put("later_" + again, "hide");
                assertThat(byHalfCopied.columns()).isEqualTo(Map.of("public.users", before));
            }
        }
        Map<String, Map<String, String>> fixed =
                Map.of("public.users", Map.of("b", "show", "a", "hide"));
        byte[] first = leafOf(withColumns(fixed));
        assertThat(leafOf(withColumns(fixed))).isEqualTo(first);
        assertThat(leafOf(withColumns(new TreeMap<>(fixed)))).isEqualTo(first);
    }

    private static Fact.Disclosure withColumns(Map<String, Map<String, String>> columns) {
        Fact.Disclosure usual = Samples.disclosure(Samples.SESSION, 0);
        return new Fact.Disclosure(
                usual.session(),
                0,
                usual.plan(),
                "parent",
                "a",
                "p",
                Fact.Shape.SELECT,
                columns,
                usual.subjects(),
                "SELECT 1",
                0,
                true,
                1,
                1);
    }

    @Test
    void halfACharacterIsRefused() {
        assertThatThrownBy(() -> Body.ofKnownSalt("sql", SALT, "a\ud800b").encode())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("well-formed Unicode");
    }

    @Test
    void aFactKeepsItsRules() {
        String plan = Samples.PLAN_DIGEST;
        assertThatThrownBy(() -> new Fact.SessionOpened("ABC", 0, plan, "parent"))
                .hasMessageStartingWith("session must be");
        assertThatThrownBy(() -> new Fact.SessionOpened(Samples.SESSION, -1, plan, "parent"))
                .hasMessageStartingWith("sequence must be");
        assertThatThrownBy(() -> new Fact.SessionOpened(Samples.SESSION, 0, "x", "parent"))
                .hasMessageStartingWith("plan must be");
        assertThatThrownBy(() -> new Fact.SessionOpened(Samples.SESSION, 0, plan, "secret name"))
                .hasMessageStartingWith("counterparty must be")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> new Fact.PolicyApplied(1L << 53, plan, plan))
                .hasMessageStartingWith("version must be");
        String relation = "public.users";
        assertThatThrownBy(() -> new Fact.Subjects(Map.of("User", 1L), Map.of()))
                .hasMessageStartingWith("people must be");
        assertThatThrownBy(() -> new Fact.Subjects(Map.of("user.name", -1L), Map.of()))
                .hasMessageStartingWith("people must be");
        assertThatThrownBy(() -> new Fact.Subjects(Map.of("user.name", 1L << 53), Map.of()))
                .hasMessageStartingWith("people must be");
        assertThatThrownBy(() -> new Fact.Subjects(Map.of(), Map.of(relation, "Not this")))
                .hasMessageStartingWith("bounds must be");
        assertThatThrownBy(() -> new Fact.Subjects(Map.of(), Map.of("", "distinct")))
                .hasMessageStartingWith("bounds must");
    }

    /** Whatever bytes come, a reader refuses in its own words or reads what is there. */
    @Test
    void randomChangesAreReadOrRefused() {
        Random random = new Random(12);
        List<byte[]> seeds = facts().stream().map(EntryFormatTest::leafOf).toList();
        byte[] body = Body.ofKnownSalt("sql", SALT, "SELECT 'a\u00e9'").encode();
        for (int round = 0; round < 30_000; round++) {
            byte[] leaf = mutate(seeds.get(random.nextInt(seeds.size())), random);
            try {
                assertThat(Leaf.decode(leaf).encode()).isEqualTo(leaf);
            } catch (EntryFormatException e) {
                assertThat(e).hasNoCause();
            }
            byte[] changed = mutate(body, random);
            try {
                assertThat(Body.decode(changed).encode()).isEqualTo(changed);
            } catch (EntryFormatException e) {
                assertThat(e.getMessage()).doesNotContain("SELECT");
            }
        }
    }

    @Test
    void aChangedWriteAheadRecordIsNeverRead() {
        Random random = new Random(13);
        byte[] first = record(40, 3, random);
        byte[] second = record(43, 1, random);
        byte[] file =
                ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
        assertThat(WriteAheadRecord.scan(file, 40).next(40)).isEqualTo(44);
        for (int at = 0; at < file.length; at++) {
            byte[] flipped = file.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            WriteAheadRecord.Scan scan = WriteAheadRecord.scan(flipped, 40);
            boolean inFirst = at < first.length;
            assertThat(scan.end())
                    .isEqualTo(
                            inFirst
                                    ? WriteAheadRecord.End.DAMAGED
                                    : WriteAheadRecord.End.UNREADABLE);
            assertThat(scan.next(40)).isEqualTo(inFirst ? 40 : 43);
        }
        for (int length = 0; length < file.length; length++) {
            WriteAheadRecord.Scan scan = WriteAheadRecord.scan(Arrays.copyOf(file, length), 40);
            boolean whole = length == 0 || length == first.length;
            assertThat(scan.end())
                    .isEqualTo(whole ? WriteAheadRecord.End.WHOLE : WriteAheadRecord.End.CUT_OFF);
        }
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = mutate(file, random);
            assertThat(WriteAheadRecord.scan(changed, 40).intactBytes())
                    .isBetween(0, changed.length);
        }
    }

    private static byte[] record(long index, int count, Random random) {
        List<PendingEntry> entries =
                random.ints(count)
                        .mapToObj(i ->
                                new PendingEntry(
                                        leafOf(Samples.applied(i & 0xff)),
                                        new byte[i & 0x3f],
                                        new EntryWriter.Waiting()))
                        .toList();
        ByteBuffer out = ByteBuffer.allocate(WriteAheadRecord.encodedBytes(entries));
        WriteAheadRecord.encode(index, entries, out);
        return out.array();
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] = (byte) "{}[]\":,0e-.\\u".charAt(random.nextInt(13));
                default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
            }
        }
        return bytes;
    }
}
