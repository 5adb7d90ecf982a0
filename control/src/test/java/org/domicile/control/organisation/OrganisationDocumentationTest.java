package org.domicile.control.organisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.domicile.control.rules.RulePacks;
import org.domicile.control.rules.Rules;
import org.domicile.yaml.Problems;
import org.domicile.yaml.YamlFile;
import org.domicile.yaml.YamlTree;
import org.junit.jupiter.api.Test;

/** What {@code docs/organisation.md} shows and says, and the drafts. */
class OrganisationDocumentationTest {
    private final String text = Files.readString(Path.of("../docs/organisation.md"));

    OrganisationDocumentationTest() throws IOException {}

    private String wholeFile() {
        int begin = text.indexOf("```yaml\n") + "```yaml\n".length();
        return text.substring(begin, text.indexOf("```\n", begin));
    }

    @Test
    void the_whole_file_has_no_problem_and_says_what_is_said_of_it() {
        Organisation organisation = OrganisationTexts.read(wholeFile());
        Finding partner =
                Coverage.of(organisation, new Rules(List.of(RulePacks.included("us-dsp-2025"))))
                        .of("partner")
                        .orElseThrow();
        assertThat(text)
                .contains(
                        partner.title()
                                + ": not covered\n  note: "
                                + partner.notes().get(0)
                                + "\n");
        assertThat(partner.isCovered()).isFalse();
    }

    @Test
    void the_problem_shown_is_one_the_reader_tells() {
        assertThat(
                        OrganisationTexts.problems(
                                OrganisationTexts.smallWith("founder: 20", "foundre: 20")))
                .singleElement()
                .satisfies(problem -> assertThat(text).contains(problem + "\n"));
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
                .contains("the first " + Problems.MAX_PROBLEMS + " problems")
                .contains(ScimPeople.MAX_PEOPLE + " people");
    }

    @Test
    void the_draft_is_an_organisation_with_and_without_its_comments() {
        String draft = OrganisationDraft.write("us", "US");
        assertThat(OrganisationTexts.read(draft).entities().keySet()).containsExactly("custodian");
        Organisation whole = OrganisationTexts.read(draft.replace("  # ", "  "));
        assertThat(whole.people().keySet()).containsExactly("alice");
        assertThat(whole.entities().keySet()).containsExactly("custodian", "partner");
    }
}
