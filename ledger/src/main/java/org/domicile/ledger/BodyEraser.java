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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.domicile.ledger.tile.Bundle;
import org.domicile.ledger.tile.BundleFormatException;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * Destroys the private values of one entry, in every file of the ledger that has them (I8), after
 * an entry that tells so is durable. The entry's leaf, and so every proof, stays as it is.
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
    private final ErasureRecord record;
    private boolean erased;
    private boolean hadNone;

    private BodyEraser(Path directory, long index, Why why, Disk disk) {
        this.directory = directory;
        this.index = index;
        this.disk = disk;
        this.record = new ErasureRecord(directory, index, why, disk);
    }

    /**
     * What the entry about an erasure says in private, each of at most {@value
     * FactRules#MAX_SHORT_TEXT} characters.
     *
     * @param reason e.g. {@code request of the subject}
     * @param operator who erases
     */
    public record Why(Optional<String> reason, Optional<String> operator) {
        public static final Why UNSAID = new Why(Optional.empty(), Optional.empty());

        public Why {
            reason.ifPresent(text -> FactRules.requireShortText("reason", text));
            operator.ifPresent(text -> FactRules.requireShortText("operator", text));
        }

        Map<String, String> fields() {
            Map<String, String> fields = new TreeMap<>();
            reason.ifPresent(text -> fields.put("reason", text));
            operator.ifPresent(text -> fields.put("operator", text));
            return fields;
        }

        /** Keeps people's names out of log lines. */
        @Override
        public String toString() {
            return "Why[" + String.join(", ", fields().keySet()) + "]";
        }
    }

    /** What came of it. */
    public enum Outcome {
        ERASED,
        ALREADY_ERASED,
        HAD_NO_PRIVATE_VALUES
    }

    /**
     * Erases the body of an entry, once an entry that tells so is durable; durable on return.
     *
     * @throws IllegalArgumentException when there is no such entry, or no bodies at all
     * @throws LedgerException when it cannot be done now, saying what to do
     * @throws LedgerDamage when the files cannot be read; nothing was changed in such a file
     */
    public static Outcome erase(Path directory, long index, Why why)
            throws IOException, LedgerDamage {
        return erase(directory, index, why, new Disk());
    }

    static Outcome erase(Path directory, long index, Why why, Disk disk)
            throws IOException, LedgerDamage {
        Path bodies = directory.resolve(Layout.BODIES);
        if (index < 0 || !Files.isDirectory(bodies)) {
            throw new IllegalArgumentException(
                    index < 0
                            ? "an entry's number is 0 or more"
                            : "there are no bodies in " + directory + "; nothing can be erased");
        }
        BodyEraser eraser = new BodyEraser(directory, index, why, disk);
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

    private LedgerSnapshot snapshot() throws IOException, LedgerDamage {
        LedgerFiles files = new LedgerFiles(directory);
        return LedgerSnapshot.read(files, files.ownKey());
    }

    /** Where the checkpoint has the entry's bundle of bodies. */
    private TilePath bundle(long size) {
        long tile = index / TileTree.TILE_WIDTH;
        int width =
                tile < TileTree.fullTiles(size, 0)
                        ? TileTree.TILE_WIDTH
                        : TileTree.partialWidth(size, 0);
        return new TilePath(Kind.BODIES, 0, tile, width);
    }

    /** Whether there is an erasure to be told that no entry tells yet. */
    private boolean isToBeTold(LedgerSnapshot snapshot) throws IOException, LedgerDamage {
        List<byte[]> copies = new ArrayList<>();
        for (LedgerSnapshot.WaitingEntry waiting : snapshot.waiting()) {
            if (waiting.index() == index) {
                copies.add(waiting.stored().body());
            }
        }
        long size = snapshot.checkpoint().size();
        if (index < size) {
            copies.add(
                    snapshot.records(new LedgerFiles(directory), bundle(size))
                            .get((int) (index % TileTree.TILE_WIDTH)));
        }
        if (copies.isEmpty()) {
            throw new IllegalArgumentException(
                    "the ledger has no entry " + index + "; it has " + size);
        }
        boolean isToErase = false;
        for (byte[] body : copies) {
            isToErase |= isToErase(body);
        }
        return isToErase || (!hadNone && !record.isDurable());
    }

    private Outcome eraseBesideTheLog() throws IOException, LedgerDamage {
        long tile = index / TileTree.TILE_WIDTH;
        LedgerSnapshot snapshot = snapshot();
        long size = snapshot.checkpoint().size();
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
        awaitNoOtherCopy(bundle(size));
        if (isToBeTold(snapshot)) {
            record.ask();
        }
        eraseIn(bundle(size));
        return outcome();
    }

    /** A log that has just filled the bundle still has older copies of it. */
    private void awaitNoOtherCopy(TilePath bundle) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!otherBundles(bundle).isEmpty() || !writeAheadFiles().isEmpty()) {
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
        LedgerSnapshot snapshot = snapshot();
        long size = snapshot.checkpoint().size();
        if (isToBeTold(snapshot)) {
            record.write();
        }
        for (Path file : writeAheadFiles()) {
            eraseInWriteAhead(file);
        }
        TilePath bundle = bundle(size);
        for (Path file : otherBundles(bundle)) {
            delete(file);
        }
        if (index < size) {
            eraseIn(bundle);
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
    private List<Path> otherBundles(TilePath bundle) throws IOException {
        List<Path> others = new ArrayList<>();
        for (Path file : Disk.list(Layout.partials(directory, bundle))) {
            if (bundle.isFull()
                    || !file.getFileName().toString().equals(Integer.toString(bundle.width()))) {
                others.add(file);
            }
        }
        Path whole = Layout.resolve(directory, bundle.full());
        if (!bundle.isFull() && Files.exists(whole)) {
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
