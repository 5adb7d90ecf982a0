package org.domicile.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.domicile.control.organisation.Organisation;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;

/** What {@code docs/access.md} shows and says. */
class AccessDocumentationTest {
    private final String text = Files.readString(Path.of("../docs/access.md"));

    AccessDocumentationTest() throws IOException {}

    private String example() {
        int begin = text.indexOf("```cedar\n") + "```cedar\n".length();
        return text.substring(begin, text.indexOf("```\n", begin));
    }

    @Test
    void the_example_is_valid_and_decides_as_it_says() {
        Access access = AccessTexts.access(example().replace("us_support", "support"));
        assertThat(List.of("anna", "temp", "bob"))
                .allSatisfy(id -> assertThat(admitted(access, id)).as(id).isTrue());
        assertThat(List.of("paper", "abroad", "gone", "founder"))
                .allSatisfy(id -> assertThat(admitted(access, id)).as(id).isFalse());
    }

    private static boolean admitted(Access access, String id) {
        Organisation.Accessor accessor = access.organisation().accessor(id).orElseThrow();
        return !accessor.isDisabled()
                && access.verdicts(accessor, AccessTexts.US).stream()
                        .filter(verdict -> !verdict.purpose().equals("billing"))
                        .anyMatch(Verdict::isPermitted);
    }

    @Test
    void the_problem_shown_is_one_the_reader_tells() {
        try {
            AccessPolicy.read(
                    "access.cedar",
                    "permit (principal is Person, action, resource)\n\nwhen { principal.sitIn };");
            assertThat(text).isEmpty();
        } catch (YamlException e) {
            assertThat(text).contains(e.problems().get(0) + "\n");
        }
    }

    @Test
    void the_bounds_are_the_real_ones() {
        assertThat(text)
                .contains(
                        "At most "
                                + PolicyText.MAX_CHARACTERS
                                + " characters and "
                                + PolicyText.MAX_POLICIES
                                + " policies, each of at most "
                                + PolicyText.MAX_POLICY_CHARACTERS
                                + " characters, brackets nested "
                                + PolicyText.MAX_NESTING
                                + " deep");
    }

    /** What the table names is in the schema, and the other way round. */
    @Test
    void everything_of_the_schema_is_described() {
        var names =
                java.util.regex.Pattern.compile("(?m)^(?:  |entity )(\\w+)")
                        .matcher(AccessSchema.text());
        while (names.find()) {
            if (!List.of("principal", "resource", "context").contains(names.group(1))) {
                assertThat(text).contains(names.group(1));
            }
        }
    }
}
