package org.domicile.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogKeys;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.tile.TileTree;

/** Whether a tree, while it grows, passes through every checkpoint that a mirror kept. */
final class AcceptedCheck {
    private final List<Checkpoint> kept = new ArrayList<>();
    private int next;

    private AcceptedCheck() {}

    /** Reads them and checks each signature; none where the directory is no mirror's. */
    static AcceptedCheck read(LedgerFiles files, LogKeys keys) throws IOException, LedgerDamage {
        AcceptedCheck check = new AcceptedCheck();
        long size = 0;
        for (AcceptedCheckpoints.Kept one : AcceptedCheckpoints.read(files.directory())) {
            Checkpoint checkpoint = open(one.note(), keys, Layout.MIRROR_CHECKPOINTS);
            if (checkpoint.size() < size) {
                throw new Unverified(
                        Place.of(Layout.MIRROR_CHECKPOINTS),
                        "has a checkpoint of "
                                + checkpoint.size()
                                + " entries after one of "
                                + size);
            }
            size = checkpoint.size();
            check.kept.add(checkpoint);
        }
        return check;
    }

    static Checkpoint open(byte[] note, LogKeys keys, String name) throws LedgerDamage {
        try {
            return keys.openEarlier(note);
        } catch (NoteFormatException e) {
            throw new Malformed(Place.of(name), String.valueOf(e.getMessage()));
        } catch (NoteUnverifiedException e) {
            throw new Unverified(Place.of(name), String.valueOf(e.getMessage()));
        }
    }

    /** Compares those of the tree's size as it is now; to be called at each size from 0 on. */
    void check(TileTree tree) throws LedgerDamage {
        while (next < kept.size() && kept.get(next).size() == tree.size()) {
            if (!Arrays.equals(kept.get(next).root(), tree.root())) {
                throw new Unverified(
                        Place.of(Layout.MIRROR_CHECKPOINTS),
                        "the first "
                                + tree.size()
                                + " entries do not have the root of the checkpoint kept for them");
            }
            next++;
        }
    }

    int checked() {
        return next;
    }

    boolean isDone() {
        return next == kept.size();
    }
}
