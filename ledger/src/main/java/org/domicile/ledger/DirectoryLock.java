package org.domicile.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The right to write a ledger's directory: an exclusive lock on its empty file {@code lock}.
 *
 * <p>On POSIX systems a process loses its lock on a file when it closes any descriptor of it, so
 * this class remembers what this process holds and never opens such a file a second time.
 */
public final class DirectoryLock implements AutoCloseable {
    static final String FILE = "lock";

    /** A reader that looks whether a writer is there holds the lock for an instant. */
    private static final int ATTEMPTS = 5;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

    private static final Set<Path> HELD_HERE = new HashSet<>();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws LedgerException when another writer has it
     */
    public static DirectoryLock acquire(Path directory) throws IOException {
        Path real = directory.toRealPath();
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(real)) {
                throw inUse(directory);
            }
            FileChannel channel =
                    FileChannel.open(
                            real.resolve(FILE),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            try {
                for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                    if (channel.tryLock() != null) {
                        HELD_HERE.add(real);
                        return new DirectoryLock(real, channel);
                    }
                    Thread.sleep(BETWEEN_ATTEMPTS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            channel.close();
            throw inUse(directory);
        }
    }

    private static LedgerException inUse(Path directory) {
        return new LedgerException(
                "the ledger "
                        + directory
                        + " is open in another process or a second time in this one;"
                        + " a ledger has one writer: stop the other");
    }

    /** Whether a writer, in this process or another, is at work in the directory now. */
    static boolean isHeld(Path directory) throws IOException {
        Path real = directory.toRealPath();
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(real)) {
                return true;
            }
            if (!Files.isReadable(real.resolve(FILE))) {
                return false;
            }
            try (FileChannel probe = FileChannel.open(real.resolve(FILE), StandardOpenOption.READ);
                    FileLock lock = probe.tryLock(0, Long.MAX_VALUE, true)) {
                return lock == null;
            } catch (NoSuchFileException e) {
                return false;
            }
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD_HERE) {
            HELD_HERE.remove(directory);
            channel.close();
        }
    }
}
