package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** What tests need from npm, by the hashes of a lock file in a folder below {@code src/test}. */
final class NpmPackages {
    private NpmPackages() {}

    /** Fetched once for each lock file; the folder that has {@code node_modules}. */
    static Path fetch(String folder) throws IOException {
        Shell.require("Node 20 and npm", "sh", "-c", "npm --version && node --version");
        Path pinned = Project.root().resolve("app/src/test").resolve(folder);
        Path build =
                Files.createDirectories(Project.root().resolve("app/target/npm").resolve(folder));
        String lock = Files.readString(pinned.resolve("package-lock.json"));
        Path stamp = build.resolve("fetched");
        if (Files.exists(stamp) && Files.readString(stamp).equals(lock)) {
            return build;
        }
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.writeString(build.resolve(file), Files.readString(pinned.resolve(file)));
        }
        Shell.Outcome fetched =
                Shell.run(
                        build,
                        Map.of(),
                        "npm",
                        "ci",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "--cache",
                        build.resolve("npm-cache").toString());
        if (!Shell.ALL_REQUIRED) {
            Assumptions.assumeTrue(fetched.exitCode() == 0, "npm cannot fetch " + folder);
        }
        assertThat(fetched.exitCode()).as(fetched.toString()).isZero();
        Files.writeString(stamp, lock);
        return build;
    }
}
