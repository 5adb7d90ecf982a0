package org.domicile.ledger;

import java.util.Arrays;
import org.domicile.ledger.note.Checkpoint;

/**
 * A checkpoint with the note that it was signed in.
 *
 * @param note C2SP tlog-checkpoint, with cosignatures where there are any
 */
public record SignedCheckpoint(Checkpoint checkpoint, byte[] note) {
    public SignedCheckpoint {
        note = note.clone();
    }

    @Override
    public byte[] note() {
        return note.clone();
    }

    public long size() {
        return checkpoint.size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedCheckpoint that && Arrays.equals(note, that.note);
    }

    @Override
    public int hashCode() {
        return checkpoint.hashCode();
    }
}
