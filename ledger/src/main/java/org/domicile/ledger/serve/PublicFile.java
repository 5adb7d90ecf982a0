package org.domicile.ledger.serve;

import java.util.Optional;
import java.util.regex.Pattern;
import org.domicile.ledger.Layout;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TilePath.Kind;

/**
 * A file of a ledger that anybody may read, by its exact name. What has no public file is not there
 * for a client: bodies, write-ahead files, a mirror's own notes, and every other spelling.
 */
sealed interface PublicFile {
    /** Relative to the ledger's directory, with {@code /}. */
    String name();

    /** The media type, for tiles and checkpoint as C2SP tlog-tiles has it. */
    String contentType();

    /** The newest checkpoint, or the last that had a quorum: the files that change. */
    record SignedCheckpoint(String name) implements PublicFile {
        @Override
        public String contentType() {
            return "text/plain; charset=utf-8";
        }
    }

    /** The log's key; changes when the key is replaced. */
    record Key() implements PublicFile {
        @Override
        public String name() {
            return Layout.VERIFIER_KEY;
        }

        @Override
        public String contentType() {
            return "text/plain; charset=utf-8";
        }
    }

    /** Hashes or entries; complete once the checkpoint covers them, and never different then. */
    record Tile(TilePath path) implements PublicFile {
        @Override
        public String name() {
            return path.text();
        }

        @Override
        public String contentType() {
            return "application/octet-stream";
        }
    }

    /** A change of the log's key, which never changes. */
    record Handover(String name) implements PublicFile {
        private static final Pattern NAME = Pattern.compile("handover/[1-9][0-9]?");

        @Override
        public String contentType() {
            return "text/plain; charset=utf-8";
        }
    }

    /** A document, which never changes because its name is its digest. */
    record Document(String name) implements PublicFile {
        private static final Pattern NAME = Pattern.compile("documents/[0-9a-f]{64}\\.json");

        @Override
        public String contentType() {
            return "application/json";
        }
    }

    /**
     * The file that a request means.
     *
     * @param rawPath of the request, percent signs and all: no public name has one, so nothing is
     *     decoded
     */
    static Optional<PublicFile> of(String rawPath) {
        if (!rawPath.startsWith("/")) {
            return Optional.empty();
        }
        String name = rawPath.substring(1);
        if (name.equals(Layout.CHECKPOINT) || name.equals(Layout.WITNESSED)) {
            return Optional.of(new SignedCheckpoint(name));
        } else if (name.equals(Layout.VERIFIER_KEY)) {
            return Optional.of(new Key());
        } else if (Handover.NAME.matcher(name).matches()) {
            return Optional.of(new Handover(name));
        } else if (Document.NAME.matcher(name).matches()) {
            return Optional.of(new Document(name));
        }
        return TilePath.parse(name).filter(path -> path.kind() != Kind.BODIES).map(Tile::new);
    }
}
