package org.domicile.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The programs of one PostgreSQL version: either those that come with Domicile or an installed
 * server's.
 *
 * @param binDirectory holds {@code initdb} and {@code postgres}
 * @param majorVersion 14 to 18
 */
public record PostgresBinaries(Path binDirectory, int majorVersion) {
    /** Where Debian and its relatives install servers, one directory per major version. */
    private static final Path DEBIAN_SERVERS = Path.of("/usr/lib/postgresql");

    private static final Pattern VERSION = Pattern.compile("PostgreSQL\\) (\\d+)");

    /** The PostgreSQL 18 that comes as a dependency, unpacked once into the user's cache. */
    public static PostgresBinaries embedded() {
        return installed(BinaryCache.unpacked().resolve("bin"));
    }

    /** An installed server's programs, for example those in {@code /usr/lib/postgresql/15/bin}. */
    public static PostgresBinaries installed(Path binDirectory) {
        Path directory = binDirectory.toAbsolutePath().normalize();
        for (String program : List.of("initdb", "postgres")) {
            if (!Files.isExecutable(directory.resolve(program))) {
                throw new TestkitException(
                        "no PostgreSQL server in %s: %s is missing or not executable"
                                .formatted(directory, program));
            }
        }
        return new PostgresBinaries(directory, majorVersionOf(directory));
    }

    /** Every server installed the Debian way, newest first; empty where there is none. */
    public static List<PostgresBinaries> findInstalled() {
        if (!Files.isDirectory(DEBIAN_SERVERS)) {
            return List.of();
        }
        List<PostgresBinaries> found = new ArrayList<>();
        try (Stream<Path> versions = Files.list(DEBIAN_SERVERS)) {
            for (Path version : versions.toList()) {
                Path bin = version.resolve("bin");
                if (Files.isExecutable(bin.resolve("initdb"))
                        && Files.isExecutable(bin.resolve("postgres"))) {
                    found.add(installed(bin));
                }
            }
        } catch (IOException e) {
            throw new TestkitException("cannot list " + DEBIAN_SERVERS, e);
        }
        found.sort(Comparator.comparingInt(PostgresBinaries::majorVersion).reversed());
        return List.copyOf(found);
    }

    String program(String name) {
        return binDirectory.resolve(name).toString();
    }

    private static int majorVersionOf(Path directory) {
        String answer = Commands.output(directory.resolve("postgres").toString(), "--version");
        Matcher matcher = VERSION.matcher(answer);
        if (!matcher.find()) {
            throw new TestkitException(
                    "%s/postgres does not run here: --version answered \"%s\""
                            .formatted(directory, answer.strip()));
        }
        return Integer.parseInt(matcher.group(1));
    }
}
