package org.domicile.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Where the peers' programs are on this machine. */
enum Programs {
    PGBENCH("postgresql (its client programs; elsewhere postgresql-contrib)"),
    PGBOUNCER("pgbouncer");

    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

    private final String debianPackage;

    Programs(String debianPackage) {
        this.debianPackage = debianPackage;
    }

    /** The program's file. Of several PostgreSQL versions' it is the newest. */
    Path require() {
        String name = name().toLowerCase(Locale.ROOT);
        return folders()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new BenchException(
                                name
                                        + " is not installed; it is in Debian's package "
                                        + debianPackage));
    }

    private static Stream<Path> folders() {
        List<Path> folders = new ArrayList<>();
        if (Files.isDirectory(VERSIONS)) {
            // Debian's own pgbench on the path is a script that looks for these.
            try (Stream<Path> versions = Files.list(VERSIONS)) {
                versions.sorted((a, b) ->
                                Double.compare(
                                        version(b.getFileName().toString()),
                                        version(a.getFileName().toString())))
                        .forEach(version -> folders.add(version.resolve("bin")));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list " + VERSIONS, e);
            }
        }
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(":")) {
            if (!folder.isEmpty()) {
                folders.add(Path.of(folder));
            }
        }
        folders.add(Path.of("/usr/sbin"));
        return folders.stream();
    }

    private static double version(String folder) {
        try {
            return Double.parseDouble(folder);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
