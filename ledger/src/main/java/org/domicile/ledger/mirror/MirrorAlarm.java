package org.domicile.ledger.mirror;

import java.nio.file.Path;
import org.domicile.ledger.note.Checkpoint;

/**
 * A log contradicts what it had signed before: it claims less, or something else. Both signed
 * checkpoints are kept; the copy stays as it was.
 */
public final class MirrorAlarm extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Checkpoint kept;
    private final transient Checkpoint claimed;
    private final transient Path evidence;

    MirrorAlarm(String reason, Checkpoint kept, Checkpoint claimed, Path evidence) {
        super(reason);
        this.kept = kept;
        this.claimed = claimed;
        this.evidence = evidence;
    }

    /** What the log had signed before. */
    public Checkpoint kept() {
        return kept;
    }

    /** What it signed for now. */
    public Checkpoint claimed() {
        return claimed;
    }

    /** The folder with both as they were signed. */
    public Path evidence() {
        return evidence;
    }
}
