package org.domicile.ledger.note;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys that one log has signed with, oldest first; each but the first was named by the one
 * before it, in a {@link Handover}. Whoever trusts one of them can follow the log to the newest,
 * which every new checkpoint must have.
 */
public record LogKeys(List<VerifierKey> oldestFirst) {
    /** A log that has replaced its key more often than this begins anew. */
    public static final int MAX_HANDOVERS = 99;

    public LogKeys {
        oldestFirst = List.copyOf(oldestFirst);
        if (oldestFirst.isEmpty()) {
            throw new IllegalArgumentException("a log has a key");
        }
    }

    /** Those of a log that never replaced its key. */
    public static LogKeys of(VerifierKey only) {
        return new LogKeys(List.of(only));
    }

    /**
     * Follows the log's handovers.
     *
     * @param trusted one key of the log, whichever
     * @param handovers the notes, oldest first
     * @throws NoteFormatException when one is none
     * @throws NoteUnverifiedException when one is not signed by both its keys, does not continue
     *     the one before it, or the trusted key is nowhere in them
     */
    public static LogKeys follow(VerifierKey trusted, List<byte[]> handovers) {
        List<VerifierKey> keys = new ArrayList<>();
        for (byte[] note : handovers) {
            Handover handover = Handover.open(note);
            if (keys.isEmpty()) {
                keys.add(handover.from());
            } else if (!keys.getLast().equals(handover.from())) {
                throw new NoteUnverifiedException(
                        "a handover is not from the key that the one before it is to");
            }
            if (keys.contains(handover.to())) {
                throw new NoteUnverifiedException("a handover is to a key that was replaced");
            }
            keys.add(handover.to());
        }
        if (keys.isEmpty()) {
            return of(trusted);
        }
        if (!keys.contains(trusted)) {
            throw new NoteUnverifiedException(
                    "the log's handovers do not have the key " + trusted.text());
        }
        return new LogKeys(keys);
    }

    /** What the log signs with now. */
    public VerifierKey newest() {
        return oldestFirst.getLast();
    }

    /** Whether the log signed with it at some time. */
    public boolean contains(VerifierKey key) {
        return oldestFirst.contains(key);
    }

    /**
     * Reads a checkpoint that the log signed at some time, with whichever of its keys.
     *
     * @throws NoteFormatException when it is none
     * @throws NoteUnverifiedException when no key of the log signed it
     */
    public Checkpoint openEarlier(byte[] note) {
        NoteUnverifiedException first = null;
        for (VerifierKey key : oldestFirst.reversed()) {
            try {
                return Checkpoint.open(note, key);
            } catch (NoteUnverifiedException e) {
                first = first == null ? e : first;
            }
        }
        throw first == null ? new NoteUnverifiedException("no key") : first;
    }
}
