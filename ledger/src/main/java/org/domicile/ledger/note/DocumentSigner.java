package org.domicile.ledger.note;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A private Ed25519 key of somebody who vouches for documents, such as rule packs, with their name.
 *
 * <p>Its file is a {@link KeyFile} whose word is {@code domicile-document-key}: a log's key signs
 * no documents, and this one no checkpoints.
 */
public final class DocumentSigner {
    private static final String WORD = "domicile-document-key";

    private final KeyFile key;

    private DocumentSigner(KeyFile key) {
        this.key = key;
    }

    /**
     * Makes a key and writes its file.
     *
     * @param name whose it is, e.g. {@code example.com/legal}
     * @param passphrase what the file is encrypted with; null for a file that is not
     * @throws IOException when the file exists already or cannot be written
     */
    public static DocumentSigner generate(Path keyFile, String name, char @Nullable [] passphrase)
            throws IOException {
        KeyFile key = KeyFile.generate(name, VerifierKey.Type.ED25519);
        key.write(keyFile, WORD, passphrase);
        return new DocumentSigner(key);
    }

    /**
     * Reads a key file.
     *
     * @param passphrase of an encrypted file; not asked for by one that is not
     * @throws NoteFormatException when it is not one, or the passphrase is missing or wrong
     */
    public static DocumentSigner load(Path keyFile, char @Nullable [] passphrase)
            throws IOException {
        return new DocumentSigner(KeyFile.read(keyFile, WORD, passphrase));
    }

    /** The public half, to be handed to whoever relies on what is signed. */
    public VerifierKey verifierKey() {
        return key.verifierKey();
    }

    /**
     * The signed note of a text.
     *
     * @param text ends in a newline
     */
    public SignedNote sign(String text) {
        SignedNote note = new SignedNote(text, List.of(key.line(text)));
        if (note.lineOf(key.verifierKey()).isEmpty()) {
            throw new NoteFormatException("the private key does not belong to the public key");
        }
        return note;
    }

    /** Keeps the private key out of log lines. */
    @Override
    public String toString() {
        return "DocumentSigner[" + verifierKey().name() + "]";
    }
}
