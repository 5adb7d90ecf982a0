package org.domicile.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogKeys;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.tile.Bundle;
import org.domicile.ledger.tile.BundleFormatException;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * The changing part of a ledger at one moment: the checkpoint, the unfinished tiles it stands on,
 * and the write-ahead files.
 *
 * <p>A writer deletes such a file only after it has replaced the checkpoint. So if the checkpoint
 * is the same before and after reading them all, nothing was missed; else it is done again. All
 * other files that the checkpoint stands on never change.
 */
final class LedgerSnapshot {
    /** A writer replaces the checkpoint once in an interval, reading this takes milliseconds. */
    private static final int MAX_ATTEMPTS = 50;

    static final int MAX_WRITE_AHEAD_BYTES = 512 * 1024 * 1024;

    private final SignedCheckpoint signed;
    private final LogKeys keys;
    private final Map<TilePath, byte[]> unfinishedTiles = new HashMap<>();
    private final List<WaitingEntry> waiting = new ArrayList<>();
    private final boolean hasBodies;
    private long cutOffBytes;
    private @Nullable LedgerDamage damage;

    /** An entry in a write-ahead file. */
    record WaitingEntry(String file, long index, StoredEntry stored) {}

    private LedgerSnapshot(byte[] note, LogKeys keys, boolean hasBodies) throws LedgerDamage {
        this.keys = keys;
        this.hasBodies = hasBodies;
        this.signed = SignedCheckpoint.open(note, LogKeys.of(keys.newest()), Layout.CHECKPOINT);
    }

    /**
     * @param trusted a key of the log, from which its handovers lead to the newest
     */
    static LedgerSnapshot read(LedgerFiles files, VerifierKey trusted)
            throws IOException, LedgerDamage {
        LogKeys keys = files.keys(trusted);
        for (int attempt = 1; ; attempt++) {
            LedgerSnapshot snapshot =
                    new LedgerSnapshot(files.readSmall(Layout.CHECKPOINT), keys, files.hasBodies());
            snapshot.readWriteAhead(files);
            snapshot.readUnfinishedTiles(files);
            boolean moved = snapshot.hasMoved(files);
            if (!moved && snapshot.damage == null) {
                return snapshot;
            }
            // Damage is believed when nobody is writing, or when it stays.
            if (snapshot.damage != null
                    && (attempt == MAX_ATTEMPTS
                            || (!moved && !DirectoryLock.isHeld(files.directory())))) {
                throw snapshot.damage;
            }
            if (attempt == MAX_ATTEMPTS) {
                throw new IOException(
                        "the ledger's checkpoint changes faster than it can be read;"
                                + " verify a copy instead");
            }
        }
    }

    /** What the log signed with until now. */
    LogKeys keys() {
        return keys;
    }

    /** Whether a writer has signed something newer by now. */
    private boolean hasMoved(LedgerFiles files) throws IOException, LedgerDamage {
        return !Arrays.equals(signed.note(), files.readSmall(Layout.CHECKPOINT));
    }

    /** Whether files may have come that this moment does not know. */
    boolean mayBeOutdated(LedgerFiles files) throws IOException, LedgerDamage {
        return DirectoryLock.isHeld(files.directory()) || hasMoved(files);
    }

    private void readUnfinishedTiles(LedgerFiles files) throws IOException, LedgerDamage {
        long size = signed.size();
        for (int level = 0; level < TileTree.levels(size); level++) {
            for (Kind kind : Kind.values()) {
                int width = TileTree.partialWidth(size, level);
                boolean isHere = kind != Kind.BODIES || hasBodies;
                if (width > 0 && isHere && (level == 0 || kind == Kind.HASHES)) {
                    TilePath path =
                            new TilePath(kind, level, TileTree.fullTiles(size, level), width);
                    byte[] content = files.read(path);
                    if (content == null) {
                        damaged(new Unverified(Place.of(path.text()), "is missing"));
                    } else {
                        unfinishedTiles.put(path, content);
                    }
                }
            }
        }
    }

    private void readWriteAhead(LedgerFiles files) throws IOException, LedgerDamage {
        long next = -1;
        for (Path file : Disk.list(files.directory().resolve(WriteAhead.DIRECTORY))) {
            String name = WriteAhead.DIRECTORY + "/" + file.getFileName();
            if (cutOffBytes > 0) {
                damaged(new Malformed(Place.of(name), "follows a file that was cut off"));
            }
            next = readWriteAhead(files, file, name, next);
        }
        if (!waiting.isEmpty() && waiting.getFirst().index() > signed.size()) {
            damaged(
                    new Unverified(
                            Place.of(waiting.getFirst().file(), waiting.getFirst().index()),
                            "the entries from " + signed.size() + " on are missing before it"));
        }
    }

    /** Reads one file, of which {@code next} is the first index it should have, if known. */
    private long readWriteAhead(LedgerFiles files, Path file, String name, long next)
            throws IOException, LedgerDamage {
        long first = WriteAhead.firstIndex(file.getFileName().toString()).orElse(-1);
        byte[] content = files.read(name, MAX_WRITE_AHEAD_BYTES);
        if (first < 0) {
            damaged(new Malformed(Place.of(name), "does not belong here"));
            return next;
        }
        if (content == null) {
            return -1; // dropped meanwhile; the checkpoint will show it
        }
        if (next >= 0 && first != next) {
            damaged(new Unverified(Place.of(name, next), "the entry is missing"));
        }
        WriteAheadRecord.Scan scan = WriteAheadRecord.scan(content, first);
        long index = first;
        for (WriteAheadRecord record : scan.records()) {
            for (StoredEntry stored : record.entries()) {
                waiting.add(new WaitingEntry(name, index++, stored));
            }
        }
        switch (scan.end()) {
            case WHOLE -> {}
            case CUT_OFF -> cutOffBytes = (long) content.length - scan.intactBytes();
            case UNREADABLE, DAMAGED ->
                    damaged(new Malformed(Place.of(name, index), scan.problem()));
        }
        return index;
    }

    private void damaged(LedgerDamage found) {
        if (damage == null) {
            damage = found;
        }
    }

    /** Whether the ledger has private values at all; a copy for overseers has none. */
    boolean hasBodies() {
        return hasBodies;
    }

    Checkpoint checkpoint() {
        return signed.checkpoint();
    }

    /** The checkpoint as it was signed, and maybe cosigned. */
    SignedCheckpoint signed() {
        return signed;
    }

    /** The content of a tile or bundle that the checkpoint stands on. */
    byte[] content(LedgerFiles files, TilePath path) throws IOException, LedgerDamage {
        byte[] unfinished = unfinishedTiles.get(path);
        return unfinished == null ? files.readRequired(path) : unfinished;
    }

    /** Likewise the records of a bundle. */
    List<byte[]> records(LedgerFiles files, TilePath path) throws IOException, LedgerDamage {
        try {
            return Bundle.split(path.kind(), content(files, path), path.width());
        } catch (BundleFormatException e) {
            throw new Malformed(
                    Place.of(path.text(), path.tile() * TileTree.TILE_WIDTH + e.record()),
                    String.valueOf(e.getMessage()));
        }
    }

    /** In order; some may be under the checkpoint already. */
    List<WaitingEntry> waiting() {
        return waiting;
    }

    long cutOffBytes() {
        return cutOffBytes;
    }
}
