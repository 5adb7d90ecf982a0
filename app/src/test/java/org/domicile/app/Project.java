package org.domicile.app;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout under test. */
final class Project {
    private Project() {}

    /** The folder with the launcher {@code domicile}; tests run in a module's folder below it. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("domicile"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("not inside a checkout of Domicile");
            }
        }
        return folder;
    }
}
