package org.domicile.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever is typed is read as what it says, or refused with a text's key; nothing else happens.
 */
final class InputsFuzzTest {
    private static final String ALPHABET = "019-:.aZ_\n\u0000\u202e'\"<>%é ";

    @FuzzTest
    void anything(byte[] data) {
        read(new String(data, StandardCharsets.UTF_8));
    }

    @Test
    void randomTextsAreReadOrRefused() {
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(14); i > 0; i--) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            read(text.toString());
        }
        read("2026-02-30");
        read("9".repeat(1_000_000));
    }

    @Test
    void goodOnesAreReadAsTheyAre() throws Exception {
        assertThat(Inputs.day("2026-11-22")).isEqualTo(Instant.parse("2026-11-22T00:00:00Z"));
        assertThat(Inputs.number("9007199254740991")).isEqualTo(9007199254740991L);
        assertThat(Inputs.name("parent_analytics")).isEqualTo("parent_analytics");
        assertThat(Inputs.name("")).isNull();
    }

    private interface Reading {
        @Nullable Object read(String text) throws BadInputException;
    }

    private static void readLines(String text) {
        try {
            String read = Inputs.text(text, 10);
            assertThat(read.length()).isBetween(1, 10);
            assertThat(text.replace("\r\n", "\n")).contains(read);
            assertThat(read.codePoints()).noneMatch(c -> c < ' ' && c != '\n');
        } catch (BadInputException e) {
            assertThat(e.key()).isEqualTo("input.text");
        }
    }

    private static void read(String text) {
        readLines(text);
        for (Reading reading :
                new Reading[] {Inputs::day, Inputs::number, Inputs::name, Inputs::table}) {
            try {
                Object value = reading.read(text);
                if (value instanceof String || value instanceof Long) {
                    assertThat(value.toString()).isEqualTo(text);
                } else if (value instanceof Instant day) {
                    assertThat(day.toString()).startsWith(text);
                } else {
                    assertThat(text).isEmpty();
                }
            } catch (BadInputException e) {
                assertThat(e.key()).startsWith("input.");
            }
        }
    }
}
