package org.domicile.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;

/** Damaged files are read or refused with problems, never with anything else. */
class PolicyFileFuzzTest {
    private static final String[] PIECES = {
        "\n",
        " ",
        "  ",
        "\t",
        ":",
        ": ",
        "-",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ",",
        "#",
        "&a ",
        "*a",
        "<<: ",
        "!!map ",
        "!x ",
        "|\n",
        ">\n",
        "?",
        "'",
        "\"",
        "\\",
        "%",
        "@",
        "`",
        "~",
        "null",
        "${",
        "---\n",
        "...\n",
        "0x1",
        "1e3",
        "like: abroad",
        "\u0000",
        "\u0085",
        "\u2028",
        "\ufeff",
        "\ud800",
        "é"
    };

    @Test
    void random_damage_is_told_with_a_place_in_the_file() {
        Random random = new Random(20261122);
        String small = PolicyTexts.small();
        int refused = 0;
        for (int round = 0; round < 1_500; round++) {
            StringBuilder damaged = new StringBuilder(small);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(damaged.length());
                int to = Math.min(damaged.length(), at + random.nextInt(12));
                switch (random.nextInt(4)) {
                    case 0 -> damaged.insert(at, PIECES[random.nextInt(PIECES.length)]);
                    case 1 -> damaged.replace(at, to, PIECES[random.nextInt(PIECES.length)]);
                    case 2 -> damaged.delete(at, to);
                    default -> damaged.insert(at, damaged.substring(at, to));
                }
            }
            String text = damaged.toString();
            int lines =
                    (int) text.chars().filter(c -> "\n\u0085\u2028".indexOf(c) >= 0).count() + 1;
            try {
                PolicyCompiler.compile(PolicyTexts.read(text));
            } catch (YamlException e) {
                refused++;
                assertThat(e.problems()).isNotEmpty();
                assertThat(e.problems())
                        .allSatisfy(problem -> {
                            assertThat(problem.line()).as(text).isBetween(1, lines);
                            assertThat(problem.column()).isPositive();
                            assertThat(problem.toString()).doesNotContain("\n");
                        });
            }
        }
        assertThat(refused).isBetween(750, 1_499);
    }
}
