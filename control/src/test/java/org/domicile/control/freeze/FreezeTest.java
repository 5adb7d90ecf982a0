package org.domicile.control.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.domicile.plan.PlanFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The document of {@code docs/formats/freeze.md}. */
class FreezeTest {
    static final String SALT = "0123456789abcdef0123456789abcdef";
    private static final String DOCUMENT =
            "{\"format\":\"domicile-freeze-1\",\"jurisdiction\":\"us\",\"name\":\"analyst\","
                    + "\"reason\":\"laptop stolen\",\"salt\":\""
                    + SALT
                    + "\",\"target\":\"person\"}";

    static Freeze of(Freeze.Target target, String name) {
        return new Freeze("us", target, name, "laptop stolen", SALT);
    }

    @Test
    void isWrittenAsItsFormatSays() {
        Freeze freeze = of(Freeze.Target.PERSON, "analyst");
        assertThat(freeze.toJson()).isEqualTo(DOCUMENT);
        assertThat(freeze.digest())
                .isEqualTo("8e0a31c8e02cef5c7b25a3de439ce21beadf9cfb73f69d6185c17a40d4f17c28");
        assertThat(Freeze.fromJson(DOCUMENT)).isEqualTo(freeze);
        assertThat(freeze.toString()).doesNotContain("analyst");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"target\":\"person\">\"target\":\"planet\"",
                "\"name\":\"analyst\">\"name\":\"Analyst\"",
                "laptop stolen>",
                "laptop stolen>laptop\\nstolen",
                "laptop stolen>\\ud800",
                "0123456789abcdef0123>0123456789ABCDEF0123",
                "freeze-1>freeze-2",
                "\"target\":\"person\">\"target\":\"jurisdiction\"",
                ",\"salt\">, \"salt\"",
                "\"salt\">\"pepper\""
            })
    void whatIsOtherwiseIsNone(String change) {
        String[] parts = change.split(">", -1);
        assertThat(DOCUMENT).contains(parts[0]);
        String changed = DOCUMENT.replace(parts[0], parts[1]);
        assertThatThrownBy(() -> Freeze.fromJson(changed)).isInstanceOf(PlanFormatException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "PERSON, analyst, true",
        "PERSON, other, false",
        "ENTITY, app, true",
        "ENTITY, other, false",
        "AUDIENCE, analysis, true",
        "AUDIENCE, other, false",
        "JURISDICTION, us, true"
    })
    void stopsWhomItIsAbout(Freeze.Target target, String name, boolean stops) {
        assertThat(of(target, name).stops("analyst", "app", "analysis")).isEqualTo(stops);
    }

    @FuzzTest
    void document(byte[] data) {
        readOrRefuse(new String(data, StandardCharsets.UTF_8));
    }

    @Test
    void randomChangesAreReadOrRefused() {
        Random random = new Random(26);
        int readAgain = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = DOCUMENT.getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(3); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
            }
            readAgain += readOrRefuse(new String(bytes, StandardCharsets.UTF_8)) ? 1 : 0;
        }
        assertThat(readAgain).isPositive();
    }

    private static boolean readOrRefuse(String json) {
        try {
            assertThat(Freeze.fromJson(json).toJson()).isEqualTo(json);
            return true;
        } catch (PlanFormatException e) {
            return false;
        }
    }
}
