package org.domicile.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.domicile.plan.Plan;
import org.domicile.yaml.Problem;
import org.domicile.yaml.YamlException;

/** Policy files for tests. */
final class PolicyTexts {
    static final Path DEMO = Path.of("../app/src/main/resources/demo/domicile.yaml");

    private PolicyTexts() {}

    /** A small file without a problem. */
    static String small() {
        return resource("small.yaml");
    }

    /** The small file with one place written differently. */
    static String smallWith(String written, String instead) {
        String small = small();
        assertThat(small.indexOf(written)).as(written).isNotNegative();
        assertThat(small.indexOf(written)).as(written).isEqualTo(small.lastIndexOf(written));
        return small.replace(written, instead);
    }

    static String demo() {
        try {
            return Files.readString(DEMO);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The entities of an organisation that goes with the files here. */
    static final List<Plan.Entity> ENTITIES =
            List.of(
                    new Plan.Entity("custodian_us", "US"),
                    new Plan.Entity("custodian_eu", "IE"),
                    new Plan.Entity("custodian_row", "SG"),
                    new Plan.Entity("parent", "CN"),
                    new Plan.Entity("global", "SG"),
                    new Plan.Entity("partner", "SG"),
                    new Plan.Entity("auditor", "IE"));

    static Policy read(String text) {
        return PolicyFile.read("domicile.yaml", text, ENTITIES, name -> null);
    }

    /** The problems of a text as they are printed; none when it is read. */
    static List<String> problems(String text) {
        try {
            read(text);
            return List.of();
        } catch (YamlException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    static String resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(PolicyTexts.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
