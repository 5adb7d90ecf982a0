package org.domicile.testkit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

/** The directories of temporary stores, each deleted with its store, or else by a later process. */
final class TemporaryStores {
    private static final String PREFIX = "domicile-temporary-store-";

    /** A younger directory may belong to a process that has not locked it yet. */
    private static final Duration YOUNGEST_LEFT_BEHIND = Duration.ofMinutes(1);

    private TemporaryStores() {}

    static Path newDirectory(RunAs runAs) throws IOException {
        Path directory = Files.createTempDirectory(PREFIX);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        removeLeftBehind(directory, runAs);
        return directory;
    }

    private static void removeLeftBehind(Path ours, RunAs runAs) throws IOException {
        Instant youngest = Instant.now().minus(YOUNGEST_LEFT_BEHIND);
        Path parent = ours.getParent();
        if (parent == null) {
            return;
        }
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path sibling : siblings) {
                if (!sibling.equals(ours)
                        && Files.isRegularFile(sibling.resolve("lock"))
                        && Files.getOwner(sibling).equals(Files.getOwner(ours))
                        && Files.getLastModifiedTime(sibling).toInstant().isBefore(youngest)) {
                    remove(sibling, runAs);
                }
            }
        }
    }

    /** Deletes a store, unless a living process has it. */
    static void remove(Path directory, RunAs runAs) throws IOException {
        try (StoreDirectory opened = StoreDirectory.open(directory)) {
            Postmaster.stopLeftServing(opened.data(), runAs);
            FileTree.delete(directory);
        } catch (TestkitException e) {
            // In use: its own process will delete it.
        }
    }
}
