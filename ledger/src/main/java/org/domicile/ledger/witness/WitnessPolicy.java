package org.domicile.ledger.witness;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
        SignedNote signed = SignedNote.parse(note);
        Checkpoint checkpoint = Checkpoint.parse(signed.text());
        boolean isSigned = false;
        for (Log log : logs) {
            isSigned |=
                    log.key().name().equals(checkpoint.origin())
                            && signed.lineOf(log.key()).isPresent();
        }
        if (!isSigned) {
            throw new NoteUnverifiedException("no log of the policy signed the checkpoint");
        }
        requireQuorum(signed);
        return checkpoint;
    }

    /** As {@link #check(byte[])}, of the log that {@code log} is the key of. */
    public Checkpoint check(byte[] note, VerifierKey log) {
        WitnessPolicy ofLog =
                new WitnessPolicy(
                        List.of(new Log(log, Optional.empty())), witnesses, groups, quorum);
        return ofLog.check(note);
    }

    private void requireQuorum(SignedNote signed) {
        Set<VerifierKey> cosigners = new HashSet<>();
        Set<String> missing = new TreeSet<>();
        witnesses.forEach((name, witness) -> {
            if (signed.lineOf(witness.key()).isPresent()) {
                cosigners.add(witness.key());
            } else {
                missing.add(name);
            }
        });
        if (!isQuorum(cosigners)) {
            throw new NoteUnverifiedException(
                    "cosigned by "
                            + cosigners.size()
                            + " of the policy's "
                            + witnesses.size()
                            + " witnesses, which is no quorum; missing: "
                            + String.join(", ", missing));
        }
    }
}
