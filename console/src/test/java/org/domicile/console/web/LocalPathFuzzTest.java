package org.domicile.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser is sent back to is of this console, whatever it was told before. */
final class LocalPathFuzzTest {
    private static final URI HERE = URI.create("http://localhost:8080/sign-in");
    private static final String ALPHABET = "//\\:@.?#=&%2fa\u0000\t\r\n;é";

    @FuzzTest
    void anything(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        requireOurs(text);
        assertThat(Text.LANGUAGES).contains(Language.choose(text, text));
    }

    @Test
    void randomTextsStayHere() {
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder("/");
            for (int i = random.nextInt(10); i > 0; i--) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            requireOurs(text.toString());
            assertThat(Text.LANGUAGES).contains(Language.choose(null, text.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//example.com",
                "/\\example.com",
                "https://example.com",
                "/\t/example.com",
                "javascript:alert(1)",
                "/a\r\nSet-Cookie: x=y",
                ""
            })
    void othersAreNoAddressesOfOurs(String text) {
        assertThat(LocalPath.of(text)).isEqualTo("/");
    }

    @Test
    void oursAreKept() {
        String ours = "/disclosures?jurisdiction=us&type=refusal&from=2026-11-22&before=12";
        assertThat(LocalPath.of(ours)).isEqualTo(ours);
        assertThat(LocalPath.of("/people/parent_analyst")).isEqualTo("/people/parent_analyst");
    }

    @Test
    void theLanguageIsChosenByTheReaderThenTheBrowser() {
        assertThat(Language.choose("fr", "en").getLanguage()).isEqualTo("fr");
        assertThat(Language.choose(null, "de, fr-CA;q=0.8").getLanguage()).isEqualTo("fr");
        assertThat(Language.choose("xx", null).getLanguage()).isEqualTo("en");
    }

    private static void requireOurs(String text) {
        String path = LocalPath.of(text);
        assertThat(path).startsWith("/").doesNotStartWith("//").doesNotContain("\\", "\r", "\n");
        assertThat(path.length()).isLessThanOrEqualTo(LocalPath.MAX_LENGTH);
        if (path.indexOf('%') < 0) { // java.net.URI wants two digits after it, browsers do not
            assertThat(HERE.resolve(path).getAuthority()).isEqualTo("localhost:8080");
        }
    }
}
