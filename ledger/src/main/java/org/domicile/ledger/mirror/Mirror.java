package org.domicile.ledger.mirror;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.domicile.ledger.Layout;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.LedgerFiles;
import org.domicile.ledger.SignedCheckpoint;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogKeys;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * An overseer's verified copy of one log, brought up to date by {@link #sync}. It holds everything
 * that is public: checkpoint, tiles, bundles, documents; and every checkpoint that it accepted.
 *
 * <p>A new checkpoint is accepted when the tree that it signs begins with the whole tree of every
 * one before, which is recomputed from the hash tiles, and when all entries under it are here. For
 * one thread.
 */
public final class Mirror implements AutoCloseable {
    /** A log that signs faster than its last tiles can be fetched is given up after so many. */
    static final int MAX_MOVES = 20;

    private final LogSource source;
    private final MirrorFiles files;
    private LogKeys keys;
    private final Options options;
    private final SignedHistory history;
    private @Nullable SignedCheckpoint kept;

    /**
     * How a log is asked.
     *
     * @param patience for a connection, and for an answer beside the time that its size takes
     * @param parallel how many files at once
     */
    public record Options(Duration patience, int parallel) {
        public static final int MAX_PARALLEL = 64;

        public Options {
            if (patience.isNegative() || patience.isZero()) {
                throw new IllegalArgumentException("patience is more than nothing");
            }
            if (parallel < 1 || parallel > MAX_PARALLEL) {
                throw new IllegalArgumentException("1 to " + MAX_PARALLEL + " files at once");
            }
        }

        public static Options defaults() {
            return new Options(Duration.ofSeconds(30), 8);
        }
    }

    /** Told how far a run has come, from several threads. */
    public interface Progress {
        void copied(long entries, long of);
    }

    /**
     * What a run did.
     *
     * @param checkpoint what the copy stands on now
     * @param newEntries how many it did not have before
     * @param fetchedBytes in this run, everything together
     */
    public record Synced(Checkpoint checkpoint, long newEntries, long fetchedBytes) {}

    private Mirror(
            LogSource source,
            MirrorFiles files,
            LogKeys keys,
            Options options,
            @Nullable SignedCheckpoint kept) {
        this.source = source;
        this.files = files;
        this.keys = keys;
        this.options = options;
        this.kept = kept;
        this.history = new SignedHistory(files);
    }

    /**
     * Opens a mirror, making it where the directory is new or empty.
     *
     * @param url the log's URL prefix
     * @param given the log's key; without one the mirror's own is used, and at the first run the
     *     one that the log shows
     * @throws LedgerDamage when the log has another key, or the copy is damaged
     * @throws org.domicile.ledger.LedgerException when another mirror is at work in the directory
     */
    public static Mirror open(URI url, Path directory, @Nullable VerifierKey given, Options options)
            throws IOException, LedgerDamage {
        MirrorFiles files = MirrorFiles.open(directory);
        LogSource source = new LogSource(url, options.patience());
        try {
            VerifierKey key = chooseKey(source, files, given);
            byte[] note = files.checkpoint();
            LogKeys keys = LedgerFiles.follow(key, files.handovers());
            SignedCheckpoint kept =
                    note == null ? null : SignedCheckpoint.open(note, keys, Layout.CHECKPOINT);
            if (note != null && !files.isRemembered(note)) {
                files.remember(note, Instant.now());
            }
            Mirror mirror = new Mirror(source, files, keys, options, kept);
            files = null; // the mirror's own from here on
            return mirror;
        } finally {
            if (files != null) {
                files.close();
                source.close();
            }
        }
    }

    private static VerifierKey chooseKey(
            LogSource source, MirrorFiles files, @Nullable VerifierKey given)
            throws IOException, LedgerDamage {
        VerifierKey own = files.key();
        if (own != null
                && given != null
                && !LedgerFiles.follow(own, files.handovers()).contains(given)) {
            throw new Unverified(
                    Place.of(Layout.VERIFIER_KEY),
                    "this mirror goes by another key, "
                            + own
                            + "; give each log its own directory");
        }
        VerifierKey key = own != null ? own : given != null ? given : servedKey(source);
        if (key == null) {
            throw new Unverified(
                    Place.of(Layout.VERIFIER_KEY), "the log does not show its key; give it");
        }
        if (own == null) {
            files.setKey(key);
        }
        return key;
    }

    private static @Nullable VerifierKey servedKey(LogSource source)
            throws IOException, LedgerDamage {
        byte[] served = source.verifierKey();
        try {
            return served == null
                    ? null
                    : VerifierKey.parse(new String(served, StandardCharsets.UTF_8).strip());
        } catch (NoteFormatException e) {
            throw new Malformed(Place.of(Layout.VERIFIER_KEY), String.valueOf(e.getMessage()));
        }
    }

    /** What the copy is believed by now. */
    public VerifierKey key() {
        return keys.newest();
    }

    /** The log may have handed over to another key, which only the one before it can say. */
    private void followKeys() throws IOException, LedgerDamage {
        List<byte[]> handovers = new ArrayList<>(files.handovers());
        while (handovers.size() < LogKeys.MAX_HANDOVERS) {
            byte[] note = source.handover(handovers.size() + 1);
            if (note == null) {
                return;
            }
            handovers.add(note);
            keys = LedgerFiles.follow(keys.newest(), handovers);
            files.addHandover(handovers.size(), note);
        }
    }

    /**
     * Brings the copy up to what the log claims now.
     *
     * @throws MirrorAlarm when the log contradicts what it signed before
     * @throws LedgerDamage when it serves something else than it signed; the copy is as before
     * @throws IOException when the log cannot be reached or the copy cannot be written; the next
     *     run goes on from what is here
     */
    public Synced sync(Progress progress) throws IOException, LedgerDamage, MirrorAlarm {
        long fetchedBefore = source.fetchedBytes();
        followKeys();
        byte[] pendingNote = files.pending();
        SignedCheckpoint pending =
                pendingNote == null
                        ? null
                        : SignedCheckpoint.open(pendingNote, keys, Layout.MIRROR_PENDING);
        for (int move = 0; move < MAX_MOVES; move++) {
            // Before the newest, which is no smaller.
            SignedCheckpoint witnessed = servedWitnessed();
            SignedCheckpoint claimed =
                    SignedCheckpoint.open(
                            source.checkpoint(), LogKeys.of(keys.newest()), Layout.CHECKPOINT);
            history.requireNotLess(claimed, pending, kept);
            history.requireNotLess(claimed, kept, kept);
            history.requireNotLess(claimed, witnessed, kept);
            if (kept != null && claimed.size() == kept.size()) {
                history.requireSameBeginning(history.treeOf(kept), claimed, witnessed);
                takeCosignatures(claimed);
                takeWitnessed(witnessed);
                return new Synced(claimed.checkpoint(), 0, source.fetchedBytes() - fetchedBefore);
            }
            RightEdge edge = RightEdge.fetch(source, claimed.checkpoint());
            if (edge != null) {
                long before = kept == null ? 0 : kept.size();
                take(claimed, edge, Arrays.asList(kept, pending, witnessed), progress);
                takeWitnessed(witnessed);
                return new Synced(
                        claimed.checkpoint(),
                        claimed.size() - before,
                        source.fetchedBytes() - fetchedBefore);
            }
        }
        throw new IOException(
                source.prefix()
                        + " signed for more "
                        + MAX_MOVES
                        + " times before the last tiles of one checkpoint could be fetched, or does"
                        + " not serve them");
    }

    private void take(
            SignedCheckpoint claimed,
            RightEdge edge,
            List<@Nullable SignedCheckpoint> earlier,
            Progress progress)
            throws IOException, LedgerDamage, MirrorAlarm {
        edge.verify(source::required);
        SignedTree tree = new SignedTree(claimed.size(), edge.hashes(), source::required);
        for (SignedCheckpoint signed : earlier) {
            history.requireSameBeginning(tree, claimed, signed);
        }
        requireSameKey();
        files.setPending(claimed.note());
        long before = kept == null ? 0 : kept.size();
        long toCome = claimed.size() - before;
        AtomicLong copied = new AtomicLong();
        try (Download download =
                new Download(
                        source,
                        files,
                        before,
                        options.parallel(),
                        entries -> progress.copied(copied.addAndGet(entries), toCome))) {
            download.run(edge);
        }
        writeEdge(edge);
        files.accept(claimed.note(), Instant.now());
        kept = claimed;
        files.deleteSuperseded(before, claimed.size());
        progress.copied(toCome, toCome);
    }

    private void writeEdge(RightEdge edge) throws IOException {
        List<TilePath> written = new ArrayList<>();
        if (edge.hasBundle()) {
            files.prepare(edge.bundlePath());
            files.write(edge.bundlePath(), edge.bundle());
            written.add(edge.bundlePath());
        }
        for (int level = 0; level < edge.hashes().size(); level++) {
            if (edge.hashes().get(level).length > 0 && isNew(level, edge.checkpoint().size())) {
                TilePath path = edge.tilePath(level);
                files.prepare(path);
                files.write(path, edge.hashes().get(level));
                written.add(path);
            }
        }
        files.forceNames(written);
    }

    /** Whether a level's unfinished tile is another than the copy stands on already. */
    private boolean isNew(int level, long size) {
        return kept == null
                || TileTree.fullTiles(kept.size(), level) != TileTree.fullTiles(size, level)
                || TileTree.partialWidth(kept.size(), level) != TileTree.partialWidth(size, level);
    }

    /** The log's key at its usual place, where it shows one, is the one its checkpoints have. */
    private void requireSameKey() throws IOException, LedgerDamage {
        byte[] served = source.verifierKey();
        if (served != null
                && keys.oldestFirst().stream()
                        .noneMatch(key -> Arrays.equals(served, Layout.verifierKeyFile(key)))) {
            throw new Unverified(
                    Place.of(Layout.VERIFIER_KEY), "is not the key that the log signs with");
        }
    }

    private @Nullable SignedCheckpoint servedWitnessed() throws IOException, LedgerDamage {
        byte[] note = source.witnessed();
        return note == null ? null : SignedCheckpoint.open(note, keys, Layout.WITNESSED);
    }

    /** Keeps the log's last checkpoint with a quorum, unless the copy has a larger one. */
    private void takeWitnessed(@Nullable SignedCheckpoint served) throws IOException, LedgerDamage {
        byte[] own = files.witnessed();
        if (served != null
                && !Arrays.equals(served.note(), own)
                && (own == null
                        || served.size()
                                >= SignedCheckpoint.open(own, keys, Layout.WITNESSED).size())) {
            files.setWitnessed(served.note());
        }
    }

    /** The same tree with other signatures under it: witnesses may have come in. */
    private void takeCosignatures(SignedCheckpoint claimed) throws IOException, LedgerDamage {
        if (kept != null && !Arrays.equals(kept.note(), claimed.note())) {
            files.accept(claimed.note(), Instant.now());
            kept = claimed;
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
        files.close();
    }
}
