package org.domicile.console.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written is read back by whoever reads RFC 4180, and none of it is run. */
final class CsvFuzzTest {
    private static final String ALPHABET = "a1,\"\r\n\t =+-@'é\u00a0\uff1d;|.";

    private static String written(List<@Nullable String> values) throws Exception {
        Csv csv = new Csv(1_000_000);
        csv.line(values);
        return new String(csv.bytes(), StandardCharsets.UTF_8);
    }

    @FuzzTest
    void anything(byte[] data) throws Exception {
        String text = new String(data, StandardCharsets.UTF_8);
        holds(Arrays.asList(text.split("\0", -1)));
    }

    @Test
    void randomValuesAreReadBack() throws Exception {
        Random random = new Random(4);
        for (int round = 0; round < 20_000; round++) {
            List<@Nullable String> values = new ArrayList<>();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                StringBuilder value = new StringBuilder();
                for (int j = random.nextInt(6); j > 0; j--) {
                    value.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
                }
                values.add(random.nextInt(8) == 0 ? null : value.toString());
            }
            holds(values);
        }
    }

    private static void holds(List<@Nullable String> values) throws Exception {
        String line = written(values);
        List<@Nullable String> read = read(line);
        assertThat(read).as(line).hasSameSizeAs(values);
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            String back = read.get(i);
            if (value == null || back == null) {
                assertThat(back).isEqualTo(value);
            } else {
                assertThat(back).isIn(value, "'" + value);
                boolean isRun =
                        "=+-@\uff1d".indexOf(back.strip().isEmpty() ? ' ' : back.strip().charAt(0))
                                >= 0;
                assertThat(isRun && !isNumber(back)).as("would be run: " + back).isFalse();
            }
        }
    }

    private static boolean isNumber(String text) {
        return text.matches("[+-]?[0-9.]+|\\+[0-9 ]+[0-9]");
    }

    /** Reads one record, as RFC 4180 section 2 has it; a field without quotes or text is null. */
    private static List<@Nullable String> read(String line) {
        assertThat(line).endsWith("\r\n");
        List<@Nullable String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            StringBuilder field = new StringBuilder();
            boolean isQuoted = line.charAt(at) == '"';
            if (isQuoted) {
                at++;
                while (line.charAt(at) != '"' || line.charAt(at + 1) == '"') {
                    at += line.charAt(at) == '"' ? 1 : 0;
                    field.append(line.charAt(at++));
                }
                at++;
            } else {
                while (line.charAt(at) != ',' && line.charAt(at) != '\r') {
                    assertThat(line.charAt(at)).isNotIn('"', '\n');
                    field.append(line.charAt(at++));
                }
            }
            fields.add(!isQuoted && field.isEmpty() ? null : field.toString());
            if (line.charAt(at) == ',') {
                at++;
            } else {
                assertThat(line.substring(at)).isEqualTo("\r\n");
                return fields;
            }
        }
    }

    @Test
    void whatIsWrittenIsAsAgreed() throws Exception {
        assertThat(
                        written(
                                Arrays.asList(
                                        "a",
                                        null,
                                        "",
                                        "a,b",
                                        "a\"b",
                                        "a\nb",
                                        "-5",
                                        "+1.5e3",
                                        "-5+cmd",
                                        "=1+1",
                                        "@sum",
                                        " \t=1",
                                        " x",
                                        "1-2",
                                        "+1 713 555 0101",
                                        "+1 ")))
                .isEqualTo(
                        "a,,\"\",\"a,b\",\"a\"\"b\",\"a\nb\",-5,+1.5e3,"
                                + "'-5+cmd,'=1+1,'@sum,' \t=1,\" x\",1-2,+1 713 555 0101,\"'+1 \"\r\n");
    }

    @Test
    void aFileIsNotTooLarge() throws Exception {
        Csv csv = new Csv(7);
        csv.line(List.of("a"));
        csv.line(List.of("bc"));
        assertThat(csv.bytes()).hasSize(7);
        assertThatThrownBy(() -> csv.line(List.of(""))).isInstanceOf(Csv.FullException.class);
    }
}
