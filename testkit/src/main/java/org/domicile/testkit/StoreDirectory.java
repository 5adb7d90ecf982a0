package org.domicile.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one store keeps on disk, locked against other processes: {@code data} (PostgreSQL's own
 * files), {@code superuser-password}, {@code server.log} and {@code lock}.
 */
final class StoreDirectory implements AutoCloseable {
    private static final int PASSWORD_BYTES = 24;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final FileChannel lockFile;

    private StoreDirectory(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /** Makes the directory where it is missing, and locks it. */
    static StoreDirectory open(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            // The server's user must be able to pass through to its data, but not to list this.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        }
        Path root = directory.toRealPath();
        FileChannel lockFile =
                FileChannel.open(
                        root.resolve("lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        OWNER_ONLY_FILE);
        if (!lock(lockFile)) {
            lockFile.close();
            throw new TestkitException(
                    "the store in %s is in use by another process; stop that one first"
                            .formatted(root));
        }
        return new StoreDirectory(root, lockFile);
    }

    private static boolean lock(FileChannel file) throws IOException {
        try {
            @Nullable FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path root() {
        return root;
    }

    Path data() {
        return root.resolve("data");
    }

    Path log() {
        return root.resolve("server.log");
    }

    /** Closing the lock's file gives up the lock. */
    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    /** An empty log that only its owner can read. */
    Path newLog() throws IOException {
        Files.deleteIfExists(log());
        return Files.createFile(log(), OWNER_ONLY_FILE);
    }

    /**
     * The superuser's password, having made the data directory where there is none. That is made
     * under another name and renamed, so that one of the right name is always whole.
     */
    String prepare(PostgresBinaries binaries, RunAs runAs, boolean durable) throws IOException {
        Path password = root.resolve("superuser-password");
        if (!Files.exists(data())) {
            Files.deleteIfExists(password);
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            Files.createFile(password, OWNER_ONLY_FILE);
            Files.writeString(password, HexFormat.of().formatHex(random) + "\n");
            initialise(binaries, runAs, password, durable);
        } else if (!Files.exists(password)) {
            throw new TestkitException(
                    "%s is missing, so the store in %s cannot be opened; delete that directory to"
                                    .formatted(password, root)
                            + " begin anew");
        }
        requireVersion(binaries);
        runAs.takeOver(data());
        return Files.readString(password).strip();
    }

    private void initialise(PostgresBinaries binaries, RunAs runAs, Path password, boolean durable)
            throws IOException {
        Path partial = root.resolve("data.partial");
        FileTree.delete(partial);
        Files.createDirectory(partial, OWNER_ONLY_DIRECTORY);
        runAs.takeOver(partial);
        runAs.takeOver(password);
        List<String> words =
                new ArrayList<>(
                        List.of(
                                binaries.program("initdb"),
                                "--pgdata=" + partial,
                                "--username=" + EmbeddedStore.SUPERUSER,
                                "--pwfile=" + password,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--no-instructions"));
        if (binaries.majorVersion() >= 17) {
            words.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        }
        if (!durable) {
            words.add("--no-sync");
        }
        Commands.Result result = Commands.run(runAs.command(words));
        if (result.exitStatus() != 0) {
            throw new TestkitException(
                    "initdb could not make a store in %s:%n%s"
                            .formatted(root, result.output().strip()));
        }
        Files.move(partial, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void requireVersion(PostgresBinaries binaries) throws IOException {
        String version = Files.readString(data().resolve("PG_VERSION")).strip();
        if (!version.equals(Integer.toString(binaries.majorVersion()))) {
            throw new TestkitException(
                    ("the store in %s was made by PostgreSQL %s and cannot be opened by %d; delete"
                                    + " the directory, or give another one")
                            .formatted(root, version, binaries.majorVersion()));
        }
    }
}
