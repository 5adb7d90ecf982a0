package org.domicile.console.page;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.domicile.ledger.Layout;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerFiles;
import org.domicile.ledger.SignedCheckpoint;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;

/**
 * The last cosignature of a witness that the ledger has, which it checked when it took it.
 *
 * @param size of the checkpoint that was cosigned
 * @param at as the witness says
 */
public record Cosigned(String witness, long size, Instant at) {
    /** The end of the year 9999, beyond which a time is none. */
    private static final long MAX_SECOND = 253_402_300_799L;

    /** One of each witness on the newest checkpoint, or else on the last that had a quorum. */
    static List<Cosigned> of(SignedCheckpoint newest, VerifierKey log, LedgerFiles files)
            throws IOException, LedgerDamage {
        Map<String, Cosigned> byWitness = new TreeMap<>();
        byte[] witnessed = files.read(Layout.WITNESSED, LedgerFiles.MAX_SMALL_BYTES);
        if (witnessed != null) {
            add(byWitness, SignedNote.parse(witnessed), log);
        }
        add(byWitness, SignedNote.parse(newest.note()), log);
        return List.copyOf(byWitness.values());
    }

    private static void add(Map<String, Cosigned> byWitness, SignedNote note, VerifierKey log) {
        long size = Checkpoint.parse(note.text()).size();
        for (SignedNote.SignatureLine line : note.signatures()) {
            // The log's own lines, of both its keys while it changes them, have its name.
            boolean isTime = line.timestamp() > 0 && line.timestamp() <= MAX_SECOND;
            if (!line.name().equals(log.name()) && isTime) {
                byWitness.put(
                        line.name() + "+" + "%08x".formatted(line.keyId()),
                        new Cosigned(line.name(), size, Instant.ofEpochSecond(line.timestamp())));
            }
        }
    }
}
