package org.domicile.control.rules;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.domicile.ledger.note.DocumentSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.yaml.YamlException;
import org.domicile.yaml.YamlFile;

/**
 * Where rule packs come from: this release, or a file beside the organisation's. Each has a
 * signature in a file of its own, {@code PACK.yaml.note}: a C2SP signed note of the pack's name and
 * digest, by whoever vouches that the pack says what the law says.
 */
public final class RulePacks {
    /** Of this release's own packs. */
    public static final Set<String> INCLUDED = Set.of("us-dsp-2025");

    /** The key that this release's own packs are signed with. */
    public static final String RELEASE_KEY =
            "domicile/rules-2026+69549906+AW4N80wnt7CcobTw+2iea04jXg17EY9lDzHnC7pTdvPS";

    /** What a signature's file is called after the pack's. */
    public static final String NOTE_SUFFIX = ".note";

    private RulePacks() {}

    /**
     * A pack of this release.
     *
     * @param id one of {@link #INCLUDED}
     */
    public static RulePack included(String id) {
        if (!INCLUDED.contains(id)) {
            throw new IllegalArgumentException("this release has no rule pack of that name");
        }
        String name = id + ".yaml";
        return verified(
                name,
                new String(resource(name), StandardCharsets.UTF_8),
                resource(name + NOTE_SUFFIX),
                VerifierKey.parse(RELEASE_KEY));
    }

    /**
     * A pack of somebody else's.
     *
     * @throws YamlException when it cannot be read, or {@code key} did not sign it
     */
    public static RulePack load(Path file, VerifierKey key) {
        String text = YamlFile.text(file);
        Path note = file.resolveSibling(file.getFileName() + NOTE_SUFFIX);
        byte[] signature;
        try (InputStream in = Files.newInputStream(note)) {
            signature = in.readNBytes(SignedNote.MAX_BYTES + 1);
        } catch (IOException e) {
            throw new YamlException(
                    "the rule pack "
                            + file
                            + " has no signature beside it; make "
                            + note
                            + " with `domicile rules sign`");
        }
        return verified(String.valueOf(file.getFileName()), text, signature, key);
    }

    /** The signature of a pack, as its file holds it. */
    public static byte[] sign(String name, String text, DocumentSigner signer) {
        return signer.sign(statement(RulePackFile.read(name, text))).toBytes();
    }

    private static RulePack verified(String name, String text, byte[] note, VerifierKey key) {
        RulePack pack = RulePackFile.read(name, text);
        try {
            SignedNote signed = SignedNote.parse(note);
            if (!signed.text().equals(statement(pack))) {
                throw new YamlException(
                        "the signature beside "
                                + name
                                + " is of another text; have the pack signed as it is now");
            }
            if (signed.lineOf(key).isEmpty()) {
                throw new YamlException(name + " is not signed by " + key.shortText());
            }
        } catch (NoteFormatException | NoteUnverifiedException e) {
            throw new YamlException("the signature of " + name + ": " + e.getMessage());
        }
        return pack;
    }

    private static String statement(RulePack pack) {
        return "domicile rule pack\n" + pack.reference() + "\nsha256:" + pack.digest() + "\n";
    }

    private static byte[] resource(String name) {
        try (InputStream in =
                Objects.requireNonNull(RulePacks.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("a rule pack is part of this program", e);
        }
    }
}
