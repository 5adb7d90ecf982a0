package org.domicile.ledger.witness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.domicile.ledger.Disk;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.SignedNote.SignatureLine;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.MerkleProof;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.witness.WitnessRefusal.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log that a witness serves, with the latest checkpoint of it that was cosigned: in memory, and
 * in a file that is replaced first. For any number of threads, one at a time.
 */
final class CosignedLog {
    private static final Logger LOG = LoggerFactory.getLogger(CosignedLog.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<VerifierKey> keys;
    private final Path file;
    private final Disk disk;
    private final WitnessEvidence evidence;

    /** What lies in the file; replaced after it. */
    private volatile @Nullable SignedNote latest;

    /** After a failed write nobody knows what is in the file, until it is read again. */
    private boolean isUnknown;

    /** Of the checkpoint warned of last, so that one shown again and again is told once. */
    private long smallerSize = -1;

    private CosignedLog(List<VerifierKey> keys, Path file, Disk disk, WitnessEvidence evidence) {
        this.keys = List.copyOf(keys);
        this.file = file;
        this.disk = disk;
        this.evidence = evidence;
    }

    /**
     * Reads what was cosigned of a log.
     *
     * @param keys what the log may sign with
     * @throws LedgerException when the file is damaged
     */
    static CosignedLog open(
            String origin,
            List<VerifierKey> keys,
            Path file,
            List<Cosigner> cosigners,
            Disk disk,
            WitnessEvidence evidence)
            throws IOException {
        CosignedLog log = new CosignedLog(keys, file, disk, evidence);
        if (Files.exists(file)) {
            try {
                SignedNote note = SignedNote.parse(Files.readAllBytes(file));
                for (Cosigner cosigner : cosigners) {
                    if (note.lineOf(cosigner.verifierKey()).isEmpty()
                            || !Checkpoint.parse(note.text()).origin().equals(origin)) {
                        throw new NoteUnverifiedException("this witness did not cosign it so");
                    }
                }
                log.latest = note;
            } catch (NoteFormatException | NoteUnverifiedException e) {
                throw new LedgerException(
                        file
                                + " is damaged, so what was cosigned of "
                                + origin
                                + " is not known; put a copy of it back: "
                                + e.getMessage(),
                        e);
            }
        }
        return log;
    }

    Optional<SignedNote> latest() {
        return Optional.ofNullable(latest);
    }

    /**
     * Cosigns a checkpoint that the log signed, durably remembered on return.
     *
     * @throws WitnessRefusal when it does not continue what was cosigned before
     * @throws IOException when it could not be remembered
     */
    List<SignatureLine> cosign(
            AddCheckpoint request, SignedNote note, List<Cosigner> cosigners, Instant now)
            throws WitnessRefusal, IOException {
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        List<SignatureLine> logLines = linesOfLog(note);
        if (request.oldSize() > checkpoint.size()) {
            throw new WitnessRefusal(Reason.MALFORMED, "the old size is above the new one");
        }
        lock.lock();
        try {
            requireContinues(request, checkpoint);
            return remember(note, logLines, cosigners, now);
        } finally {
            lock.unlock();
        }
    }

    /** The lines of keys it trusts for this log, at least one. */
    private List<SignatureLine> linesOfLog(SignedNote note) throws WitnessRefusal {
        try {
            List<SignatureLine> lines =
                    keys.stream().flatMap(key -> note.lineOf(key).stream()).toList();
            if (!lines.isEmpty()) {
                return lines;
            }
        } catch (NoteUnverifiedException e) {
            throw new WitnessRefusal(Reason.NOT_SIGNED, String.valueOf(e.getMessage()));
        }
        throw new WitnessRefusal(
                Reason.NOT_SIGNED, "no key that this witness trusts for the log signed it");
    }

    private void requireContinues(AddCheckpoint request, Checkpoint checkpoint)
            throws WitnessRefusal, IOException {
        if (isUnknown) {
            throw new IOException("what was cosigned is not known after a failed write");
        }
        SignedNote cosigned = latest;
        Checkpoint before = cosigned == null ? null : Checkpoint.parse(cosigned.text());
        long beforeSize = before == null ? 0 : before.size();
        if (request.oldSize() != beforeSize) {
            warnOfSmaller(checkpoint, beforeSize);
            throw new WitnessRefusal(
                    Reason.CONFLICT, "this witness cosigned size " + beforeSize, beforeSize);
        }
        byte[] emptyRoot = new MerkleHasher().emptyRoot();
        boolean isConsistent =
                MerkleProof.isConsistent(
                        beforeSize,
                        before == null ? emptyRoot : before.root(),
                        checkpoint.size(),
                        checkpoint.root(),
                        request.proof());
        boolean isEmptyAsItMustBe =
                checkpoint.size() > 0 || Arrays.equals(checkpoint.root(), emptyRoot);
        if (!isConsistent || !isEmptyAsItMustBe) {
            String why =
                    AddCheckpoint.describe(checkpoint)
                            + " is not shown to continue "
                            + (before == null
                                    ? "the empty tree"
                                    : AddCheckpoint.describe(before)
                                            + " that this witness cosigned");
            LOG.warn("refused {}: {}", checkpoint.origin(), why);
            evidence.keep(request.note(), cosigned);
            throw new WitnessRefusal(Reason.INCONSISTENT, why);
        }
    }

    /** A log that was put back asks so; whoever has an old checkpoint of it can too. */
    private void warnOfSmaller(Checkpoint checkpoint, long cosigned) {
        if (checkpoint.size() < cosigned && checkpoint.size() != smallerSize) {
            smallerSize = checkpoint.size();
            LOG.warn(
                    "refused {}: it signed size {} where this witness cosigned {}; the log was put"
                            + " back to an older state, or somebody shows an old checkpoint",
                    checkpoint.origin(),
                    checkpoint.size(),
                    cosigned);
        }
    }

    private List<SignatureLine> remember(
            SignedNote note, List<SignatureLine> logLines, List<Cosigner> cosigners, Instant now)
            throws IOException {
        Instant time = now;
        SignedNote before = latest;
        if (before != null) {
            // What was the largest tree then cannot be a smaller one later.
            long last = before.signatures().getLast().timestamp();
            time = time.getEpochSecond() < last ? Instant.ofEpochSecond(last) : time;
        }
        List<SignatureLine> cosignatures = new ArrayList<>();
        for (Cosigner cosigner : cosigners) {
            cosignatures.add(cosigner.cosign(note.text(), time));
        }
        List<SignatureLine> all = new ArrayList<>(logLines);
        all.addAll(cosignatures);
        SignedNote cosigned = new SignedNote(note.text(), all);
        try {
            disk.replaceFile(file, cosigned.toBytes());
        } catch (IOException | RuntimeException e) {
            isUnknown = true;
            LOG.error("cannot write {}: nothing more is cosigned of its log", file, e);
            throw e;
        }
        latest = cosigned;
        return cosignatures;
    }
}
