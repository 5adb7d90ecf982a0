package org.domicile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of {@code docs/formats/plan.md}, whose digests were computed by another program. */
class FormatDocumentationTest {
    private final String text = Files.readString(Path.of("../docs/formats/plan.md"));

    FormatDocumentationTest() throws IOException {}

    private String block(String label) {
        Matcher block =
                Pattern.compile("^```\\w+ " + label + "\n(.*)\n```$", Pattern.MULTILINE)
                        .matcher(text);
        assertThat(block.find()).as(label).isTrue();
        return block.group(1);
    }

    @Test
    void the_documented_plan_has_the_documented_digest() {
        Plan plan = Plan.fromJson(block("plan"));
        assertThat(plan.toJson()).isEqualTo(block("plan"));
        assertThat(plan.digest()).isEqualTo(block("plan-digest"));
    }

    @Test
    void the_documented_roster_has_the_documented_digest() {
        Roster roster = Roster.fromJson(block("roster"));
        assertThat(roster.toJson()).isEqualTo(block("roster"));
        assertThat(roster.digest()).isEqualTo(block("roster-digest"));
    }

    @Test
    void the_documented_grant_has_the_documented_digests() {
        Plan plan = Plan.fromJson(block("plan-grant"));
        assertThat(plan.toJson()).isEqualTo(block("plan-grant"));
        assertThat(plan.digest()).isEqualTo(block("plan-grant-digest"));
        Roster roster = Roster.fromJson(block("roster-grant"));
        assertThat(roster.toJson()).isEqualTo(block("roster-grant"));
        assertThat(roster.digest()).isEqualTo(block("roster-grant-digest"));
        String audience = roster.grants().get(0).audience();
        assertThat(plan.audience(audience).orElseThrow().grant()).isPresent();
        assertThat(roster.toString()).doesNotContain("17");
    }

    @Test
    void the_documented_limits_are_the_real_ones() {
        assertThat(text)
                .contains("nested more than " + Json.MAX_DEPTH + " deep")
                .contains("%,d characters".formatted(Json.MAX_CHARACTERS))
                .contains("at most " + Names.MAX_NAME_LENGTH + " characters")
                .contains("a name of at most " + Names.MAX_AUDIENCE_LENGTH + " characters")
                .contains("a name of at most " + Names.MAX_ACCESSOR_LENGTH + " characters")
                .contains("1 to %,d,".formatted(Roster.Granted.MAX_SUBJECTS))
                .contains("N from 1 to " + Transform.Bucket.MAX_WIDTH)
                .contains("N from 1 to " + Transform.Coarsen.MAX_KILOMETRES)
                .contains("1 to " + Names.MAX_IDENTIFIER_BYTES + " bytes");
    }
}
