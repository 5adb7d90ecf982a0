package org.domicile.ledger.mirror;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.domicile.ledger.AcceptedCheckpoints;
import org.domicile.ledger.DirectoryLock;
import org.domicile.ledger.Disk;
import org.domicile.ledger.Layout;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerFiles;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * A mirror's directory. A file that its checkpoint stands on is never written again; what is newer
 * counts only once the checkpoint is replaced, as the last step, when all of it is durable.
 */
final class MirrorFiles implements AutoCloseable {
    /** More folders of evidence are not made: the first ones say it all. */
    static final int MAX_ALARMS = 100;

    /** Checkpoints are thinned out after so many, and at the start. */
    private static final int TIDY_EVERY = 10_000;

    /** The part of a digest that names a folder of evidence. */
    private static final int ALARM_NAME_LENGTH = 16;

    private final Path directory;
    private final Disk disk = new Disk();
    private final LedgerFiles files;
    private final DirectoryLock lock;
    private int untilTidy = TIDY_EVERY;

    private MirrorFiles(Path directory, DirectoryLock lock) {
        this.directory = directory;
        this.files = new LedgerFiles(directory);
        this.lock = lock;
    }

    /**
     * Opens a mirror's directory, making it where it is new.
     *
     * @throws org.domicile.ledger.LedgerException when another mirror is at work in it
     */
    static MirrorFiles open(Path directory) throws IOException, LedgerDamage {
        Disk disk = new Disk();
        boolean isMirror = Files.isDirectory(directory.resolve(Layout.MIRROR));
        if (!isMirror && !Disk.list(directory).isEmpty()) {
            throw new FileSystemException(
                    directory.toString(),
                    null,
                    "holds something else than a mirror; give a new or empty directory");
        }
        disk.createDirectories(directory.toAbsolutePath().resolve(Layout.MIRROR));
        DirectoryLock lock = DirectoryLock.acquire(directory);
        try {
            MirrorFiles mirror = new MirrorFiles(directory.toRealPath(), lock);
            AcceptedCheckpoints.tidy(directory, disk, Instant.now());
            lock = null; // the mirror's own from here on
            return mirror;
        } finally {
            if (lock != null) {
                lock.close();
            }
        }
    }

    /** What this mirror goes by, null at its first run. */
    @Nullable VerifierKey key() throws IOException, LedgerDamage {
        return Files.exists(directory.resolve(Layout.VERIFIER_KEY)) ? files.ownKey() : null;
    }

    void setKey(VerifierKey key) throws IOException {
        disk.replaceFile(directory.resolve(Layout.VERIFIER_KEY), Layout.verifierKeyFile(key));
    }

    /** The notes by which the log changed its key, oldest first. */
    List<byte[]> handovers() throws IOException, LedgerDamage {
        return files.handovers();
    }

    void addHandover(int number, byte[] note) throws IOException {
        disk.createDirectories(directory.resolve(Layout.HANDOVERS));
        disk.replaceFile(directory.resolve(Layout.handover(number)), note);
    }

    /** The signed note of the copy; null before the first is complete. */
    byte @Nullable [] checkpoint() throws IOException, LedgerDamage {
        return files.read(Layout.CHECKPOINT, LedgerFiles.MAX_SMALL_BYTES);
    }

    /** The last one that had a quorum; null where the log has none. */
    byte @Nullable [] witnessed() throws IOException, LedgerDamage {
        return files.read(Layout.WITNESSED, LedgerFiles.MAX_SMALL_BYTES);
    }

    void setWitnessed(byte[] note) throws IOException {
        disk.replaceFile(directory.resolve(Layout.WITNESSED), note);
    }

    /** The signed note that an unfinished run was fetching for. */
    byte @Nullable [] pending() throws IOException, LedgerDamage {
        return files.read(Layout.MIRROR_PENDING, LedgerFiles.MAX_SMALL_BYTES);
    }

    void setPending(byte[] note) throws IOException {
        disk.replaceFile(directory.resolve(Layout.MIRROR_PENDING), note);
    }

    byte[] required(TilePath path) throws IOException, LedgerDamage {
        return files.readRequired(path);
    }

    /** Null where it is not there, or cannot be what it should. */
    byte @Nullable [] read(TilePath path) throws IOException {
        try {
            return files.read(path);
        } catch (LedgerDamage tooLarge) {
            return null;
        }
    }

    boolean hasDocument(String digest) throws IOException {
        try {
            files.document(digest);
            return true;
        } catch (LedgerDamage missing) {
            return false;
        }
    }

    void writeDocument(String digest, byte[] content) throws IOException {
        disk.createDirectories(directory.resolve(Layout.DOCUMENTS));
        disk.replaceFile(Layout.document(directory, digest), content);
    }

    /** Makes the directory of a tile to come. */
    void prepare(TilePath path) throws IOException {
        disk.createDirectories(Disk.parent(Layout.resolve(directory, path)));
    }

    /** Writes a tile; its name is durable after {@link #forceNames}. */
    void write(TilePath path, byte[] content) throws IOException {
        disk.writeFile(Layout.resolve(directory, path), content);
    }

    /** Makes durable what an earlier run wrote. */
    void force(TilePath path) throws IOException {
        try (FileChannel file =
                FileChannel.open(Layout.resolve(directory, path), StandardOpenOption.WRITE)) {
            disk.force(file);
        }
    }

    void forceNames(Iterable<TilePath> paths) throws IOException {
        Set<Path> parents = new LinkedHashSet<>();
        for (TilePath path : paths) {
            parents.add(Disk.parent(Layout.resolve(directory, path)));
        }
        for (Path parent : parents) {
            disk.forceDirectory(parent);
        }
    }

    /** Makes a new checkpoint the copy's own, when all that it stands on is durable. */
    void accept(byte[] note, Instant now) throws IOException, LedgerDamage {
        disk.replaceFile(directory.resolve(Layout.CHECKPOINT), note);
        remember(note, now);
        disk.delete(directory.resolve(Layout.MIRROR_PENDING));
    }

    /** Puts the copy's checkpoint among the kept ones, where a crash came between. */
    void remember(byte[] note, Instant now) throws IOException, LedgerDamage {
        if (--untilTidy == 0) {
            AcceptedCheckpoints.tidy(directory, disk, now);
            untilTidy = TIDY_EVERY;
        }
        AcceptedCheckpoints.append(directory, new AcceptedCheckpoints.Kept(now, note));
    }

    /** Whether the copy's checkpoint is the last of the kept ones. */
    boolean isRemembered(byte[] note) throws IOException, LedgerDamage {
        var kept = AcceptedCheckpoints.read(directory);
        return !kept.isEmpty() && Arrays.equals(kept.getLast().note(), note);
    }

    /** Deletes the unfinished forms of tiles that have become full since a size. */
    void deleteSuperseded(long before, long size) throws IOException {
        for (int level = 0; level < TileTree.levels(before); level++) {
            long tile = TileTree.fullTiles(before, level);
            if (tile < TileTree.fullTiles(size, level)) {
                deletePartials(new TilePath(Kind.HASHES, level, tile, 1));
                if (level == 0) {
                    deletePartials(new TilePath(Kind.ENTRIES, 0, tile, 1));
                }
            }
        }
    }

    private void deletePartials(TilePath tile) throws IOException {
        Path partials = Layout.partials(directory, tile);
        for (Path file : Disk.list(partials)) {
            disk.delete(file);
        }
        disk.delete(partials);
    }

    /**
     * Keeps what shows that the log contradicts itself.
     *
     * @param tiles of the log's newer tree, by path, from which its other root can be recomputed
     * @return the folder it is in
     */
    Path keepEvidence(String reason, byte[] kept, byte[] served, Map<String, byte[]> tiles)
            throws IOException {
        String name = Layout.sha256Hex(served).substring(0, ALARM_NAME_LENGTH);
        Path alarms = directory.resolve(Layout.MIRROR_ALARMS);
        Path folder = alarms.resolve(name);
        if (!Files.exists(folder.resolve("reason")) && Disk.list(alarms).size() < MAX_ALARMS) {
            disk.createDirectories(folder);
            disk.replaceFile(folder.resolve("checkpoint-kept"), kept);
            disk.replaceFile(folder.resolve("checkpoint-served"), served);
            for (Map.Entry<String, byte[]> tile : tiles.entrySet()) {
                Path file = folder.resolve(tile.getKey());
                disk.createDirectories(Disk.parent(file));
                disk.replaceFile(file, tile.getValue());
            }
            byte[] line =
                    (Instant.now() + " " + reason + "\n")
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
            disk.replaceFile(folder.resolve("reason"), line);
        }
        return folder;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
