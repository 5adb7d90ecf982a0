package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * Where a gateway keeps what is its own: {@code ledger/<jurisdiction>/} to be published, and {@code
 * keys/}, {@code meters/} and {@code credentials} never to leave.
 */
record StateDirectory(Path root) {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    Path ledger(String jurisdiction) {
        return root.resolve("ledger").resolve(jurisdiction);
    }

    /** The ledger's private signing key. */
    Path signingKey(String jurisdiction) {
        return root.resolve("keys").resolve(jurisdiction + ".key");
    }

    /** The key that the ledger moves to, while it does. */
    Path nextSigningKey(String jurisdiction) {
        return root.resolve("keys").resolve(jurisdiction + ".next.key");
    }

    /** The ledger's public verifier key, to hand to overseers. */
    Path verifierKey(String jurisdiction) {
        return root.resolve("keys").resolve(jurisdiction + ".vkey");
    }

    /** What the meters had counted lately, as private as the ledger's bodies. */
    Path meters(String jurisdiction) {
        return root.resolve("meters").resolve(jurisdiction);
    }

    Path freezes(String jurisdiction) {
        return root.resolve("freezes").resolve(jurisdiction);
    }

    Path credentials() {
        return root.resolve("credentials");
    }

    void createPrivateDirectories() {
        try {
            Files.createDirectories(root);
            Path keys = root.resolve("keys");
            if (!Files.isDirectory(keys)) {
                Files.createDirectory(keys, OWNER_ONLY_DIRECTORY);
            }
            for (String known : List.of("meters", "freezes")) {
                if (!Files.isDirectory(root.resolve(known))) {
                    Files.createDirectory(root.resolve(known), OWNER_ONLY_DIRECTORY);
                }
            }
            Files.createDirectories(root.resolve("ledger"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create the state directory " + root, e);
        }
    }

    /** Replaces a file that others may read, at once or not at all. */
    static void replace(Path file, String text) {
        try {
            Path partial = file.resolveSibling(file.getFileName() + ".partial");
            Files.writeString(partial, text, StandardCharsets.UTF_8);
            if (Files.exists(file)) {
                Files.setPosixFilePermissions(partial, Files.getPosixFilePermissions(file));
            }
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Replaces a file with one that only its owner may read, at once or not at all. */
    static void writePrivate(Path file, String text) {
        try {
            Path partial = file.resolveSibling(file.getFileName() + ".partial");
            Files.deleteIfExists(partial);
            Files.createFile(partial, OWNER_ONLY_FILE);
            Files.writeString(partial, text, StandardCharsets.UTF_8);
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
