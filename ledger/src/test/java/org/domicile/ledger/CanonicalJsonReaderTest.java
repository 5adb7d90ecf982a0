package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A reader that remembers documents finds in each what one that never read any finds. */
final class CanonicalJsonReaderTest {
    private static final int DOCUMENTS = 200_000;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"a\":1}|{\"a\":12}",
                "{\"a\":12}|{\"a\":1}",
                "{\"a\":1}|{\"a\":01}",
                "{\"a\":1}|{\"a\":1,\"b\":2}",
                "{\"a\":1,\"b\":2}|{\"a\":1}",
                "{\"a\":1,\"c\":2}|{\"a\":1,\"b\":2}",
                "{\"a\":1,\"c\":2}|{\"a\":1,\"a\":2}",
                "{\"a\":1,\"c\":2}|{\"a\":1,\"Z\":2}",
                "{\"a\":{\"b\":1},\"c\":2}|{\"a\":{\"b\":1,\"c\":3},\"c\":2}",
                "{\"a\":{\"b\":1},\"c\":2}|{\"a\":{},\"c\":2}",
                "{\"a\":{\"b\":1},\"c\":2}|{\"a\":\"b\",\"c\":2}",
                "{\"a\":\"x\"}|{\"a\":\"x\\\"\"}",
                "{\"a\":\"x\"}|{\"a\":\"x\"} ",
                "{\"a\":\"x\"}|{\"a\":\"x\"",
                "{\"a\":\"x\",\"b\":1}|{\"a\":\"y\",\"b\":1}}",
                "{\"a\":true}|{\"a\":null}",
            })
    void whatWasReadBeforeChangesNothing(String before, String document) {
        CanonicalJsonReader reader = new CanonicalJsonReader();
        // Whichever documents it takes for alike, those of all lengths and kinds were read before.
        for (int length = 0; length < 64; length++) {
            String padded = "{\"0\":\"" + "x".repeat(length) + "\"," + before.substring(1);
            assertThat(text(padded, reader)).isEqualTo(text(padded, new CanonicalJsonReader()));
        }
        for (int length = 0; length < 64; length++) {
            String padded = "{\"0\":\"" + "x".repeat(length) + "\"," + document.substring(1);
            assertThat(text(padded, reader)).isEqualTo(text(padded, new CanonicalJsonReader()));
        }
    }

    private static String text(String document, CanonicalJsonReader reader) {
        try {
            return text(reader.read(document.getBytes(StandardCharsets.UTF_8)));
        } catch (EntryFormatException e) {
            return "refused: " + e.getMessage();
        }
    }

    private static String text(JsonObject object) {
        StringBuilder text = new StringBuilder();
        for (int member = 0; member < object.count(); member++) {
            Object value = object.value(member);
            text.append(object.nameAt(member)).append(' ');
            text.append(object.valueAt(member)).append(' ').append(object.end(member));
            text.append(value instanceof JsonObject inner ? "(" + text(inner) + ")" : "=" + value);
        }
        return text.toString();
    }

    @Test
    void entriesInARowAreReadAsEachAlone() {
        Random random = new Random(24);
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String session = Samples.session(random);
            Fact disclosure = Samples.disclosure(session, random.nextInt(2_000));
            for (Fact fact :
                    List.of(
                            disclosure,
                            Samples.refusal(session, i),
                            Samples.opened(session),
                            Samples.applied(i))) {
                Body body = Body.salted(Samples.privates(i), () -> salt(random));
                leaves.add(new Leaf(1_000_000L * i + i, fact, body.digests()).encode());
            }
        }
        assertSameInARow(leaves, random, Leaf::decode);
    }

    @Test
    void bodiesInARowAreReadAsEachAlone() {
        Random random = new Random(25);
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Map<String, String> values = new TreeMap<>(Samples.privates(i));
            if (i % 3 == 0) {
                values.put("subjects", "x".repeat(i));
            }
            bodies.add(Body.salted(values, () -> salt(random)).encode());
        }
        assertSameInARow(bodies, random, (bytes, reader) -> Body.decode(bytes, reader).digests());
    }

    private static byte[] salt(Random random) {
        byte[] salt = new byte[Body.SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }

    /** Intact ones, and others that were changed in some byte or put together from two. */
    private static <T> void assertSameInARow(
            List<byte[]> documents,
            Random random,
            BiFunction<byte[], CanonicalJsonReader, T> read) {
        CanonicalJsonReader reader = new CanonicalJsonReader();
        int refused = 0;
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] document = documents.get(random.nextInt(documents.size())).clone();
            switch (random.nextInt(4)) {
                case 0 ->
                        document[random.nextInt(document.length)] ^=
                                (byte) (1 << random.nextInt(7));
                case 1 -> document = crossed(document, documents, random);
                default -> {}
            }
            Object alone = outcome(document, new CanonicalJsonReader(), read);
            assertThat(outcome(document, reader, read)).isEqualTo(alone);
            refused += alone instanceof String ? 1 : 0;
        }
        assertThat(refused).isBetween(DOCUMENTS / 10, DOCUMENTS / 2);
    }

    private static byte[] crossed(byte[] document, List<byte[]> others, Random random) {
        byte[] other = others.get(random.nextInt(others.size()));
        int at = random.nextInt(Math.min(document.length, other.length));
        byte[] crossed = Arrays.copyOf(document, other.length);
        System.arraycopy(other, at, crossed, at, other.length - at);
        return crossed;
    }

    private static <T> Object outcome(
            byte[] document,
            CanonicalJsonReader reader,
            BiFunction<byte[], CanonicalJsonReader, T> read) {
        try {
            return read.apply(document, reader);
        } catch (EntryFormatException e) {
            return "refused: " + e.getMessage();
        }
    }
}
