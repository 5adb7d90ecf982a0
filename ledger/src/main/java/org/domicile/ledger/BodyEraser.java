package org.domicile.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.tile.Bundle;
import org.domicile.ledger.tile.BundleFormatException;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * Destroys the private values of one entry, in every file of the ledger that has them (I8). The
 * entry's leaf, and so every proof, stays as it is.
 *
 * <p>A file is replaced at one instant by one with an empty body, and what it was is overwritten:
 * killed at any instruction, the ledger is whole, and erasing again finishes what was begun. Beside
 * a running log it erases what that log has done with, the full bundles; of the last, unfinished
 * one the log has a copy in memory and would write it again.
 */
public final class BodyEraser {
    /** In {@code bodies/}, the one file that is being written; others are never unfinished. */
    static final String UNFINISHED = "erase" + Disk.UNFINISHED;

    /** A running log deletes superseded copies within an interval of its checkpoints. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final int ZEROS = 64 * 1024;

    private final Path directory;
    private final long index;
    private final Disk disk;
    private boolean found;
    private boolean erased;
    private boolean hadNone;

    private BodyEraser(Path directory, long index, Disk disk) {
        this.directory = directory;
        this.index = index;
        this.disk = disk;
    }

    /** What came of it. */
    public enum Outcome {
        ERASED,
        ALREADY_ERASED,
        HAD_NO_PRIVATE_VALUES
    }

    /**
     * Erases the body of an entry; durable on return.
     *
     * @throws IllegalArgumentException when there is no such entry, or no bodies at all
     * @throws LedgerException when it cannot be done now, saying what to do
     * @throws LedgerDamage when the files cannot be read; nothing was changed in such a file
     */
    public static Outcome erase(Path directory, long index) throws IOException, LedgerDamage {
        return erase(directory, index, new Disk());
    }

    static Outcome erase(Path directory, long index, Disk disk) throws IOException, LedgerDamage {
        Path bodies = directory.resolve(Layout.BODIES);
        if (index < 0 || !Files.isDirectory(bodies)) {
            throw new IllegalArgumentException(
                    index < 0
                            ? "an entry's number is 0 or more"
                            : "there are no bodies in " + directory + "; nothing can be erased");
        }
        BodyEraser eraser = new BodyEraser(directory, index, disk);
        try (DirectoryLock _ = lockBodies(bodies)) {
            DirectoryLock writer = lockIfFree(directory);
            if (writer == null) {
                return eraser.eraseBesideTheLog();
            }
            try (writer) {
                return eraser.eraseAlone();
            }
        }
    }

    private static DirectoryLock lockBodies(Path bodies) throws IOException {
        try {
            return DirectoryLock.acquire(bodies);
        } catch (LedgerException e) {
            throw new LedgerException(
                    "another erasure is at work in this ledger; try again when it is done", e);
        }
    }

    /** The right to write the ledger, null where a log is running. */
    private static @Nullable DirectoryLock lockIfFree(Path directory) throws IOException {
        try {
            return DirectoryLock.acquire(directory);
        } catch (LedgerException e) {
            return null;
        }
    }

    private long checkpointSize() throws IOException, LedgerDamage {
        LedgerFiles files = new LedgerFiles(directory);
        return Checkpoint.open(
                        files.readSmall(Layout.CHECKPOINT), files.keys(files.ownKey()).newest())
                .size();
    }

    private Outcome eraseBesideTheLog() throws IOException, LedgerDamage {
        long tile = index / TileTree.TILE_WIDTH;
        long size = checkpointSize();
        if (tile >= TileTree.fullTiles(size, 0)) {
            throw new LedgerException(
                    "entry %d is in the unfinished bundle, which the running log would write again;"
                                    .formatted(index)
                            + " stop the log, erase, and start it again, or erase once the log has "
                            + (tile + 1) * TileTree.TILE_WIDTH
                            + " entries (now "
                            + size
                            + ")");
        }
        awaitNoOtherCopy(tile);
        eraseIn(new TilePath(Kind.BODIES, 0, tile, TileTree.TILE_WIDTH));
        return outcome();
    }

    /** A log that has just filled the bundle still has older copies of it. */
    private void awaitNoOtherCopy(long tile) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!otherBundles(tile, TileTree.TILE_WIDTH).isEmpty() || !writeAheadFiles().isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new LedgerException(
                        "the running log still has older copies of entry %d after %d s; nothing was"
                                        .formatted(index, PATIENCE.toSeconds())
                                + " erased, try again or stop the log first");
            }
            try {
                Thread.sleep(BETWEEN_LOOKS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LedgerException("interrupted; nothing was erased", e);
            }
        }
    }

    private Outcome eraseAlone() throws IOException, LedgerDamage {
        long tile = index / TileTree.TILE_WIDTH;
        long size = checkpointSize();
        int width =
                tile < TileTree.fullTiles(size, 0)
                        ? TileTree.TILE_WIDTH
                        : TileTree.partialWidth(size, 0);
        for (Path file : writeAheadFiles()) {
            eraseInWriteAhead(file);
        }
        if (index >= size && !found) {
            throw new IllegalArgumentException(
                    "the ledger has no entry " + index + "; it has " + size);
        }
        for (Path file : otherBundles(tile, width)) {
            delete(file);
        }
        if (index < size) {
            eraseIn(new TilePath(Kind.BODIES, 0, tile, width));
        }
        return outcome();
    }

    private Outcome outcome() {
        if (erased) {
            return Outcome.ERASED;
        }
        return hadNone ? Outcome.HAD_NO_PRIVATE_VALUES : Outcome.ALREADY_ERASED;
    }

    /** Whether these bytes are still to be erased. */
    private boolean isToErase(byte[] body) {
        boolean isEmpty = body.length == 2; // {}
        hadNone |= isEmpty;
        return body.length > 0 && !isEmpty;
    }

    /** Bundles of a tile beside the one that the checkpoint stands on: superseded, or too early. */
    private List<Path> otherBundles(long tile, int width) throws IOException {
        TilePath full = new TilePath(Kind.BODIES, 0, tile, TileTree.TILE_WIDTH);
        List<Path> others = new ArrayList<>();
        for (Path file : Disk.list(Layout.partials(directory, full))) {
            if (width == TileTree.TILE_WIDTH
                    || !file.getFileName().toString().equals(Integer.toString(width))) {
                others.add(file);
            }
        }
        Path whole = Layout.resolve(directory, full);
        if (width != TileTree.TILE_WIDTH && Files.exists(whole)) {
            others.add(whole);
        }
        return others;
    }

    /** Write-ahead files that begin at the entry or before it. */
    private List<Path> writeAheadFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path file : Disk.list(directory.resolve(WriteAhead.DIRECTORY))) {
            OptionalLong first = WriteAhead.firstIndex(file.getFileName().toString());
            if (first.isPresent() && first.getAsLong() <= index) {
                files.add(file);
            }
        }
        return files;
    }

    private void eraseIn(TilePath path) throws IOException, LedgerDamage {
        List<byte[]> bodies;
        Path file = Layout.resolve(directory, path);
        try {
            byte[] content = new LedgerFiles(directory).readRequired(path);
            bodies = Bundle.split(Kind.BODIES, content, path.width());
        } catch (BundleFormatException e) {
            throw new Malformed(Place.of(path.text()), String.valueOf(e.getMessage()));
        }
        int place = (int) (index % TileTree.TILE_WIDTH);
        if (isToErase(bodies.get(place))) {
            bodies.set(place, new byte[0]);
            Bundle without = new Bundle(Kind.BODIES);
            bodies.forEach(without::add);
            replace(file, without.toBytes());
        }
    }

    private void eraseInWriteAhead(Path file) throws IOException, LedgerDamage {
        String name = WriteAhead.DIRECTORY + "/" + file.getFileName();
        long first = WriteAhead.firstIndex(file.getFileName().toString()).orElseThrow();
        byte[] content = Files.readAllBytes(file);
        WriteAheadRecord.Scan scan = WriteAheadRecord.scan(content, first);
        boolean here = false;
        ByteBuffer without = ByteBuffer.allocate(content.length);
        for (WriteAheadRecord record : scan.records()) {
            List<StoredEntry> entries = new ArrayList<>(record.entries());
            long place = index - record.first();
            if (place >= 0 && place < entries.size()) {
                found = true;
                StoredEntry entry = entries.get((int) place);
                if (isToErase(entry.body())) {
                    here = true;
                    entries.set((int) place, new StoredEntry(entry.leaf(), new byte[0]));
                }
            }
            WriteAheadRecord.encodeStored(record.first(), entries, without);
        }
        if (scan.end() == WriteAheadRecord.End.DAMAGED) {
            throw new Malformed(Place.of(name), scan.problem());
        }
        if (here) {
            // What a write that was cut off left at the end stays: it is no entry.
            without.put(content, scan.intactBytes(), content.length - scan.intactBytes());
            byte[] shorter = new byte[without.flip().remaining()];
            without.get(shorter);
            replace(file, shorter);
        }
    }

    /** Gives a file its new content at one instant, then overwrites the old. */
    private void replace(Path file, byte[] content) throws IOException {
        Path unfinished = directory.resolve(Layout.BODIES).resolve(UNFINISHED);
        disk.writeFile(unfinished, content);
        try (FileChannel old = FileChannel.open(file, StandardOpenOption.WRITE)) {
            disk.rename(unfinished, file);
            disk.forceDirectory(Disk.parent(file));
            overwrite(old);
        }
        erased = true;
    }

    private void delete(Path file) throws IOException {
        try (FileChannel old = FileChannel.open(file, StandardOpenOption.WRITE)) {
            disk.delete(file);
            disk.forceDirectory(Disk.parent(file));
            overwrite(old);
        }
    }

    private void overwrite(FileChannel old) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
        for (long left = old.size(); left > 0; left -= zeros.limit()) {
            zeros.clear().limit((int) Math.min(ZEROS, left));
            disk.write(old, zeros);
        }
        disk.force(old);
    }
}
