package org.domicile.ledger.witness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.domicile.ledger.DirectoryLock;
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
 * A witness: cosigns a log's checkpoint where it continues the last one it cosigned, and remembers
 * it before it answers, so that it never signs two histories of one log, whatever crashes. For any
 * number of threads; one log is served by one at a time.
 *
 * <p>Its directory has the latest cosigned checkpoint of each log in {@code logs/}, named by the
 * SHA-256 of the log's origin, and in {@code evidence/} checkpoints that logs signed and it refused
 * as inconsistent, each with the one it contradicts.
 */
public final class Witness implements AutoCloseable {
    /** More refused checkpoints than this are not kept. */
    static final int MAX_EVIDENCE = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Witness.class);
    private static final String LOGS = "logs";
    private static final String EVIDENCE = "evidence";

    private final Path directory;
    private final List<Cosigner> cosigners;
    private final InstantSource clock;
    private final Disk disk;
    private final DirectoryLock lock;
    private final Map<String, KnownLog> logsByOrigin = new HashMap<>();
    private final Map<String, KnownLog> logsByHash = new HashMap<>();

    /** A log this witness serves, with what it knows of it. */
    private static final class KnownLog {
        private final ReentrantLock lock = new ReentrantLock();
        private final List<VerifierKey> keys;
        private final Path file;

        /** What lies in the file; replaced after it. */
        private volatile @Nullable SignedNote latest;

        /** After a failed write nobody knows what is in the file, until it is read again. */
        private boolean isUnknown;

        /** Of the checkpoint warned of last, so that one shown again and again is told once. */
        private long smallerSize = -1;

        private KnownLog(List<VerifierKey> keys, Path file) {
            this.keys = List.copyOf(keys);
            this.file = file;
        }
    }

    private Witness(
            Path directory,
            List<Cosigner> cosigners,
            InstantSource clock,
            Disk disk,
            DirectoryLock lock) {
        this.directory = directory;
        this.cosigners = List.copyOf(cosigners);
        this.clock = clock;
        this.disk = disk;
        this.lock = lock;
    }

    /**
     * Opens a witness's directory, making it where there is none.
     *
     * @param keysByOrigin what each log that it serves may sign with
     * @throws LedgerException when another process has it, or a file in it is damaged
     */
    public static Witness open(
            Path directory,
            List<Cosigner> cosigners,
            Map<String, List<VerifierKey>> keysByOrigin,
            InstantSource clock)
            throws IOException {
        return open(directory, cosigners, keysByOrigin, clock, new Disk());
    }

    static Witness open(
            Path directory,
            List<Cosigner> cosigners,
            Map<String, List<VerifierKey>> keysByOrigin,
            InstantSource clock,
            Disk disk)
            throws IOException {
        disk.createDirectories(directory.resolve(LOGS));
        disk.createDirectories(directory.resolve(EVIDENCE));
        DirectoryLock lock = DirectoryLock.acquire(directory);
        try {
            Witness witness = new Witness(directory, cosigners, clock, disk, lock);
            for (Map.Entry<String, List<VerifierKey>> log : keysByOrigin.entrySet()) {
                witness.addLog(log.getKey(), log.getValue());
            }
            return witness;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void addLog(String origin, List<VerifierKey> keys) throws IOException {
        String hash = sha256Hex(origin.getBytes(StandardCharsets.UTF_8));
        KnownLog log = new KnownLog(keys, directory.resolve(LOGS).resolve(hash));
        if (Files.exists(log.file)) {
            try {
                SignedNote note = SignedNote.parse(Files.readAllBytes(log.file));
                for (Cosigner cosigner : cosigners) {
                    if (note.lineOf(cosigner.verifierKey()).isEmpty()
                            || !Checkpoint.parse(note.text()).origin().equals(origin)) {
                        throw new NoteUnverifiedException("this witness did not cosign it so");
                    }
                }
                log.latest = note;
            } catch (NoteFormatException | NoteUnverifiedException e) {
                throw new LedgerException(
                        log.file
                                + " is damaged, so what was cosigned of "
                                + origin
                                + " is not known; put a copy of it back: "
                                + e.getMessage(),
                        e);
            }
        }
        logsByOrigin.put(origin, log);
        logsByHash.put(hash, log);
    }

    private static String sha256Hex(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What others verify its cosignatures with. */
    public List<VerifierKey> verifierKeys() {
        return cosigners.stream().map(Cosigner::verifierKey).toList();
    }

    /**
     * Cosigns a checkpoint, durably remembered on return.
     *
     * @throws WitnessRefusal when it must not; nothing has changed then
     * @throws IOException when it could not remember it: it cosigns nothing more of this log until
     *     it is opened again
     */
    List<SignatureLine> add(AddCheckpoint request) throws WitnessRefusal, IOException {
        SignedNote note;
        Checkpoint checkpoint;
        try {
            note = SignedNote.parse(request.note());
            checkpoint = Checkpoint.parse(note.text());
        } catch (NoteFormatException e) {
            throw new WitnessRefusal(Reason.MALFORMED, String.valueOf(e.getMessage()));
        }
        KnownLog log = logsByOrigin.get(checkpoint.origin());
        if (log == null) {
            throw new WitnessRefusal(
                    Reason.UNKNOWN_LOG, "this witness does not know the log; its operator adds it");
        }
        List<SignatureLine> logLines = logLines(note, log);
        if (request.oldSize() > checkpoint.size()) {
            throw new WitnessRefusal(Reason.MALFORMED, "the old size is above the new one");
        }
        log.lock.lock();
        try {
            requireContinues(request, checkpoint, log);
            return remember(note, logLines, log);
        } finally {
            log.lock.unlock();
        }
    }

    /** The lines of keys it trusts for this log, at least one. */
    private static List<SignatureLine> logLines(SignedNote note, KnownLog log)
            throws WitnessRefusal {
        try {
            List<SignatureLine> lines =
                    log.keys.stream().flatMap(key -> note.lineOf(key).stream()).toList();
            if (!lines.isEmpty()) {
                return lines;
            }
        } catch (NoteUnverifiedException e) {
            throw new WitnessRefusal(Reason.NOT_SIGNED, String.valueOf(e.getMessage()));
        }
        throw new WitnessRefusal(
                Reason.NOT_SIGNED, "no key that this witness trusts for the log signed it");
    }

    private void requireContinues(AddCheckpoint request, Checkpoint checkpoint, KnownLog log)
            throws WitnessRefusal, IOException {
        if (log.isUnknown) {
            throw new IOException("what was cosigned is not known after a failed write");
        }
        SignedNote latest = log.latest;
        Checkpoint before = latest == null ? null : Checkpoint.parse(latest.text());
        long beforeSize = before == null ? 0 : before.size();
        if (request.oldSize() != beforeSize) {
            warnOfSmaller(checkpoint, beforeSize, log);
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
            keepEvidence(request.note(), latest);
            throw new WitnessRefusal(Reason.INCONSISTENT, why);
        }
    }

    /** A log that was put back asks so; whoever has an old checkpoint of it can too. */
    private static void warnOfSmaller(Checkpoint checkpoint, long cosigned, KnownLog log) {
        if (checkpoint.size() < cosigned && checkpoint.size() != log.smallerSize) {
            log.smallerSize = checkpoint.size();
            LOG.warn(
                    "refused {}: it signed size {} where this witness cosigned {}; the log was put"
                            + " back to an older state, or somebody shows an old checkpoint",
                    checkpoint.origin(),
                    checkpoint.size(),
                    cosigned);
        }
    }

    private List<SignatureLine> remember(
            SignedNote note, List<SignatureLine> logLines, KnownLog log) throws IOException {
        Instant time = clock.instant();
        SignedNote before = log.latest;
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
            disk.replaceFile(log.file, cosigned.toBytes());
        } catch (IOException | RuntimeException e) {
            log.isUnknown = true;
            LOG.error("cannot write {}: nothing more is cosigned of its log", log.file, e);
            throw e;
        }
        log.latest = cosigned;
        return cosignatures;
    }

    /** Losing it harms nobody but who would have used it: a failure is told and no more. */
    private void keepEvidence(byte[] refused, @Nullable SignedNote cosigned) {
        Path evidence = directory.resolve(EVIDENCE);
        String name = sha256Hex(refused);
        try (var kept = Files.list(evidence)) {
            if (kept.limit(2L * MAX_EVIDENCE).count() < 2L * MAX_EVIDENCE) {
                disk.replaceFile(evidence.resolve(name + ".refused"), refused);
                if (cosigned != null) {
                    disk.replaceFile(evidence.resolve(name + ".cosigned"), cosigned.toBytes());
                }
            }
        } catch (IOException e) {
            LOG.warn("a refused checkpoint could not be kept as evidence: {}", e.getMessage());
        }
    }

    /** The latest cosigned checkpoint of the log whose origin has this SHA-256. */
    Optional<byte[]> latest(String originHash) {
        KnownLog log = logsByHash.get(originHash);
        SignedNote latest = log == null ? null : log.latest;
        return Optional.ofNullable(latest).map(SignedNote::toBytes);
    }

    /** Gives the directory back; requests under way must have ended. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
