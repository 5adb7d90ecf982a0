package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.tile.TilePath;

/** The names of a ledger directory's parts, {@code docs/formats/ledger.md}. */
public final class Layout {
    public static final String CHECKPOINT = "checkpoint";
    public static final String VERIFIER_KEY = "log.vkey";
    public static final String DOCUMENTS = "documents";
    public static final String DOCUMENT_ENDING = ".json";
    public static final String BODIES = "bodies";

    /** The last checkpoint that had a quorum of cosignatures. */
    public static final String WITNESSED = CHECKPOINT + ".witnessed";

    /** The notes by which the log changed its key, numbered from 1. */
    public static final String HANDOVERS = "handover";

    /** A mirror's own notes beside its copy; not served. */
    public static final String MIRROR = "mirror";

    /** The checkpoint whose tiles a mirror is fetching. */
    public static final String MIRROR_PENDING = MIRROR + "/pending";

    /** The checkpoints that a mirror accepted, see {@link AcceptedCheckpoints}. */
    public static final String MIRROR_CHECKPOINTS = MIRROR + "/checkpoints";

    /** A folder for each time the log contradicted itself. */
    public static final String MIRROR_ALARMS = MIRROR + "/alarms";

    /** The end of the directory name of a tile's unfinished forms. */
    public static final String PARTIAL = ".p";

    public static final int MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

    private Layout() {}

    public static byte[] verifierKeyFile(VerifierKey key) {
        return (key.text() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    public static Path resolve(Path directory, TilePath path) {
        return directory.resolve(path.text());
    }

    /** Where the unfinished forms of a tile lie. */
    public static Path partials(Path directory, TilePath path) {
        return directory.resolve(path.full().text() + PARTIAL);
    }

    public static Path document(Path directory, String digest) {
        return directory.resolve(DOCUMENTS).resolve(digest + DOCUMENT_ENDING);
    }

    /** The name of one change of the log's key; {@code number} from 1. */
    public static String handover(int number) {
        return HANDOVERS + "/" + number;
    }

    public static String sha256Hex(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
