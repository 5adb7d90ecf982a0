package org.domicile.ledger.witness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.ledger.DirectoryLock;
import org.domicile.ledger.Disk;
import org.domicile.ledger.Layout;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.SignedNote.SignatureLine;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.witness.WitnessRefusal.Reason;

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
    private static final String LOGS = "logs";
    private static final String EVIDENCE = "evidence";

    private final Path directory;
    private final List<Cosigner> cosigners;
    private final InstantSource clock;
    private final Disk disk;
    private final DirectoryLock lock;
    private final Map<String, CosignedLog> logsByOrigin = new HashMap<>();
    private final Map<String, CosignedLog> logsByHash = new HashMap<>();

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
        String hash = Layout.sha256Hex(origin.getBytes(StandardCharsets.UTF_8));
        CosignedLog log =
                CosignedLog.open(
                        origin,
                        keys,
                        directory.resolve(LOGS).resolve(hash),
                        cosigners,
                        disk,
                        new WitnessEvidence(directory.resolve(EVIDENCE), disk));
        logsByOrigin.put(origin, log);
        logsByHash.put(hash, log);
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
        CosignedLog log = logsByOrigin.get(checkpoint.origin());
        if (log == null) {
            throw new WitnessRefusal(
                    Reason.UNKNOWN_LOG, "this witness does not know the log; its operator adds it");
        }
        return log.cosign(request, note, cosigners, clock.instant());
    }

    /** The latest cosigned checkpoint of the log whose origin has this SHA-256. */
    Optional<byte[]> latest(String originHash) {
        return Optional.ofNullable(logsByHash.get(originHash))
                .flatMap(CosignedLog::latest)
                .map(SignedNote::toBytes);
    }

    /** Gives the directory back; requests under way must have ended. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
