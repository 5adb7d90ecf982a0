package org.domicile.ledger.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.domicile.ledger.serve.Conditions.ByteRange;
import org.domicile.ledger.serve.Conditions.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9110 sections 13 and 14. */
final class ConditionsTest {
    private static final Conditions FILE =
            new Conditions("\"tag\"", Instant.parse("2026-11-02T10:20:30.9Z"));

    private static Conditions.Fields fields(String name, String value) {
        Map<String, List<String>> fields = Map.of(name, List.of(value));
        return wanted -> fields.getOrDefault(wanted, List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-None-Match | \"tag\" | NOT_MODIFIED",
                "If-None-Match | W/\"tag\" | NOT_MODIFIED",
                "If-None-Match | \"other\", \"tag\" | NOT_MODIFIED",
                "If-None-Match | * | NOT_MODIFIED",
                "If-None-Match | \"other\" | SEND",
                "If-None-Match | tag | SEND",
                "If-Match | \"tag\" | SEND",
                "If-Match | * | SEND",
                "If-Match | W/\"tag\" | PRECONDITION_FAILED",
                "If-Match | \"other\" | PRECONDITION_FAILED",
                "If-Modified-Since | Mon, 02 Nov 2026 10:20:30 GMT | NOT_MODIFIED",
                "If-Modified-Since | Mon, 02 Nov 2026 10:20:29 GMT | SEND",
                "If-Modified-Since | yesterday | SEND",
                "If-Unmodified-Since | Mon, 02 Nov 2026 10:20:30 GMT | SEND",
                "If-Unmodified-Since | Mon, 02 Nov 2026 10:20:29 GMT | PRECONDITION_FAILED",
                "X-Else | x | SEND"
            })
    void conditionsAreJudged(String name, String value, Verdict verdict) {
        assertThat(FILE.judge(fields(name, value))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0 | 0 | 1",
                "bytes=2-5 | 2 | 6",
                "bytes=2- | 2 | 10",
                "bytes=2-999999 | 2 | 10",
                "bytes=-3 | 7 | 10",
                "bytes=-999 | 0 | 10",
                "bytes=10- | 10 | 10",
                "bytes=-0 | 10 | 10",
                "bytes=999999999999999999-999999999999999999 | 999999999999999999 | 10"
            })
    void oneRangeIsTaken(String value, long start, long end) {
        Optional<ByteRange> range = FILE.range(fields("Range", value), 10);
        assertThat(range).contains(new ByteRange(start, end));
        assertThat(range.orElseThrow().isUnsatisfiable()).isEqualTo(start >= 10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=-",
                "bytes=5-2",
                "bytes=0-1,3-4",
                "'bytes= 0-1'",
                "'bytes=0-1 '",
                "bytes=+0-1",
                "bytes=9999999999999999999-",
                "lines=0-1",
                "''"
            })
    void whatIsNotOneRangeIsPassedOver(String value) {
        assertThat(FILE.range(fields("Range", value), 10)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"tag\" | true",
                "Mon, 02 Nov 2026 10:20:30 GMT | true",
                "W/\"tag\" | false",
                "Mon, 02 Nov 2026 10:20:29 GMT | false"
            })
    void aRangeOfWhatChangedIsNotSent(String ifRange, boolean isSent) {
        Map<String, List<String>> fields =
                Map.of("Range", List.of("bytes=1-2"), "If-Range", List.of(ifRange));
        assertThat(FILE.range(name -> fields.getOrDefault(name, List.of()), 10).isPresent())
                .isEqualTo(isSent);
    }

    /** Fuzz: whatever a client sends is judged, and a range lies within the file or is refused. */
    @Test
    void nothingAClientSendsIsTooMuch() {
        Random random = new Random(6);
        String[] parts = {
            "bytes=", "-", ",", "0", "7", "99999999999999999999", "\"tag\"", "*", "W/", " ", "é"
        };
        String[] names = {"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since"};
        for (int i = 0; i < 50_000; i++) {
            StringBuilder value = new StringBuilder();
            for (int part = random.nextInt(6); part > 0; part--) {
                value.append(parts[random.nextInt(parts.length)]);
            }
            Conditions.Fields fields =
                    fields(names[random.nextInt(names.length)], value.toString());
            FILE.judge(fields);
            FILE.range(fields, 10)
                    .filter(range -> !range.isUnsatisfiable())
                    .ifPresent(range -> {
                        assertThat(range.start()).isBetween(0L, 9L);
                        assertThat(range.end()).isBetween(1L, 10L);
                    });
        }
    }
}
