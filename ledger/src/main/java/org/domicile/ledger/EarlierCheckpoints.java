package org.domicile.ledger;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogKeys;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints that the log signed earlier and somebody kept: the last one with a quorum, those that
 * a mirror accepted, and what a verifier was given. The verifier sees every entry, so it needs no
 * proof: at the size that a checkpoint names, the tree must have the root that it names.
 */
final class EarlierCheckpoints {
    private final PriorityQueue<Earlier> bySize =
            new PriorityQueue<>(Comparator.comparingLong(earlier -> earlier.checkpoint().size()));
    private @Nullable SignedCheckpoint witnessed;
    private int ofMirror;

    private record Earlier(String name, Checkpoint checkpoint) {}

    private EarlierCheckpoints() {}

    /**
     * Reads those that lie in the ledger's directory, and checks each signature. To be read before
     * the newest checkpoint, which is written before any of them.
     *
     * @param given further ones, by the names that they are told under
     */
    static EarlierCheckpoints read(LedgerFiles files, LogKeys keys, Map<String, Checkpoint> given)
            throws IOException, LedgerDamage {
        EarlierCheckpoints all = new EarlierCheckpoints();
        byte[] note = files.read(Layout.WITNESSED, LedgerFiles.MAX_SMALL_BYTES);
        if (note != null) {
            SignedCheckpoint witnessed = SignedCheckpoint.open(note, keys, Layout.WITNESSED);
            all.witnessed = witnessed;
            all.bySize.add(new Earlier(Layout.WITNESSED, witnessed.checkpoint()));
        }
        long size = 0;
        for (AcceptedCheckpoints.Kept one : AcceptedCheckpoints.read(files.directory())) {
            SignedCheckpoint accepted =
                    SignedCheckpoint.open(one.note(), keys, Layout.MIRROR_CHECKPOINTS);
            if (accepted.size() < size) {
                throw new Unverified(
                        Place.of(Layout.MIRROR_CHECKPOINTS),
                        "has a checkpoint of " + accepted.size() + " entries after one of " + size);
            }
            size = accepted.size();
            all.ofMirror++;
            all.bySize.add(new Earlier(Layout.MIRROR_CHECKPOINTS, accepted.checkpoint()));
        }
        given.forEach((name, checkpoint) -> all.bySize.add(new Earlier(name, checkpoint)));
        return all;
    }

    /** Compares those of the tree's size as it is now; to be called at each size from 0 on. */
    void check(TileTree tree) throws LedgerDamage {
        for (Earlier earlier = bySize.peek();
                earlier != null && earlier.checkpoint().size() == tree.size();
                earlier = bySize.peek()) {
            if (!Arrays.equals(earlier.checkpoint().root(), tree.root())) {
                throw new Unverified(
                        Place.of(Layout.CHECKPOINT),
                        "the log signed another history: "
                                + earlier.name()
                                + " has "
                                + earlier.checkpoint()
                                + ", the ledger's first "
                                + tree.size()
                                + " entries have root "
                                + HexFormat.of().formatHex(tree.root()));
            }
            bySize.remove();
        }
    }

    /** After the last entry, none may be left. */
    void requireAllChecked(long size) throws LedgerDamage {
        Earlier left = bySize.peek();
        if (left != null) {
            throw new Unverified(
                    Place.of(Layout.CHECKPOINT),
                    "the log signed more than it has: "
                            + left.name()
                            + " has "
                            + left.checkpoint()
                            + ", the ledger ends at "
                            + size
                            + " entries");
        }
    }

    /** The last one that had a quorum, as the ledger has it; whose quorum, a policy tells. */
    Optional<SignedCheckpoint> witnessed() {
        return Optional.ofNullable(witnessed);
    }

    /** How many a mirror accepted and keeps. */
    int ofMirror() {
        return ofMirror;
    }
}
