package org.domicile.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The embedded PostgreSQL unpacked on disk, one directory per archive digest.
 *
 * <p>Processes that unpack at the same time each do so in a directory of their own; the first to
 * rename it into place wins, the others throw theirs away. A directory under its final name is
 * therefore always whole.
 */
final class BinaryCache {
    /** Names a directory to unpack into, in place of the user's cache. */
    static final String DIRECTORY_VARIABLE = "DOMICILE_CACHE";

    private static @Nullable Path unpacked;

    private BinaryCache() {}

    static synchronized Path unpacked() {
        Path known = unpacked;
        if (known == null) {
            known = unpackInto(cacheDirectory());
            unpacked = known;
        }
        return known;
    }

    /** Unpacks the archive for this machine below a directory, unless that was done before. */
    static Path unpackInto(Path directory) {
        String archive = archiveName();
        try {
            Path target = directory.resolve("postgresql-" + digest(archive).substring(0, 32));
            if (!Files.isDirectory(target)) {
                Path partial = Files.createTempDirectory(directory, ".partial-");
                try {
                    extract(archive, partial);
                    Files.setPosixFilePermissions(
                            partial, PosixFilePermissions.fromString("rwxr-xr-x"));
                    moveUnlessThere(partial, target);
                } finally {
                    FileTree.delete(partial);
                }
            }
            return target;
        } catch (IOException e) {
            throw new TestkitException(
                    "cannot unpack PostgreSQL into %s; set %s to a directory with 100 MB to spare"
                            .formatted(directory, DIRECTORY_VARIABLE),
                    e);
        }
    }

    private static String archiveName() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        if (system.equals("linux") && machine.equals("amd64")) {
            return "/postgres-linux-x86_64.txz";
        }
        if (system.equals("linux") && machine.equals("aarch64")) {
            return "/postgres-linux-arm_64.txz";
        }
        throw new TestkitException(
                "no embedded PostgreSQL for %s on %s: it comes for Linux on x86-64 and arm64"
                        .formatted(system, machine));
    }

    private static InputStream open(String archive) throws IOException {
        InputStream stream = BinaryCache.class.getResourceAsStream(archive);
        if (stream == null) {
            throw new IOException("the class path has no " + archive);
        }
        return stream;
    }

    private static String digest(String archive) throws IOException {
        try (DigestInputStream stream =
                new DigestInputStream(open(archive), MessageDigest.getInstance("SHA-256"))) {
            stream.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(stream.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void extract(String archive, Path directory) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(
                        new XZCompressorInputStream(new BufferedInputStream(open(archive))))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                Path path = directory.resolve(entry.getName()).normalize();
                if (!path.startsWith(directory)) {
                    throw new IOException("the archive names a path outside itself");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(parentOf(path));
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(parentOf(path));
                    Files.copy(tar, path);
                    boolean executable = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString(
                                    executable ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    private static Path parentOf(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IOException("no parent directory");
        }
        return parent;
    }

    private static void moveUnlessThere(Path partial, Path target) throws IOException {
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (IOException e) {
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
    }

    /**
     * The first of the usual places that can be written. Root's is below {@code /var/cache}, since
     * its home is closed to the user that the server may have to run as.
     */
    private static Path cacheDirectory() {
        List<Path> candidates = new ArrayList<>();
        String chosen = System.getenv(DIRECTORY_VARIABLE);
        if (chosen != null && !chosen.isEmpty()) {
            candidates.add(Path.of(chosen));
        } else {
            String cacheHome = System.getenv("XDG_CACHE_HOME");
            if (RunAs.isRoot()) {
                candidates.add(Path.of("/var/cache/domicile"));
            } else if (cacheHome != null && cacheHome.startsWith("/")) {
                candidates.add(Path.of(cacheHome, "domicile"));
            } else {
                candidates.add(Path.of(System.getProperty("user.home"), ".cache", "domicile"));
            }
            candidates.add(
                    Path.of(System.getProperty("java.io.tmpdir"), "domicile-" + RunAs.uid()));
        }
        for (Path candidate : candidates) {
            if (isOurs(candidate)) {
                return candidate.toAbsolutePath();
            }
        }
        throw new TestkitException(
                "cannot write to %s, where PostgreSQL would be unpacked; set %s to another directory"
                        .formatted(
                                String.join(
                                        " or ", candidates.stream().map(Path::toString).toList()),
                                DIRECTORY_VARIABLE));
    }

    /** Programs are run from a directory only if nobody else can have put them there. */
    private static boolean isOurs(Path directory) {
        try {
            Files.createDirectories(directory);
            PosixFileAttributes attributes =
                    Files.readAttributes(
                            directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            return attributes.isDirectory()
                    && owner.equals((int) RunAs.uid())
                    && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                    && Files.isWritable(directory);
        } catch (IOException e) {
            return false;
        }
    }
}
