package org.domicile.ledger.witness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.domicile.ledger.Disk;
import org.domicile.ledger.Layout;
import org.domicile.ledger.note.SignedNote;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checkpoints that logs signed and a witness refused, each with the one it contradicts. */
final class WitnessEvidence {
    /** More refused checkpoints than this are not kept. */
    static final int MAX_EVIDENCE = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(WitnessEvidence.class);

    private final Path directory;
    private final Disk disk;

    WitnessEvidence(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** Losing it harms nobody but who would have used it: a failure is told and no more. */
    void keep(byte[] refused, @Nullable SignedNote cosigned) {
        String name = Layout.sha256Hex(refused);
        try (var kept = Files.list(directory)) {
            if (kept.limit(2L * MAX_EVIDENCE).count() < 2L * MAX_EVIDENCE) {
                disk.replaceFile(directory.resolve(name + ".refused"), refused);
                if (cosigned != null) {
                    disk.replaceFile(directory.resolve(name + ".cosigned"), cosigned.toBytes());
                }
            }
        } catch (IOException e) {
            LOG.warn("a refused checkpoint could not be kept as evidence: {}", e.getMessage());
        }
    }
}
