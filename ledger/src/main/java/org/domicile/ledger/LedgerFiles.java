package org.domicile.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.note.LogKeys;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.tile.Bundle;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.jspecify.annotations.Nullable;

/**
 * A ledger's files as a verifier or a mirror reads them: bounded, and missing ones are findings.
 */
public final class LedgerFiles {
    /** Of a checkpoint and a key. */
    public static final int MAX_SMALL_BYTES = 64 * 1024;

    private static final int MAX_ATTEMPTS = 50;

    private static final int ENTRY_LENGTH_BYTES = 2;
    private static final int BODY_LENGTH_BYTES = 4;

    private final Path directory;

    public LedgerFiles(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** Whether there is a place for private values; a copy for overseers has none. */
    boolean hasBodies() {
        return Files.isDirectory(directory.resolve(Layout.BODIES));
    }

    /** The checkpoint or the verifier key. */
    public byte[] readSmall(String name) throws IOException, LedgerDamage {
        return required(name, read(name, MAX_SMALL_BYTES));
    }

    /** The key in {@code log.vkey}. */
    public VerifierKey ownKey() throws IOException, LedgerDamage {
        Place place = Place.of(Layout.VERIFIER_KEY);
        byte[] file = readSmall(Layout.VERIFIER_KEY);
        try {
            VerifierKey key = VerifierKey.parse(new String(file, StandardCharsets.UTF_8).strip());
            if (!Arrays.equals(Layout.verifierKeyFile(key), file)) {
                throw new Malformed(place, "is not one verifier key and a newline");
            }
            return key;
        } catch (NoteFormatException e) {
            throw new Malformed(place, String.valueOf(e.getMessage()));
        }
    }

    /** The notes by which the log changed its key, oldest first. */
    public List<byte[]> handovers() throws IOException, LedgerDamage {
        List<byte[]> notes = new ArrayList<>();
        while (notes.size() < LogKeys.MAX_HANDOVERS) {
            byte[] note = read(Layout.handover(notes.size() + 1), MAX_SMALL_BYTES);
            if (note == null) {
                break;
            }
            notes.add(note);
        }
        return notes;
    }

    /** The log's keys as its handovers have them, of which {@code trusted} must be one. */
    public LogKeys keys(VerifierKey trusted) throws IOException, LedgerDamage {
        return follow(trusted, handovers());
    }

    /** As {@link LogKeys#follow}, as a finding where it fails. */
    public static LogKeys follow(VerifierKey trusted, List<byte[]> handovers) throws LedgerDamage {
        Place place = Place.of(Layout.HANDOVERS);
        try {
            return LogKeys.follow(trusted, handovers);
        } catch (NoteFormatException e) {
            throw new Malformed(place, String.valueOf(e.getMessage()));
        } catch (NoteUnverifiedException e) {
            throw new Unverified(place, String.valueOf(e.getMessage()));
        }
    }

    /** A document, checked against its name. */
    public byte[] document(String digest) throws IOException, LedgerDamage {
        FactRules.requireDigest("a document's name", digest);
        String name = Layout.DOCUMENTS + "/" + digest + Layout.DOCUMENT_ENDING;
        byte[] document = required(name, read(name, Layout.MAX_DOCUMENT_BYTES));
        if (!Layout.sha256Hex(document).equals(digest)) {
            throw new Unverified(Place.of(name), "does not have the digest that is its name");
        }
        return document;
    }

    public byte[] readRequired(TilePath path) throws IOException, LedgerDamage {
        return required(path.text(), read(path));
    }

    public byte @Nullable [] read(TilePath path) throws IOException, LedgerDamage {
        return read(path.text(), maxBytes(path));
    }

    /** What a tile's file can have at most. */
    public static int maxBytes(TilePath path) {
        int each =
                switch (path.kind()) {
                    case ENTRIES -> ENTRY_LENGTH_BYTES + Bundle.MAX_ENTRY_BYTES;
                    case BODIES -> BODY_LENGTH_BYTES + Bundle.MAX_BODY_BYTES;
                    case HASHES -> MerkleHasher.HASH_BYTES;
                };
        return each * path.width();
    }

    /**
     * A file's content, null where it is not there. A file that was replaced while it was read is
     * read again: whoever erases a body overwrites the old file, after it has got its successor.
     */
    public byte @Nullable [] read(String name, int maxBytes) throws IOException, LedgerDamage {
        Path file = directory.resolve(name);
        try {
            for (int attempt = 1; ; attempt++) {
                BasicFileAttributes before = attributes(file);
                if (before.size() > maxBytes) {
                    throw new Malformed(Place.of(name), "is larger than " + maxBytes + " bytes");
                }
                byte[] content = Files.readAllBytes(file);
                if (Objects.equals(before.fileKey(), attributes(file).fileKey())) {
                    return content;
                }
                if (attempt == MAX_ATTEMPTS) {
                    throw new IOException(name + " is replaced faster than it can be read");
                }
            }
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    private static byte[] required(String name, byte @Nullable [] content) throws LedgerDamage {
        if (content == null) {
            throw new Unverified(Place.of(name), "is missing");
        }
        return content;
    }
}
