package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.tile.TilePath;

/** The names of a ledger directory's parts, {@code docs/formats/ledger.md}. */
final class Layout {
    static final String CHECKPOINT = "checkpoint";
    static final String VERIFIER_KEY = "log.vkey";
    static final String DOCUMENTS = "documents";
    static final String DOCUMENT_ENDING = ".json";
    static final String BODIES = "bodies";

    /** The end of the directory name of a tile's unfinished forms. */
    static final String PARTIAL = ".p";

    static final int MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

    private Layout() {}

    static byte[] verifierKeyFile(VerifierKey key) {
        return (key.text() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static Path resolve(Path directory, TilePath path) {
        return directory.resolve(path.text());
    }

    /** Where the unfinished forms of a tile lie. */
    static Path partials(Path directory, TilePath path) {
        return directory.resolve(path.full().text() + PARTIAL);
    }

    static Path document(Path directory, String digest) {
        return directory.resolve(DOCUMENTS).resolve(digest + DOCUMENT_ENDING);
    }

    static String sha256Hex(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
