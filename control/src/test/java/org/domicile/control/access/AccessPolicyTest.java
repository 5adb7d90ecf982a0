package org.domicile.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a file with mistakes, and where. */
class AccessPolicyTest {
    private static final String PERMIT = "permit (principal, action, resource)";

    private static AccessPolicy read(String text) {
        return AccessPolicy.read("access.cedar", text);
    }

    private static void assertRefused(String text, String message) {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> read(text))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "principal.sitIn == \"US\" | 3:8 | did you mean `sitsIn`?",
                "principal.sitsIn = \"US\" | 3:8 | try using '==' instead",
                "principal.sitsIn == 1 | 3:8 | the types",
                "principal.citizenOf.contains(\"CN\") | 3:8 | attribute `citizenOf` on entity type `Job`",
                "principal in Tem::\"x\" | 3:21 | did you mean `Team`?",
                "principal in Role::\"boss\" | 3:21 | Role",
                "context.ticket == \"x\" | 3:8 | ticket",
                "foo(1) | 3:8 | `foo` is not a valid function",
                "1 == 2 | 1:1 | evaluates to false for all valid requests",
                "principal is Person && | 3: | unexpected token",
            })
    void mistakes_have_their_place_and_what_to_do(String condition, String place, String says) {
        assertRefused("// é first\n" + PERMIT + "\nwhen { " + condition + " };", says);
        if (!place.equals("1:1")) {
            assertRefused(
                    "// é first\n" + PERMIT + "\nwhen { " + condition + " };",
                    "access.cedar:" + place);
        }
    }

    @Test
    void every_mistake_is_told_at_once() {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() ->
                        read(
                                PERMIT
                                        + " when { principal.x };\n"
                                        + PERMIT
                                        + ";\n"
                                        + PERMIT
                                        + " when { resource.y };"))
                .satisfies(e -> assertThat(e.problems()).hasSizeGreaterThanOrEqualTo(2))
                .withMessageContaining("access.cedar:1:")
                .withMessageContaining("access.cedar:3:");
    }

    @Test
    void what_lies_between_policies_is_checked() {
        assertRefused(PERMIT, "access.cedar:1:1: this policy does not end; write \";\" at its end");
        assertRefused(PERMIT + ";\n@id(\"x", "access.cedar:2:5: this text does not end");
        assertRefused(PERMIT + ";\n\u0000", "access.cedar:2:1: this character has no place");
        assertRefused("\ud800", "U+D800");
        assertRefused(
                "@id(\"a\")" + PERMIT + ";\n@id(\"a\")" + PERMIT + ";",
                "access.cedar:2:1: the policy at line 1 has the @id \"a\" too");
        assertRefused("permit (principal == ?principal, action, resource);", "got a template");
    }

    @Test
    void comments_and_texts_may_hold_anything() {
        AccessPolicy policy =
                read(
                        "// forbid (principal, action, resource); \" {{{{\r"
                                + "@id(\"a;b\\\" // {\")\n"
                                + PERMIT
                                + " // ; }\n when { principal.sitsIn != \";\\\\\" };\n// end");
        assertThat(policy.rules())
                .extracting(AccessPolicy.Rule::text)
                .containsExactly("permit \"a;b\" // {\" (access.cedar:1)");
    }

    @Test
    void bounds_have_their_messages() {
        assertRefused(
                PERMIT + " when { " + "(".repeat(40) + "true" + ")".repeat(40) + " };",
                "brackets are nested more than 32 deep");
        assertRefused(
                PERMIT + " when { true" + " && true".repeat(3_000) + " };",
                "this policy has more than 16384 characters");
        assertRefused((PERMIT + ";").repeat(1_001), "the file has more than 1000 policies");
        assertRefused(" ".repeat((256 << 10) + 1), "the file has more than 262144 characters");
    }

    /** The native parser recurses: what the bounds let through must not end the process. */
    @Test
    void the_largest_that_the_bounds_allow_is_read() {
        String deepest =
                "(".repeat(PolicyText.MAX_NESTING - 1)
                        + "true"
                        + ")".repeat(PolicyText.MAX_NESTING - 1);
        assertThat(read(PERMIT + " when { " + deepest + " };").rules()).hasSize(1);
        int room = PolicyText.MAX_POLICY_CHARACTERS - PERMIT.length() - 40;
        assertThat(read(PERMIT + " when { true" + " && true".repeat(40) + " };").rules())
                .hasSize(1);
        String many = "this policy has too many parts to be read";
        assertRefused(PERMIT + " when { 1" + "+1".repeat(room / 2) + " > 0 };", many);
        int ifs = room / "if true then  else true".length();
        assertRefused(
                PERMIT
                        + " when { "
                        + "if true then ".repeat(ifs)
                        + "true"
                        + " else true".repeat(ifs)
                        + " };",
                many);
        assertRefused(PERMIT + " when { principal" + ".a".repeat(room / 2) + " };", "`a`");
        assertRefused(PERMIT + " when { " + "!".repeat(room / 2) + "true };", "too many");
    }

    @Test
    void the_digest_is_of_the_text(@org.junit.jupiter.api.io.TempDir Path directory)
            throws IOException {
        Path file = directory.resolve("access.cedar");
        Files.writeString(file, AccessTexts.POLICIES);
        assertThat(AccessPolicy.read(file).digest())
                .isEqualTo(read(AccessTexts.POLICIES).digest())
                .isNotEqualTo(read(AccessTexts.POLICIES + "\n").digest())
                .hasSize(64);
        assertThat(AccessPolicy.read(file)).hasToString("AccessPolicy[2 policies]");
    }

    @Test
    void the_draft_is_valid_and_permits_nothing() {
        assertThat(read(AccessDraft.write()).rules()).allMatch(AccessPolicy.Rule::isForbid);
    }
}
