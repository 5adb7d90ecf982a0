package org.domicile.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.domicile.yaml.Problems;
import org.domicile.yaml.YamlFile;
import org.domicile.yaml.YamlTree;
import org.junit.jupiter.api.Test;

/** What {@code docs/policy.md} shows and says. */
class PolicyDocumentationTest {
    private final String text = Files.readString(Path.of("../docs/policy.md"));

    PolicyDocumentationTest() throws IOException {}

    private String wholeFile() {
        int begin = text.indexOf("```yaml\n") + "```yaml\n".length();
        return text.substring(begin, text.indexOf("```\n", begin));
    }

    @Test
    void the_whole_file_has_no_problem() {
        assertThat(PolicyTexts.problems(wholeFile())).isEmpty();
    }

    @Test
    void the_problem_shown_is_one_the_reader_tells() {
        String yaml =
                wholeFile()
                        .replaceFirst("    categories:\n", "    categorys:\n")
                        .replace("parent_analytics", "abroad");
        assertThat(PolicyTexts.problems(yaml))
                .anyMatch(problem ->
                        problem.endsWith(
                                ": unknown key \"categorys\" in audience \"abroad\"; write"
                                        + " \"categories\""));
        assertThat(text)
                .contains(
                        ": unknown key \"categorys\" in audience \"abroad\"; write \"categories\"");
    }

    @Test
    void the_bounds_are_the_real_ones() {
        assertThat(text)
                .contains(
                        "At most "
                                + YamlFile.MAX_BYTES
                                + " bytes, nested "
                                + YamlTree.MAX_DEPTH
                                + " deep, "
                                + YamlTree.MAX_ALIASES
                                + " aliases")
                .contains("the first " + Problems.MAX_PROBLEMS + " problems");
    }
}
