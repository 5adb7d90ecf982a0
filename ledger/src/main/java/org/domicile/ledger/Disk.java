package org.domicile.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.domicile.ledger.tile.Bundle;

/**
 * The few file operations that the ledger's writer and a witness are made of. Each either did what
 * it says or throws; after a throw the state on disk is unknown and nothing here is tried again.
 * Tests make each of them fail in turn.
 */
public class Disk {
    /** The end of the name of a file that is still being written. */
    public static final String UNFINISHED = ".tmp";

    public FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    public void force(FileChannel channel) throws IOException {
        channel.force(false);
    }

    /** Writes a whole file and fsyncs it; its name is durable after {@link #forceDirectory}. */
    public void writeFile(Path file, byte[] content) throws IOException {
        try (FileChannel channel = openWhole(file)) {
            write(channel, ByteBuffer.wrap(content));
            force(channel);
        }
    }

    /** As {@link #writeFile(Path, byte[])}, in pieces of {@code buffer}. */
    public void writeFile(Path file, Bundle content, ByteBuffer buffer) throws IOException {
        try (FileChannel channel = openWhole(file)) {
            content.writeTo(piece -> write(channel, piece), buffer);
            force(channel);
        }
    }

    private static FileChannel openWhole(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    /** Gives a file its content at one instant, durable on return: a reader sees old or new. */
    public void replaceFile(Path file, byte[] content) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        writeFile(unfinished, content);
        rename(unfinished, file);
        forceDirectory(parent(file));
    }

    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Makes the names in a directory durable. */
    public void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes a directory and its missing parents, all durable. */
    public void createDirectories(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            createDirectories(parent(directory));
            Files.createDirectory(directory);
            forceDirectory(parent(directory));
        }
    }

    /** As {@link #createDirectories}, for files that only the custodian may read. */
    public void createPrivateDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path above = parent(directory);
        FileAttribute<?>[] ownerOnly =
                Files.getFileStore(above).supportsFileAttributeView("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------"))
                        }
                        : new FileAttribute<?>[0];
        Files.createDirectory(directory, ownerOnly);
        forceDirectory(above);
    }

    /** What a directory holds, sorted by name; nothing where it is not there. */
    public static List<Path> list(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    public static Path parent(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new FileSystemException(file.toString(), null, "has no parent directory");
        }
        return parent;
    }
}
