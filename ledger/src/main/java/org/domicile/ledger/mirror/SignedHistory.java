package org.domicile.ledger.mirror;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.SignedCheckpoint;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * What a mirror holds a log to: nothing that the log claims may contradict what it signed before.
 * Where it does, both are kept as evidence, and that is an alarm.
 */
final class SignedHistory {
    private final MirrorFiles files;

    SignedHistory(MirrorFiles files) {
        this.files = files;
    }

    /**
     * What is claimed now is no less than before, and the same where it is as much.
     *
     * @param kept what the copy stands on
     */
    void requireNotLess(
            SignedCheckpoint claimed,
            @Nullable SignedCheckpoint before,
            @Nullable SignedCheckpoint kept)
            throws IOException, LedgerDamage, MirrorAlarm {
        if (before == null || claimed.checkpoint().equals(before.checkpoint())) {
            return;
        }
        if (claimed.size() < before.size()) {
            throw alarm(
                    "the log claims "
                            + claimed.size()
                            + " entries now and had signed for "
                            + before.size()
                            + " before: "
                            + whatHappened(claimed, kept),
                    claimed,
                    before,
                    Map.of());
        } else if (claimed.size() == before.size()) {
            throw alarm(
                    "the log signed two different trees of " + claimed.size() + " entries",
                    claimed,
                    before,
                    Map.of());
        }
    }

    /** How a smaller tree relates to the copy, where the copy can tell. */
    private String whatHappened(SignedCheckpoint claimed, @Nullable SignedCheckpoint kept)
            throws IOException, LedgerDamage {
        if (kept == null || claimed.size() > kept.size()) {
            return "it went back";
        }
        byte[] own = treeOf(kept).rootAt(claimed.size());
        return Arrays.equals(own, claimed.checkpoint().root())
                ? "it was put back to an older state"
                : "its history was rewritten";
    }

    /** The copy's own tree. */
    SignedTree treeOf(SignedCheckpoint kept) throws IOException, LedgerDamage {
        List<byte[]> edge = new ArrayList<>();
        for (int level = 0; level < TileTree.levels(kept.size()); level++) {
            edge.add(
                    TileTree.partialWidth(kept.size(), level) == 0
                            ? new byte[0]
                            : files.required(SignedTree.edgePath(kept.size(), level)));
        }
        return new SignedTree(kept.size(), edge, files::required);
    }

    /** The tree that is claimed now begins with the one that was signed before. */
    void requireSameBeginning(
            SignedTree tree, SignedCheckpoint claimed, @Nullable SignedCheckpoint before)
            throws IOException, LedgerDamage, MirrorAlarm {
        if (before != null
                && !Arrays.equals(tree.rootAt(before.size()), before.checkpoint().root())) {
            throw alarm(
                    "the log's "
                            + claimed.size()
                            + " entries do not begin with the "
                            + before.size()
                            + " it had signed for before: its history was rewritten",
                    claimed,
                    before,
                    tree.lookedAt());
        }
    }

    private MirrorAlarm alarm(
            String reason,
            SignedCheckpoint claimed,
            SignedCheckpoint before,
            Map<String, byte[]> tiles)
            throws IOException {
        Path evidence = files.keepEvidence(reason, before.note(), claimed.note(), tiles);
        return new MirrorAlarm(reason, before.checkpoint(), claimed.checkpoint(), evidence);
    }
}
