package org.domicile.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubjectTokenTest {
    private static final byte[] SECRET =
            "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /**
     * By hand: printf '0123456789abcdef0123456789abcdef%s' "$key" | openssl dgst -sha256 | head -c
     * 32
     */
    @Test
    void is_what_the_decision_record_defines() {
        SubjectToken token = new SubjectToken(SECRET);
        assertThat(HexFormat.of().formatHex(token.of("42")))
                .isEqualTo("b2942fd3fff128902676af5bddebf352");
        assertThat(HexFormat.of().formatHex(token.of("Zo\u00eb")))
                .isEqualTo("b6dc3bfbebb3712efad791cc968e26ad");
        byte[] row = "id=42;".getBytes(StandardCharsets.UTF_8);
        assertThat(token.of(row, 3, 2)).isEqualTo(token.of("42"));
    }

    @Test
    void takes_its_own_copy_of_a_secret_of_one_length() {
        byte[] given = SECRET.clone();
        SubjectToken token = new SubjectToken(given);
        byte[] before = token.of("42");
        given[0]++;
        assertThat(token.of("42")).isEqualTo(before);
        assertThat(new SubjectToken(given).of("42")).isNotEqualTo(before);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SubjectToken(new byte[31]))
                .withMessage("a subject secret has 32 bytes, not 31");
    }

    @Test
    void never_tells_the_secret() {
        SubjectToken token = new SubjectToken(SECRET);
        assertThat(new StoreSubjects(token, Map.of("abroad", Map.of(2L, 1L)), Map.of()).toString())
                .contains("secret not shown")
                .doesNotContain("0123")
                .doesNotContain("48, 49");
    }
}
