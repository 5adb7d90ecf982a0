package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/init.md} lists what {@code init} gives and takes, all of it and nothing else. */
class InitDocumentTest {
    @Test
    void everyItemIsDocumented() throws IOException {
        String document = Files.readString(Path.of("../docs/init.md"));
        List<String> items =
                Stream.of(Hardenings.NEEDED, Hardenings.TAKEN)
                        .flatMap(Collection::stream)
                        .map(Hardening::id)
                        .toList();
        TreeSet<String> documented = new TreeSet<>();
        Pattern.compile("(?m)^\\| `([a-z-]+)` \\|")
                .matcher(document)
                .results()
                .map((MatchResult row) -> row.group(1))
                .forEach(documented::add);
        assertThat(documented).containsExactlyInAnyOrderElementsOf(items);
    }
}
