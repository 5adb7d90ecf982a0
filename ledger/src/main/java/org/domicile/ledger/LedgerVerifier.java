package org.domicile.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.LedgerSnapshot.WaitingEntry;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogKeys;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.tile.Bundle;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;

/**
 * The check of a whole ledger from its files and the log's public key alone: every byte of every
 * file is accounted for. Writes nothing, and may run while the log is being written: it then checks
 * one moment of it.
 *
 * <p>What it cannot see, by nature: whole entries missing from the end of the write-ahead file, a
 * document that no entry names, an older but complete state of the directory. Later checkpoints and
 * copies held elsewhere show those.
 */
public final class LedgerVerifier {
    private final LedgerFiles files;
    private final VerifierKey key;
    private final LedgerSnapshot snapshot;
    private final LedgerInventory inventory;
    private final EntryChecks checks;
    private final EarlierCheckpoints earlier;
    private final long pendingSize;
    private final MerkleHasher hasher = new MerkleHasher();
    private final TileTree tree = new TileTree();
    private final Bundle entries = new Bundle(Kind.ENTRIES);
    private final Bundle bodies = new Bundle(Kind.BODIES);
    private final Map<Long, WaitingEntry> alsoWaiting = new HashMap<>();

    private LedgerVerifier(
            LedgerFiles files,
            LedgerSnapshot snapshot,
            LedgerInventory inventory,
            VerifierKey key,
            EntryVisitor visitor,
            EarlierCheckpoints earlier)
            throws IOException, LedgerDamage {
        this.earlier = earlier;
        this.files = files;
        this.key = key;
        this.snapshot = snapshot;
        this.inventory = inventory;
        this.pendingSize = pendingSize(files, snapshot.keys());
        this.checks = new EntryChecks(inventory.documents(), visitor);
        for (WaitingEntry waiting : snapshot.waiting()) {
            if (waiting.index() < size()) {
                alsoWaiting.put(waiting.index(), waiting);
            }
        }
    }

    /**
     * Verifies a ledger; {@code visitor} sees every entry in order.
     *
     * @param key what the log signs with, or signed with before it handed over to another, best not
     *     taken from the directory itself
     * @throws LedgerDamage at the first finding
     * @throws IOException when a file could not be read, which says nothing about the ledger
     */
    public static Verification verify(Path directory, VerifierKey key, EntryVisitor visitor)
            throws IOException, LedgerDamage {
        return verify(directory, key, visitor, Map.of());
    }

    /**
     * As {@link #verify(Path, VerifierKey, EntryVisitor)}, against earlier claims of the log too.
     *
     * @param kept checkpoints that the log signed some time, each under the name by which it is
     *     told where the ledger does not begin with it
     */
    public static Verification verify(
            Path directory, VerifierKey key, EntryVisitor visitor, Map<String, Checkpoint> kept)
            throws IOException, LedgerDamage {
        LedgerFiles files = new LedgerFiles(directory);
        EarlierCheckpoints earlier = EarlierCheckpoints.read(files, files.keys(key), kept);
        LedgerSnapshot snapshot = LedgerSnapshot.read(files, key);
        if (!snapshot.keys().contains(files.ownKey())) {
            throw new Unverified(
                    Place.of(Layout.VERIFIER_KEY),
                    "is not the key that the ledger is verified with");
        }
        LedgerInventory inventory = LedgerInventory.take(directory, snapshot.checkpoint().size());
        for (String digest : inventory.documents()) {
            files.document(digest);
        }
        return new LedgerVerifier(files, snapshot, inventory, key, visitor, earlier).run();
    }

    /** The key that lies in the ledger's directory, for those who hold no other. */
    public static VerifierKey ownKey(Path directory) throws IOException, LedgerDamage {
        return new LedgerFiles(directory).ownKey();
    }

    /** A document, once it was checked against its name. */
    public static byte[] readDocument(Path directory, String digest)
            throws IOException, LedgerDamage {
        return new LedgerFiles(directory).document(digest);
    }

    /** Of the checkpoint whose tiles a mirror was fetching when it was ended. */
    private static long pendingSize(LedgerFiles files, LogKeys keys)
            throws IOException, LedgerDamage {
        byte[] note = files.read(Layout.MIRROR_PENDING, LedgerFiles.MAX_SMALL_BYTES);
        return note == null ? 0 : SignedCheckpoint.open(note, keys, Layout.MIRROR_PENDING).size();
    }

    /** Who is led to another key must find that in the log too. */
    private void checkHandovers() throws IOException, LedgerDamage {
        for (byte[] note : files.handovers()) {
            if (!checks.handovers().contains(new String(note, StandardCharsets.UTF_8))
                    && !snapshot.mayBeOutdated(files)) {
                throw new Unverified(
                        Place.of(Layout.HANDOVERS), "has a change of key that no entry records");
            }
        }
    }

    private long size() {
        return snapshot.checkpoint().size();
    }

    private Verification run() throws IOException, LedgerDamage {
        earlier.check(tree);
        for (long tile = 0; tile < TileTree.fullTiles(size(), 0); tile++) {
            checkBundle(tile, TileTree.TILE_WIDTH);
        }
        int width = TileTree.partialWidth(size(), 0);
        if (width > 0) {
            checkBundle(TileTree.fullTiles(size(), 0), width);
        }
        for (int level = 0; level < TileTree.levels(size()); level++) {
            int partial = TileTree.partialWidth(size(), level);
            if (partial > 0) {
                TilePath path =
                        new TilePath(
                                Kind.HASHES, level, TileTree.fullTiles(size(), level), partial);
                checkHashes(path, tree.partialTile(level));
            }
        }
        if (!Arrays.equals(tree.root(), snapshot.checkpoint().root())) {
            throw new Unverified(
                    Place.of(Layout.CHECKPOINT), "the entries do not have the root it claims");
        }
        long pending = checkPending();
        earlier.requireAllChecked(tree.size());
        checkHandovers();
        checkUnneeded();
        if (checks.erasures().isAnyUntold() && snapshot.mayBeOutdated(files)) {
            lookForLaterErasures();
        }
        checks.erasures().finish(snapshot.hasBodies());
        return new Verification(
                snapshot.signed(),
                earlier.witnessed(),
                pending,
                checks.erasures().count(),
                checks.countsByType(),
                inventory.documents().size(),
                snapshot.cutOffBytes(),
                inventory.unfinished(),
                checks.findings().kept(),
                checks.findings().inAll(),
                snapshot.hasBodies(),
                new Verification.MirrorNotes(earlier.ofMirror(), inventory.alarms()));
    }

    /** What was erased while this ran is told by an entry that came after this moment. */
    private void lookForLaterErasures() throws IOException, LedgerDamage {
        LedgerReader.open(files.directory(), key)
                .readDurable(
                        size(),
                        entry -> {
                            if (entry.fact() instanceof Fact.BodyErased later) {
                                checks.erasures().told(later);
                            }
                        });
    }

    private void checkBundle(long tile, int width) throws IOException, LedgerDamage {
        TilePath leafPath = new TilePath(Kind.ENTRIES, 0, tile, width);
        TilePath bodyPath = new TilePath(Kind.BODIES, 0, tile, width);
        List<byte[]> leaves = snapshot.records(files, leafPath);
        List<byte[]> bodyBytes =
                snapshot.hasBodies() ? snapshot.records(files, bodyPath) : List.of();
        byte[] hashes = hashTile(new TilePath(Kind.HASHES, 0, tile, width));
        EntryChecks.Source source = new EntryChecks.Source(leafPath.text(), bodyPath.text(), true);
        for (int i = 0; i < width; i++) {
            long index = tree.size();
            byte[] hash = hasher.leaf(leaves.get(i));
            if (!Arrays.equals(
                    hash, 0, hash.length, hashes, i * hash.length, (i + 1) * hash.length)) {
                TilePath hashPath = new TilePath(Kind.HASHES, 0, tile, width);
                throw isUnderCheckpoint(hashPath)
                        ? new Unverified(
                                Place.of(leafPath.text(), index),
                                "the entry is not the one that the checkpoint stands on")
                        : new Unverified(
                                Place.of(hashPath.text(), index),
                                "the hash tile does not have the entry's hash");
            }
            byte[] body = snapshot.hasBodies() ? bodyBytes.get(i) : null;
            StoredEntry entry = new StoredEntry(leaves.get(i), body == null ? new byte[0] : body);
            checkAlsoWaiting(index, entry);
            checks.check(index, entry.leaf(), body, source);
            add(entry, hash);
        }
    }

    /** Whether a hash tile leads, by the tiles above it, to the signed root. */
    private boolean isUnderCheckpoint(TilePath path) throws IOException, LedgerDamage {
        if (!path.isFull()) {
            List<byte[]> edge = new ArrayList<>();
            for (int level = 0; level < TileTree.levels(size()); level++) {
                int width = TileTree.partialWidth(size(), level);
                long tile = TileTree.fullTiles(size(), level);
                edge.add(
                        width == 0
                                ? new byte[0]
                                : hashTile(new TilePath(Kind.HASHES, level, tile, width)));
            }
            return Arrays.equals(
                    TileTree.continued(size(), edge).root(), snapshot.checkpoint().root());
        }
        int above = path.level() + 1;
        long tile = path.tile() / TileTree.TILE_WIDTH;
        int width = width(Kind.HASHES, size(), new TilePath(Kind.HASHES, above, tile, 256));
        TilePath parent = new TilePath(Kind.HASHES, above, tile, width);
        int from = (int) (path.tile() % TileTree.TILE_WIDTH) * MerkleHasher.HASH_BYTES;
        return Arrays.equals(
                        hasher.tileRoot(hashTile(path)),
                        Arrays.copyOfRange(hashTile(parent), from, from + MerkleHasher.HASH_BYTES))
                && isUnderCheckpoint(parent);
    }

    private byte[] hashTile(TilePath path) throws IOException, LedgerDamage {
        byte[] hashes = snapshot.content(files, path);
        if (hashes.length != path.width() * MerkleHasher.HASH_BYTES) {
            throw new Malformed(
                    Place.of(path.text()), "does not have " + path.width() + " hashes of 32 bytes");
        }
        return hashes;
    }

    /** A write-ahead file that was not dropped yet says the same as the tiles. */
    private void checkAlsoWaiting(long index, StoredEntry entry) throws LedgerDamage {
        WaitingEntry waiting = alsoWaiting.get(index);
        if (waiting != null
                && !(Arrays.equals(waiting.stored().leaf(), entry.leaf())
                        && (!snapshot.hasBodies()
                                || isSameBody(waiting.stored().body(), entry.body())))) {
            throw new Unverified(
                    Place.of(waiting.file(), index), "is not the entry that the tiles have");
        }
    }

    /** One of two copies may be erased already, where erasing was cut off between them. */
    private static boolean isSameBody(byte[] one, byte[] other) {
        return one.length == 0 || other.length == 0 || Arrays.equals(one, other);
    }

    /** Goes on from the last entry, and looks at the files of every tile that becomes full. */
    private void add(StoredEntry entry, byte[] hash) throws IOException, LedgerDamage {
        entries.add(entry.leaf());
        bodies.add(entry.body());
        List<TileTree.FullTile> completed = tree.add(hash);
        earlier.check(tree);
        if (entries.count() == TileTree.TILE_WIDTH) {
            long tile = TileTree.fullTiles(tree.size(), 0) - 1;
            checkUnneeded(new TilePath(Kind.ENTRIES, 0, tile, 256), entries::toBytes);
            checkUnneeded(new TilePath(Kind.BODIES, 0, tile, 256), bodies::toBytes);
            entries.clear();
            bodies.clear();
        }
        for (TileTree.FullTile full : completed) {
            if (tree.size() <= size()) {
                checkHashes(full.path(), full.hashes());
            }
            checkUnneeded(full.path(), full::hashes);
        }
    }

    private void checkHashes(TilePath path, byte[] expected) throws IOException, LedgerDamage {
        byte[] found = hashTile(path);
        int difference = Arrays.mismatch(found, expected);
        if (difference >= 0) {
            throw new Unverified(
                    Place.of(path.text()),
                    "hash "
                            + difference / MerkleHasher.HASH_BYTES
                            + " is not the one that the entries have");
        }
    }

    private long checkPending() throws IOException, LedgerDamage {
        for (WaitingEntry waiting : snapshot.waiting()) {
            if (waiting.index() >= size()) {
                checks.check(
                        waiting.index(),
                        waiting.stored(),
                        new EntryChecks.Source(waiting.file(), waiting.file(), false));
                add(waiting.stored(), hasher.leaf(waiting.stored().leaf()));
            }
        }
        return tree.size() - size();
    }

    /** Looks at the unfinished tiles on the right edge, and at what belongs to no known entry. */
    private void checkUnneeded() throws IOException, LedgerDamage {
        long last = TileTree.fullTiles(tree.size(), 0);
        checkUnneeded(new TilePath(Kind.ENTRIES, 0, last, 256), entries::toBytes);
        checkUnneeded(new TilePath(Kind.BODIES, 0, last, 256), bodies::toBytes);
        for (int level = 0; level < TileTree.levels(tree.size()); level++) {
            long tile = TileTree.fullTiles(tree.size(), level);
            int edge = level;
            checkUnneeded(
                    new TilePath(Kind.HASHES, level, tile, 256), () -> tree.partialTile(edge));
        }
        for (TilePath path : inventory.unneeded()) {
            requireExplained(path);
        }
    }

    /**
     * Files of one tile beside the one that the checkpoint stands on: superseded, or written for a
     * checkpoint that did not come about. They say the same as the entries, as far as they go.
     */
    private void checkUnneeded(TilePath full, Supplier<byte[]> known)
            throws IOException, LedgerDamage {
        for (TilePath path : inventory.takeUnneeded(full)) {
            byte[] found = files.read(path);
            int knownWidth = width(full.kind(), tree.size(), full);
            if (path.width() > knownWidth) {
                requireExplained(path);
            } else if (found != null) {
                byte[] expected = prefix(path, known.get());
                int difference = Arrays.mismatch(found, expected);
                if (difference >= 0 && difference < found.length) {
                    throw new Unverified(
                            Place.of(path.text()), "does not say what the entries say");
                }
            }
        }
    }

    private static int width(Kind kind, long size, TilePath full) {
        int level = kind == Kind.HASHES ? full.level() : 0;
        long fullTiles = TileTree.fullTiles(size, level);
        return full.tile() < fullTiles
                ? TileTree.TILE_WIDTH
                : full.tile() == fullTiles ? TileTree.partialWidth(size, level) : 0;
    }

    private static byte[] prefix(TilePath path, byte[] known) {
        return path.kind() == Kind.HASHES
                ? Arrays.copyOf(known, path.width() * MerkleHasher.HASH_BYTES)
                : Bundle.prefix(path.kind(), known, path.width());
    }

    private void requireExplained(TilePath path) throws IOException, LedgerDamage {
        if (path.width() > width(path.kind(), pendingSize, path.full())
                && !snapshot.mayBeOutdated(files)) {
            throw new Unverified(
                    Place.of(path.text()), "goes beyond the checkpoint, and nothing explains it");
        }
    }
}
