package org.domicile.ledger.witness;

import java.net.URI;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.domicile.ledger.Layout;
import org.domicile.ledger.SignedCheckpoint;
import org.domicile.ledger.Verification;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;

/**
 * Which logs are known, and whose cosignatures make a checkpoint of theirs valid: C2SP tlog-policy.
 *
 * @param logs any one of them must have signed; may be empty where the log is known otherwise
 * @param witnesses by the policy's own names for them
 * @param groups by name; members are witnesses and groups before it
 * @param quorum a witness or group; empty where the policy says {@code none}
 */
public record WitnessPolicy(
        List<Log> logs,
        Map<String, Witness> witnesses,
        Map<String, Group> groups,
        Optional<String> quorum) {
    public WitnessPolicy {
        logs = List.copyOf(logs);
        witnesses = Map.copyOf(witnesses);
        groups = Map.copyOf(groups);
    }

    /** A log; what its address is for, its user knows. */
    public record Log(VerifierKey key, Optional<URI> url) {}

    /**
     * A witness.
     *
     * @param url its submission prefix, of C2SP tlog-witness
     */
    public record Witness(VerifierKey key, Optional<URI> url) {}

    /** So many of its members must have cosigned. */
    record Group(int threshold, List<String> members) {
        Group {
            members = List.copyOf(members);
            if (threshold < 1 || threshold > members.size()) {
                throw new NoteFormatException("a group's threshold is from 1 to its members");
            }
        }
    }

    /**
     * Reads a policy file.
     *
     * @throws NoteFormatException naming the line, when it is none
     */
    public static WitnessPolicy parse(byte[] file) {
        return WitnessPolicyReader.read(file);
    }

    /**
     * Whether these keys' owners are a quorum, given that each has cosigned the same checkpoint.
     */
    public boolean isQuorum(Set<VerifierKey> cosigners) {
        return quorum.isEmpty() || hasWitnessed(quorum.get(), cosigners);
    }

    private boolean hasWitnessed(String name, Set<VerifierKey> cosigners) {
        Witness witness = witnesses.get(name);
        if (witness != null) {
            return cosigners.contains(witness.key());
        }
        Group group = groups.get(name);
        return group != null
                && group.members().stream()
                                .filter(member -> hasWitnessed(member, cosigners))
                                .count()
                        >= group.threshold();
    }

    /**
     * The checkpoint of a note that one of this policy's logs signed, under its own name, and a
     * quorum cosigned.
     *
     * @throws NoteFormatException when it is no checkpoint
     * @throws NoteUnverifiedException saying what is missing, or whose signature does not fit
     */
    public Checkpoint check(byte[] note) {
        var _ = logOf(note);
        SignedNote signed = SignedNote.parse(note);
        missing(signed)
                .ifPresent(reason -> {
                    throw new NoteUnverifiedException(reason);
                });
        return Checkpoint.parse(signed.text());
    }

    /**
     * The key of this policy's log that signed a checkpoint, under its own name.
     *
     * @throws NoteFormatException when it is no checkpoint
     * @throws NoteUnverifiedException when none did, or a signature of one does not fit
     */
    public VerifierKey logOf(byte[] note) {
        SignedNote signed = SignedNote.parse(note);
        String origin = Checkpoint.parse(signed.text()).origin();
        VerifierKey signer = null;
        for (Log log : logs) {
            if (log.key().name().equals(origin) && signed.lineOf(log.key()).isPresent()) {
                signer = log.key();
            }
        }
        if (signer == null) {
            throw new NoteUnverifiedException("no log of the policy signed the checkpoint");
        }
        return signer;
    }

    /** As {@link #check(byte[])}, of the log that {@code log} is the key of. */
    public Checkpoint check(byte[] note, VerifierKey log) {
        WitnessPolicy ofLog =
                new WitnessPolicy(
                        List.of(new Log(log, Optional.empty())), witnesses, groups, quorum);
        return ofLog.check(note);
    }

    /**
     * How far a ledger's entries are witnessed.
     *
     * @param checkpoint the newest with a quorum
     * @param time of its last cosignature of this policy, by the witness's clock; empty where the
     *     policy wants none
     */
    public record WitnessedPart(Checkpoint checkpoint, Optional<Instant> time) {}

    /**
     * How far a verified ledger is witnessed: by its newest checkpoint or, where that has no quorum
     * yet, by the last one that it kept because it had.
     *
     * @throws NoteUnverifiedException when neither has, saying which witnesses are missing, or when
     *     a cosignature does not fit
     */
    public WitnessedPart witnessed(Verification verification) {
        SignedNote newest = SignedNote.parse(verification.signed().note());
        Optional<String> missing = missing(newest);
        if (missing.isEmpty()) {
            return new WitnessedPart(verification.checkpoint(), lastCosigned(newest));
        }
        SignedCheckpoint kept = verification.witnessed().orElse(null);
        if (kept == null) {
            throw new NoteUnverifiedException(missing.get());
        }
        SignedNote keptNote = SignedNote.parse(kept.note());
        missing(keptNote)
                .ifPresent(reason -> {
                    throw new NoteUnverifiedException(
                            reason + " (nor has " + Layout.WITNESSED + " a quorum)");
                });
        return new WitnessedPart(kept.checkpoint(), lastCosigned(keptNote));
    }

    private Optional<Instant> lastCosigned(SignedNote note) {
        return witnesses.values().stream()
                .flatMap(witness -> note.lineOf(witness.key()).stream())
                .map(line -> Instant.ofEpochSecond(line.timestamp()))
                .max(Comparator.naturalOrder());
    }

    /** Why a note's cosignatures are no quorum; nothing where they are one. */
    private Optional<String> missing(SignedNote signed) {
        Set<VerifierKey> cosigners = new HashSet<>();
        Set<String> missing = new TreeSet<>();
        witnesses.forEach((name, witness) -> {
            if (signed.lineOf(witness.key()).isPresent()) {
                cosigners.add(witness.key());
            } else {
                missing.add(name);
            }
        });
        return isQuorum(cosigners)
                ? Optional.empty()
                : Optional.of(
                        "cosigned by "
                                + cosigners.size()
                                + " of the policy's "
                                + witnesses.size()
                                + " witnesses, which is no quorum; missing: "
                                + String.join(", ", missing));
    }

    /** Whether a log's key may be this one: the policy has no log lines, or one with this key. */
    public boolean allows(VerifierKey log) {
        return logs.isEmpty() || logs.stream().anyMatch(allowed -> allowed.key().equals(log));
    }
}
