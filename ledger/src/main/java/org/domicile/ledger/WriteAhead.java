package org.domicile.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.domicile.ledger.WriteAheadRecord.End;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries that are durable but not yet under a checkpoint: files {@code wal/<index of the first
 * entry>}, of which the last is being written. The writer thread appends, the integrator thread
 * takes over what was appended and drops the files once the tiles stand for them.
 */
final class WriteAhead {
    static final String DIRECTORY = "wal";

    /** The writer waits for the integrator rather than hold more than this. */
    static final long MAX_HELD_BYTES = 64L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(WriteAhead.class);
    private static final Pattern NAME = Pattern.compile("[0-9]{19}");

    private final Path directory;
    private final Disk disk;

    /** Fair, so that the integrator gets its turn between two groups. */
    private final ReentrantLock lock = new ReentrantLock(true);

    private final Condition released = lock.newCondition();

    private @Nullable FileChannel channel;
    private List<StoredEntry> entries = new ArrayList<>();
    private long next;
    private long segmentFirst;
    private long heldBytes;
    private boolean stopped;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);

    /** What the integrator took over: consecutive entries, the first's index, and their bytes. */
    record Taken(long first, List<StoredEntry> entries, long bytes) {}

    WriteAhead(Path ledgerDirectory, Disk disk) {
        this.directory = ledgerDirectory.resolve(DIRECTORY);
        this.disk = disk;
    }

    /** The index of a write-ahead file's first entry, if {@code name} is such a file's. */
    static OptionalLong firstIndex(String name) {
        if (!NAME.matcher(name).matches()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(name));
        } catch (NumberFormatException e) {
            return OptionalLong.empty(); // more than 2^63 - 1
        }
    }

    /**
     * What an earlier process left: all entries it acknowledged that no checkpoint covers, and
     * maybe some that it never did. Changes nothing on disk.
     *
     * @throws LedgerException when acknowledged entries cannot be read back
     */
    Taken recover(long checkpointSize) throws IOException {
        List<StoredEntry> found = new ArrayList<>();
        long first = checkpointSize;
        long expected = -1;
        List<Path> files = Disk.list(directory);
        for (Path file : files) {
            String place = DIRECTORY + "/" + file.getFileName();
            long fileFirst =
                    firstIndex(file.getFileName().toString())
                            .orElseThrow(
                                    () -> new LedgerException(place + " does not belong here"));
            if (expected < 0) {
                first = fileFirst;
            } else if (fileFirst != expected) {
                throw new LedgerException(
                        place + " does not follow: the next entry should be " + expected);
            }
            WriteAheadRecord.Scan scan = WriteAheadRecord.scan(Files.readAllBytes(file), fileFirst);
            boolean last = file.equals(files.getLast());
            if (scan.end() == End.DAMAGED || (scan.end() != End.WHOLE && !last)) {
                throw new LedgerException(
                        place
                                + " is damaged after entry "
                                + (scan.next(fileFirst) - 1)
                                + ": "
                                + scan.problem()
                                + "; later entries were acknowledged, so it is not opened");
            }
            if (scan.end() != End.WHOLE) {
                LOG.warn(
                        "{} ends in {} bytes of a write that was cut off; they are dropped",
                        place,
                        Files.size(file) - scan.intactBytes());
            }
            scan.records().forEach(record -> found.addAll(record.entries()));
            expected = scan.next(fileFirst);
        }
        if (first > checkpointSize || (expected >= 0 && expected < checkpointSize)) {
            throw new LedgerException(
                    "the write-ahead files do not meet the checkpoint at " + checkpointSize);
        }
        return new Taken(first, found, 0);
    }

    /** Begins a new file for entries from {@code index} on. */
    void start(long index) throws IOException {
        lock.lock();
        try {
            next = index;
            segmentFirst = index;
            disk.createPrivateDirectory(directory);
            channel = disk.create(file(index));
            disk.forceDirectory(directory);
        } finally {
            lock.unlock();
        }
    }

    /** Makes a group of entries durable with one write and one fsync; the first one's index. */
    long append(List<PendingEntry> group) throws IOException {
        lock.lock();
        try {
            FileChannel open = channel;
            if (open == null || stopped) {
                throw new LedgerException("the ledger has stopped");
            }
            int bytes = WriteAheadRecord.encodedBytes(group);
            if (bytes > buffer.capacity()) {
                buffer = ByteBuffer.allocateDirect(Math.max(bytes, 2 * buffer.capacity()));
            }
            WriteAheadRecord.encode(next, group, buffer.clear());
            disk.write(open, buffer.flip());
            disk.force(open);
            for (PendingEntry entry : group) {
                entries.add(new StoredEntry(entry.leaf(), entry.body()));
                heldBytes += entry.bytes();
            }
            long first = next;
            next += group.size();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the integrator has caught up enough, or all has stopped. */
    void awaitRoom(Runnable hurry) {
        lock.lock();
        try {
            while (heldBytes >= MAX_HELD_BYTES && !stopped) {
                hurry.run();
                released.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands over what was appended since the last time and begins a new file, if there is any. */
    Taken take() throws IOException {
        lock.lock();
        try {
            List<StoredEntry> taken = entries;
            long first = segmentFirst;
            if (!taken.isEmpty()) {
                entries = new ArrayList<>();
                close();
                start(next);
            }
            return new Taken(
                    first,
                    taken,
                    taken.stream().mapToLong(e -> e.leaf().length + e.body().length).sum());
        } finally {
            lock.unlock();
        }
    }

    /** Drops the files of what a checkpoint now covers, those from before {@code size}. */
    void integrated(Taken taken, long size) throws IOException {
        boolean dropped = false;
        for (Path file : Disk.list(directory)) {
            OptionalLong first = firstIndex(file.getFileName().toString());
            if (first.isPresent() && first.getAsLong() < size) {
                disk.delete(file);
                dropped = true;
            }
        }
        if (dropped) {
            disk.forceDirectory(directory);
        }
        lock.lock();
        try {
            heldBytes -= taken.bytes();
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends writing for good; what is on disk stays as it is. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes the file. Failing to close loses nothing: what was acknowledged was fsynced. */
    void close() throws IOException {
        lock.lock();
        try {
            if (channel != null) {
                channel.close();
                channel = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops every file: at opening, once tiles stand for what was found, and at a clean end. */
    void dropAll() throws IOException {
        close();
        List<Path> files = Disk.list(directory);
        for (Path file : files) {
            disk.delete(file);
        }
        if (!files.isEmpty()) {
            disk.forceDirectory(directory);
        }
    }

    private Path file(long first) {
        return directory.resolve(fileName(first));
    }

    static String fileName(long first) {
        return String.format(Locale.ROOT, "%019d", first);
    }
}
