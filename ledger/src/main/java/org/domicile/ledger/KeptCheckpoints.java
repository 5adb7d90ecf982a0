package org.domicile.ledger;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.tile.TileTree;

/**
 * Checkpoints that the log signed earlier and somebody kept. The verifier sees every entry, so it
 * needs no proof: at the size that a checkpoint names, the tree must have the root that it names.
 */
final class KeptCheckpoints {
    private final Deque<Map.Entry<String, Checkpoint>> bySize = new ArrayDeque<>();

    KeptCheckpoints(Map<String, Checkpoint> kept) {
        kept.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().size()))
                .forEach(bySize::add);
    }

    /** Compares those of the tree's current size. */
    void check(TileTree tree) throws LedgerDamage {
        while (!bySize.isEmpty() && bySize.getFirst().getValue().size() == tree.size()) {
            Map.Entry<String, Checkpoint> kept = bySize.removeFirst();
            if (!Arrays.equals(kept.getValue().root(), tree.root())) {
                throw new Unverified(
                        Place.of(Layout.CHECKPOINT),
                        "the log signed another history: "
                                + kept.getKey()
                                + " has "
                                + kept.getValue()
                                + ", the ledger's first "
                                + tree.size()
                                + " entries have root "
                                + java.util.HexFormat.of().formatHex(tree.root()));
            }
        }
    }

    /** After the last entry, none may be left. */
    void requireAllChecked(long size) throws LedgerDamage {
        if (!bySize.isEmpty()) {
            Map.Entry<String, Checkpoint> kept = bySize.getFirst();
            throw new Unverified(
                    Place.of(Layout.CHECKPOINT),
                    "the log signed more than it has: "
                            + kept.getKey()
                            + " has "
                            + kept.getValue()
                            + ", the ledger ends at "
                            + size
                            + " entries");
        }
    }
}
