package org.domicile.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartupOptionsTest {
    @Test
    void eachSpellingOfASetting() {
        assertThat(StartupOptions.parse("-c a=1 -cb=2 --c-d=3  --E.f=x=y"))
                .isEqualTo(Map.of("a", "1", "b", "2", "c_d", "3", "e.f", "x=y"));
        assertThat(StartupOptions.parse("")).isEmpty();
    }

    @Test
    void aBackslashTakesTheNextCharacterAsItIs() {
        assertThat(StartupOptions.parse("-c a=one\\ two\\\\three\\"))
                .isEqualTo(Map.of("a", "one two\\three"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-f s", "a=1", "-c", "-c a", "--", "-c =1", "-", "-- a=1", "-s -c a=1"})
    void nothingElseIsTaken(String options) {
        assertThatThrownBy(() -> StartupOptions.parse(options)).isInstanceOf(WireException.class);
    }
}
