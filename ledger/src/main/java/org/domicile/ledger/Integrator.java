package org.domicile.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.tile.Bundle;
import org.domicile.ledger.tile.BundleFormatException;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;

/**
 * The one that puts durable entries into tiles, bundles and bodies, and signs for them. For one
 * thread. Running it again over entries it already has changes nothing, so recovery is running it.
 *
 * <p>Order: new files, fsynced; their directories; the checkpoint, replaced at one instant; then
 * the unfinished forms of tiles that became full go. A file that the checkpoint on disk stands on
 * is never written again, so a crash between any two steps leaves the old checkpoint whole.
 */
final class Integrator {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Path directory;
    private final Disk disk;
    private final LogSigner signer;
    private final MerkleHasher hasher = new MerkleHasher();
    private final TileTree tree;
    private final Bundle entries = new Bundle(Kind.ENTRIES);
    private final Bundle bodies = new Bundle(Kind.BODIES);
    private final Set<Path> changedDirectories = new LinkedHashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long lastTimeMicros;
    private SignedCheckpoint written;
    private boolean recovered;

    private Integrator(
            Path directory, Disk disk, LogSigner signer, TileTree tree, SignedCheckpoint written) {
        this.directory = directory;
        this.disk = disk;
        this.signer = signer;
        this.tree = tree;
        this.written = written;
    }

    /** Signs for a ledger of no entries. */
    static void create(Path directory, Disk disk, LogSigner signer) throws IOException {
        disk.replaceFile(
                directory.resolve(Layout.VERIFIER_KEY),
                Layout.verifierKeyFile(signer.verifierKey()));
        disk.replaceFile(
                directory.resolve(Layout.CHECKPOINT),
                signer.signCheckpoint(0, new MerkleHasher().emptyRoot()));
    }

    /**
     * Continues from the checkpoint on disk, after looking at the files it will build on.
     *
     * @throws LedgerException when they do not fit the checkpoint, or it is not this signer's
     */
    static Integrator load(Path directory, Disk disk, LogSigner signer) throws IOException {
        try {
            VerifierKey own = ownKey(directory, signer);
            byte[] note = Files.readAllBytes(directory.resolve(Layout.CHECKPOINT));
            Checkpoint checkpoint = Checkpoint.open(note, own);
            List<byte[]> edge = new ArrayList<>();
            for (int level = 0; level < TileTree.levels(checkpoint.size()); level++) {
                edge.add(readPartial(directory, Kind.HASHES, level, checkpoint.size()));
            }
            Integrator integrator =
                    new Integrator(
                            directory,
                            disk,
                            signer,
                            TileTree.continued(checkpoint.size(), edge),
                            new SignedCheckpoint(checkpoint, note));
            if (!Arrays.equals(integrator.tree.root(), checkpoint.root())) {
                throw new LedgerException("the hash tiles do not have the checkpoint's root");
            }
            integrator.loadBundles(checkpoint.size());
            return integrator;
        } catch (NoSuchFileException
                | IllegalArgumentException
                | NoteFormatException
                | NoteUnverifiedException
                | BundleFormatException
                | EntryFormatException e) {
            throw new LedgerException(
                    "the ledger " + directory + " is damaged, verify it: " + e.getMessage(), e);
        }
    }

    /** The key that the directory names, which must be one of the signer's. */
    private static VerifierKey ownKey(Path directory, LogSigner signer) throws IOException {
        byte[] file = Files.readAllBytes(directory.resolve(Layout.VERIFIER_KEY));
        for (VerifierKey key :
                Stream.concat(Stream.of(signer.verifierKey()), signer.earlierKey().stream())
                        .toList()) {
            if (Arrays.equals(file, Layout.verifierKeyFile(key))) {
                return key;
            }
        }
        throw new LedgerException(
                "the ledger " + directory + " belongs to another key; see its log.vkey");
    }

    private static byte[] readPartial(Path directory, Kind kind, int level, long size)
            throws IOException {
        int width = TileTree.partialWidth(size, level);
        return width == 0
                ? new byte[0]
                : Files.readAllBytes(
                        Layout.resolve(
                                directory,
                                new TilePath(kind, level, TileTree.fullTiles(size, level), width)));
    }

    private void loadBundles(long size) throws IOException {
        int width = TileTree.partialWidth(size, 0);
        byte[] hashes = tree.partialTile(0);
        byte[] last = new byte[0];
        int position = 0;
        for (byte[] leaf :
                Bundle.split(Kind.ENTRIES, readPartial(directory, Kind.ENTRIES, 0, size), width)) {
            byte[] hash = Arrays.copyOfRange(hashes, position, position += MerkleHasher.HASH_BYTES);
            if (!Arrays.equals(hasher.leaf(leaf), hash)) {
                throw new LedgerException("the last entries do not have their tile's hashes");
            }
            entries.add(leaf);
            last = leaf;
        }
        Bundle.split(Kind.BODIES, readPartial(directory, Kind.BODIES, 0, size), width)
                .forEach(bodies::add);
        if (width == 0 && size > 0) {
            TilePath path =
                    new TilePath(
                            Kind.ENTRIES, 0, TileTree.fullTiles(size, 0) - 1, TileTree.TILE_WIDTH);
            byte[] file = Files.readAllBytes(Layout.resolve(directory, path));
            last = Bundle.split(Kind.ENTRIES, file, TileTree.TILE_WIDTH).getLast();
        }
        lastTimeMicros = size == 0 ? 0 : Leaf.decode(last).timeMicros();
    }

    long size() {
        return tree.size();
    }

    /** The time of the last entry, which none after it may precede. */
    long lastTimeMicros() {
        return lastTimeMicros;
    }

    /**
     * Takes in entries, of which the first has the index {@code first}; those that are in already
     * are passed over.
     *
     * @throws IOException when the state on disk is unknown: the write-ahead files still have every
     *     entry, and the next opening of the ledger comes here again
     */
    Checkpoint integrate(long first, List<StoredEntry> stored) throws IOException {
        long before = tree.size();
        for (StoredEntry entry : stored.subList((int) (before - first), stored.size())) {
            entries.add(entry.leaf());
            bodies.add(entry.body());
            if (entries.count() == TileTree.TILE_WIDTH) {
                writeBundles();
                entries.clear();
                bodies.clear();
            }
            for (TileTree.FullTile full : tree.add(hasher.leaf(entry.leaf()))) {
                write(full.path(), full.hashes());
            }
        }
        long size = tree.size();
        Checkpoint checkpoint = new Checkpoint(signer.verifierKey().name(), size, tree.root());
        if (size > before) {
            lastTimeMicros = Leaf.decode(stored.getLast().leaf()).timeMicros();
            writeUnfinished(before);
            for (Path changed : changedDirectories) {
                disk.forceDirectory(changed);
            }
            byte[] note = signer.signCheckpoint(size, checkpoint.root());
            disk.replaceFile(directory.resolve(Layout.CHECKPOINT), note);
            written = new SignedCheckpoint(checkpoint, note);
        }
        changedDirectories.clear();
        if (!stored.isEmpty()) {
            deleteSuperseded(first);
        }
        recovered = true;
        return checkpoint;
    }

    /** The checkpoint on disk. */
    SignedCheckpoint written() {
        return written;
    }

    /** Replaces the checkpoint's note by one with cosignatures, unless there is a newer one. */
    void writeCosigned(SignedCheckpoint cosigned) throws IOException {
        if (cosigned.checkpoint().equals(written.checkpoint())) {
            disk.replaceFile(directory.resolve(Layout.CHECKPOINT), cosigned.note());
            written = cosigned;
        }
    }

    /** Keeps a checkpoint that had a quorum beside the newest, which may have none yet. */
    void writeWitnessed(SignedCheckpoint witnessed) throws IOException {
        disk.replaceFile(directory.resolve(Layout.WITNESSED), witnessed.note());
    }

    private void writeUnfinished(long before) throws IOException {
        if (entries.count() > 0) {
            writeBundles();
        }
        for (int level = 0; level < TileTree.levels(tree.size()); level++) {
            int width = TileTree.partialWidth(tree.size(), level);
            boolean grown =
                    TileTree.fullTiles(before, level) != TileTree.fullTiles(tree.size(), level)
                            || TileTree.partialWidth(before, level) != width;
            if (width > 0 && grown) {
                long tile = TileTree.fullTiles(tree.size(), level);
                write(new TilePath(Kind.HASHES, level, tile, width), tree.partialTile(level));
            }
        }
    }

    /**
     * Before its last entry is added to the tree, a full bundle is still the tree's current one.
     */
    private void writeBundles() throws IOException {
        long tile = TileTree.fullTiles(tree.size(), 0);
        disk.writeFile(
                place(new TilePath(Kind.ENTRIES, 0, tile, entries.count())), entries, buffer);
        disk.writeFile(place(new TilePath(Kind.BODIES, 0, tile, bodies.count())), bodies, buffer);
    }

    private void write(TilePath path, byte[] content) throws IOException {
        disk.writeFile(place(path), content);
    }

    /** Where a file will be written. */
    private Path place(TilePath path) throws IOException {
        Path file = Layout.resolve(directory, path);
        Path parent = Disk.parent(file);
        if (changedDirectories.add(parent)) {
            disk.createDirectories(parent);
        }
        return file;
    }

    /**
     * Deletes the unfinished forms of tiles that are full now, from an entry's on, and every
     * unfinished bundle of bodies but the newest. Readers of an earlier checkpoint may still ask
     * for the others (C2SP tlog-tiles). Once this process has taken in what an earlier one may have
     * left, only the tiles that the last checkpoint stood on have any.
     */
    private void deleteSuperseded(long first) throws IOException {
        long size = tree.size();
        for (int level = 0; level < TileTree.levels(size); level++) {
            long last = TileTree.fullTiles(recovered ? first : size, level);
            for (long tile = TileTree.fullTiles(first, level); tile <= last; tile++) {
                boolean current = tile == TileTree.fullTiles(size, level);
                if (!current) {
                    deletePartials(new TilePath(Kind.HASHES, level, tile, 1), 0);
                }
                if (!current && level == 0) {
                    deletePartials(new TilePath(Kind.ENTRIES, level, tile, 1), 0);
                }
                if (level == 0) {
                    int width = current ? TileTree.partialWidth(size, level) : 0;
                    deletePartials(new TilePath(Kind.BODIES, level, tile, 1), width);
                }
            }
        }
    }

    private void deletePartials(TilePath tile, int keptWidth) throws IOException {
        Path partials = Layout.partials(directory, tile);
        boolean deleted = false;
        for (Path file : Disk.list(partials)) {
            if (!file.getFileName().toString().equals(Integer.toString(keptWidth))) {
                disk.delete(file);
                deleted = true;
            }
        }
        if (keptWidth == 0 && Files.isDirectory(partials)) {
            disk.delete(partials);
            disk.forceDirectory(Disk.parent(partials));
        } else if (deleted) {
            disk.forceDirectory(partials);
        }
    }
}
