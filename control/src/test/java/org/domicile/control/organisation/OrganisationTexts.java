package org.domicile.control.organisation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.domicile.yaml.Problem;
import org.domicile.yaml.YamlException;

/** Organisation files for tests. */
final class OrganisationTexts {
    private OrganisationTexts() {}

    /** A small file without a problem. */
    static String small() {
        try (InputStream in =
                Objects.requireNonNull(OrganisationTexts.class.getResourceAsStream("small.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The small file with one place written differently. */
    static String smallWith(String written, String instead) {
        String small = small();
        assertThat(small.indexOf(written)).as(written).isNotNegative();
        assertThat(small.indexOf(written)).as(written).isEqualTo(small.lastIndexOf(written));
        return small.replace(written, instead);
    }

    static Organisation read(String text) {
        return OrganisationFile.read("organisation.yaml", text);
    }

    static List<String> problems(String text) {
        try {
            read(text);
            return List.of();
        } catch (YamlException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}
