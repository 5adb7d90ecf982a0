package org.domicile.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;

/** Whatever comes is read, or refused with problems that have their place; nothing else happens. */
class AccessPolicyFuzzTest {
    private static final String[] PIECES = {
        "permit",
        "forbid",
        "(",
        ")",
        "principal",
        ",",
        "action",
        "resource",
        "when",
        "unless",
        "{",
        "}",
        ";",
        " in ",
        " == ",
        "Team::\"support\"",
        "\"",
        "\\",
        "//",
        "\n",
        "@id(\"x\")",
        " && ",
        " || ",
        "!",
        ".sitsIn",
        "[",
        "]",
        "has ",
        "like ",
        "if ",
        "then ",
        "else ",
        "-1",
        "9223372036854775808",
        "é",
        "\uD83D\uDE00",
        "ip(\"::1\")",
        "?principal",
        "is Person ",
        "\\u{10ffff}",
        "\\u{110000}",
        "*",
        "context.purpose"
    };

    @FuzzTest
    void text(byte[] data) {
        readOrRefuse(new String(data, StandardCharsets.UTF_8));
    }

    @Test
    void changed_and_made_up_files_are_read_or_refused() {
        Random random = new Random(21);
        int read = 0;
        for (int round = 0; round < 2_000; round++) {
            read += readOrRefuse(changed(AccessTexts.POLICIES, random)) ? 1 : 0;
            StringBuilder madeUp = new StringBuilder();
            for (int piece = random.nextInt(30); piece > 0; piece--) {
                madeUp.append(PIECES[random.nextInt(PIECES.length)]);
            }
            readOrRefuse(madeUp.toString());
        }
        assertThat(read).isPositive();
    }

    private static String changed(String text, Random random) {
        StringBuilder changed = new StringBuilder(text);
        for (int change = random.nextInt(3); change > 0; change--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(3)) {
                case 0 -> changed.setCharAt(at, (char) random.nextInt(256));
                case 1 -> changed.deleteCharAt(at);
                default -> changed.insert(at, PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return changed.toString();
    }

    private static boolean readOrRefuse(String text) {
        try {
            AccessPolicy.read("access.cedar", text);
            return true;
        } catch (YamlException e) {
            assertThat(e.problems()).isNotEmpty();
            int lines = 1 + (int) text.chars().filter(c -> c == '\n').count();
            assertThat(e.problems())
                    .allSatisfy(problem -> {
                        assertThat(problem.line()).isBetween(1, lines);
                        assertThat(problem.column()).isPositive();
                        assertThat(problem.toString()).doesNotContain("\n", "policy0", "JNI");
                    });
            return false;
        }
    }
}
