package org.domicile.ledger;

import java.util.Arrays;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogKeys;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;

/**
 * A checkpoint with the note that it was signed in.
 *
 * @param note C2SP tlog-checkpoint, with cosignatures where there are any
 */
public record SignedCheckpoint(Checkpoint checkpoint, byte[] note) {
    public SignedCheckpoint {
        note = note.clone();
    }

    /**
     * Reads a note of a ledger or of its copy.
     *
     * @param name of the file, for what is wrong with it
     * @throws LedgerDamage when it is no checkpoint, or none of {@code keys} signed it
     */
    public static SignedCheckpoint open(byte[] note, LogKeys keys, String name)
            throws LedgerDamage {
        try {
            return new SignedCheckpoint(keys.openEarlier(note), note);
        } catch (NoteFormatException e) {
            throw new Malformed(Place.of(name), String.valueOf(e.getMessage()));
        } catch (NoteUnverifiedException e) {
            throw new Unverified(Place.of(name), String.valueOf(e.getMessage()));
        }
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
