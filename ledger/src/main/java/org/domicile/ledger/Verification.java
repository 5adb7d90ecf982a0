package org.domicile.ledger;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.domicile.ledger.note.Checkpoint;

/**
 * What a verified ledger holds.
 *
 * @param signed the claim that everything was checked against
 * @param witnessed the last checkpoint that had a quorum, as the ledger says, of this history too;
 *     whose quorum it is, a policy tells
 * @param pending durable entries after it, whose order and content nobody has signed yet
 * @param erased entries whose private values were erased
 * @param entriesByType of all entries, pending ones included
 * @param documents how many documents there are
 * @param cutOffBytes at the end of the write-ahead file, of a write that was cut off: by a crash,
 *     or by somebody who shortened the file. Nobody was told that such an entry is durable
 * @param unfinishedFiles left by a crash; opening the ledger removes them
 * @param findings the first {@value Findings#MAX_KEPT} of what is genuine but should be asked about
 * @param findingsInAll how many of these there are
 * @param hasBodies false of a copy without any private value, as a mirror is: nothing was erased
 *     then, and no private value was looked at
 * @param mirror what a mirror keeps beside its copy, all zero where this is none
 */
public record Verification(
        SignedCheckpoint signed,
        Optional<SignedCheckpoint> witnessed,
        long pending,
        long erased,
        Map<String, Long> entriesByType,
        int documents,
        long cutOffBytes,
        int unfinishedFiles,
        List<Finding> findings,
        long findingsInAll,
        boolean hasBodies,
        MirrorNotes mirror) {

    /**
     * What a mirror keeps beside its copy.
     *
     * @param checkpoints that it accepted and still has, each of which the tree fits
     * @param alarms how often the log contradicted what it had signed
     */
    public record MirrorNotes(int checkpoints, int alarms) {}

    public Verification {
        entriesByType = Map.copyOf(entriesByType);
        findings = List.copyOf(findings);
    }

    /**
     * Something that the ledger does not explain by itself, though nothing in it is damaged.
     *
     * @param entry where it shows
     */
    public record Finding(long entry, String problem) {
        @Override
        public String toString() {
            return "entry " + entry + ": " + problem;
        }
    }

    public Checkpoint checkpoint() {
        return signed.checkpoint();
    }

    /** Under the checkpoint and pending together. */
    public long entries() {
        return signed.size() + pending;
    }

    @Override
    public String toString() {
        return "%s, entries %d (pending %d, erased %d) %s"
                .formatted(checkpoint(), entries(), pending, erased, new TreeMap<>(entriesByType));
    }
}
