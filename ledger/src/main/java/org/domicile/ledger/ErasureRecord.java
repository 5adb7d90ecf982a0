package org.domicile.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.domicile.ledger.tile.Bundle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry that tells of an erasure, made durable before anything is destroyed. Where no log runs
 * it gets a write-ahead file of its own, which needs no key and which the next opening puts under a
 * checkpoint. A running log is asked for it, by a file in {@code bodies/} that it takes when it
 * makes its next checkpoint.
 */
final class ErasureRecord {
    /** In {@code bodies/}: a write-ahead record of one entry, whose time and index the log sets. */
    static final String REQUEST = "erase.request";

    /** A running log makes a checkpoint at an interval, by default a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final int MAX_REQUEST_BYTES =
            WriteAheadRecord.HEADER_BYTES + Bundle.MAX_ENTRY_BYTES + Bundle.MAX_BODY_BYTES + 8;

    private static final Logger LOG = LoggerFactory.getLogger(ErasureRecord.class);

    private final Path directory;
    private final long index;
    private final BodyEraser.Why why;
    private final Disk disk;

    /**
     * @param index of the entry whose body is to be erased
     */
    ErasureRecord(Path directory, long index, BodyEraser.Why why, Disk disk) {
        this.directory = directory;
        this.index = index;
        this.why = why;
        this.disk = disk;
    }

    private LedgerReader reader() throws IOException, LedgerDamage {
        return LedgerReader.open(directory, new LedgerFiles(directory).ownKey());
    }

    private boolean tells(Fact fact) {
        return fact instanceof Fact.BodyErased erased && erased.entry() == index;
    }

    /** Whether the ledger tells of this erasure already; reads all entries after the erased one. */
    boolean isDurable() throws IOException, LedgerDamage {
        boolean[] isTold = new boolean[1];
        reader().readDurable(index + 1, entry -> isTold[0] |= tells(entry.fact()));
        return isTold[0];
    }

    private PendingEntry entry() {
        return EntryEncoder.ofThread()
                .encode(new Fact.BodyErased(index), why.fields(), new EntryWriter.Waiting());
    }

    private static byte[] record(long first, PendingEntry entry) {
        List<PendingEntry> entries = List.of(entry);
        ByteBuffer record = ByteBuffer.allocate(WriteAheadRecord.encodedBytes(entries));
        WriteAheadRecord.encode(first, entries, record);
        return record.array();
    }

    /** Adds the entry to a ledger whose lock is held here; durable on return. */
    void write() throws IOException, LedgerDamage {
        LedgerReader reader = reader();
        long size = reader.checkpoint().size();
        long[] last = {size - 1, 0};
        reader.readDurable(
                Math.max(0, size - 1),
                entry -> {
                    last[0] = entry.index();
                    last[1] = EntryTime.micros(entry.time());
                });
        PendingEntry entry = entry();
        long time = Math.max(last[1], EntryTime.micros(Instant.now()));
        entry.stamp(EntryTime.text(time).getBytes(StandardCharsets.US_ASCII));
        Path writeAhead = directory.resolve(WriteAhead.DIRECTORY);
        disk.createPrivateDirectory(writeAhead);
        dropCutOff(writeAhead);
        disk.writeFile(
                writeAhead.resolve(WriteAhead.fileName(last[0] + 1)), record(last[0] + 1, entry));
        disk.forceDirectory(writeAhead);
    }

    /** What a write that was cut off left would be followed by a file, as it must not be. */
    private void dropCutOff(Path writeAhead) throws IOException {
        List<Path> files = Disk.list(writeAhead);
        if (!files.isEmpty()) {
            Path file = files.getLast();
            long first = WriteAhead.firstIndex(file.getFileName().toString()).orElseThrow();
            byte[] content = Files.readAllBytes(file);
            int intactBytes = WriteAheadRecord.scan(content, first).intactBytes();
            if (intactBytes < content.length) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(intactBytes);
                    disk.force(channel);
                }
            }
        }
    }

    /**
     * Has a running log add the entry; it is under a checkpoint on return.
     *
     * @throws LedgerException when that does not come in time
     */
    void ask() throws IOException, LedgerDamage {
        Path request = directory.resolve(Layout.BODIES).resolve(REQUEST);
        long from = reader().checkpoint().size();
        disk.replaceFile(request, record(0, entry()));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean[] isTold = new boolean[1];
        while (!isTold[0]) {
            if (System.nanoTime() - deadline > 0) {
                disk.delete(request);
                throw new LedgerException(
                        "the running log did not record the erasure of entry %d within %d s; nothing"
                                        .formatted(index, PATIENCE.toSeconds())
                                + " was erased, try again or stop the log first");
            }
            pause();
            LedgerReader reader = reader();
            reader.read(from, entry -> isTold[0] |= tells(entry.fact()));
            from = reader.checkpoint().size();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted; nothing was erased", e);
        }
    }

    /**
     * Hands on what an eraser asks the running log of this directory for; most of the time there is
     * nothing. It never fails: what cannot be taken now is taken the next time, or given up by the
     * eraser.
     *
     * @param size how many entries are under the checkpoint
     */
    static void takeRequest(Path directory, Disk disk, Intake intake, long size) {
        Path bodies = directory.resolve(Layout.BODIES);
        Path request = bodies.resolve(REQUEST);
        try {
            if (!Files.exists(request) || !DirectoryLock.isHeld(bodies)) {
                return; // an eraser that was killed waits for nothing; its file goes at the opening
            }
            PendingEntry asked = requested(Files.readAllBytes(request), size);
            if (asked == null) {
                LOG.warn("{} asks for no erasure of this ledger; it is passed over", request);
                disk.delete(request);
            } else if (intake.offer(asked)) {
                disk.delete(request);
            }
        } catch (IOException | LedgerException e) {
            LOG.warn("an erasure could not be recorded yet: {}", e.toString());
        }
    }

    /** The entry in a request, null where it is none that a ledger of this size can have. */
    static @Nullable PendingEntry requested(byte[] file, long size) {
        if (file.length > MAX_REQUEST_BYTES) {
            return null;
        }
        WriteAheadRecord.Scan scan = WriteAheadRecord.scan(file, 0);
        if (scan.end() != WriteAheadRecord.End.WHOLE || scan.next(0) != 1) {
            return null;
        }
        StoredEntry stored = scan.records().getFirst().entries().getFirst();
        try {
            Leaf leaf = Leaf.decode(stored.leaf());
            Body body = Body.decode(stored.body());
            boolean isErasure =
                    leaf.fact() instanceof Fact.BodyErased erased
                            && erased.entry() < size
                            && body.hasDigests(leaf.digests(), EntryEncoder.sha256());
            return isErasure
                    ? new PendingEntry(stored.leaf(), stored.body(), new EntryWriter.Waiting())
                    : null;
        } catch (EntryFormatException e) {
            return null;
        }
    }
}
