package org.domicile.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.domicile.ledger.note.LogKeys;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;

/**
 * What became of a log's key since it was opened the last time: an entry that says so, and the
 * files that follow once a checkpoint covers the entry. Done again after a crash it comes to the
 * same files; the entry may then be there twice.
 *
 * <p>A log that moves to another key is opened with a signer of both, see {@link LogSigner#after},
 * for as long as others need to learn of the new one; then with a signer of the new one alone.
 *
 * @param fact nothing where only the files are to be finished
 * @param number of the handover, from 1; 0 where there are no files to write
 */
record KeyChange(Optional<Fact> fact, int number, byte[] handover, VerifierKey newKey) {
    /** Nothing when the signer is what the log was left with. */
    static Optional<KeyChange> since(Path directory, LogSigner signer, SignedCheckpoint written)
            throws IOException, LedgerDamage {
        LedgerFiles files = new LedgerFiles(directory);
        List<byte[]> handovers = files.handovers();
        LogKeys keys = files.keys(files.ownKey());
        VerifierKey newKey = signer.verifierKey();
        if (signer.handover().isPresent() && !keys.newest().equals(newKey)) {
            byte[] note = signer.handover().get();
            return Optional.of(
                    new KeyChange(
                            Optional.of(
                                    new Fact.KeyHandedOver(
                                            new String(note, StandardCharsets.UTF_8))),
                            handovers.size() + 1,
                            note,
                            newKey));
        }
        if (!files.ownKey().equals(newKey)) {
            return Optional.of(
                    new KeyChange(Optional.empty(), handovers.size(), handovers.getLast(), newKey));
        }
        return signer.earlierKey().isPresent()
                ? Optional.empty()
                : retired(keys, written)
                        .map(fact -> new KeyChange(Optional.of(fact), 0, new byte[0], newKey));
    }

    /** The last checkpoint was signed by an earlier key too, and the next will not be. */
    private static Optional<Fact> retired(LogKeys keys, SignedCheckpoint written) {
        SignedNote note = SignedNote.parse(written.note());
        return keys.oldestFirst().stream()
                .filter(key -> !key.equals(keys.newest()) && note.lineOf(key).isPresent())
                .findFirst()
                .map(key -> new Fact.KeyRetired(key.text()));
    }

    /** Writes the files; a checkpoint over the entry is there. */
    void writeFiles(Path directory, Disk disk) throws IOException {
        if (number > 0) {
            disk.createDirectories(directory.resolve(Layout.HANDOVERS));
            disk.replaceFile(directory.resolve(Layout.handover(number)), handover);
            disk.replaceFile(
                    directory.resolve(Layout.VERIFIER_KEY), Layout.verifierKeyFile(newKey));
        }
    }
}
