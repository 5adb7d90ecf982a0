package org.domicile.ledger.note;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
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
        KeyPair pair;
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has Ed25519", e);
        }
        KeyFile key =
                new KeyFile(
                        VerifierKey.of(name, VerifierKey.Type.ED25519, pair.getPublic()),
                        pair.getPrivate());
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
        VerifierKey verifier = key.verifierKey();
        SignedNote note =
                new SignedNote(
                        text,
                        List.of(
                                new SignedNote.SignatureLine(
                                        verifier.name(), verifier.keyId(), signature(text))));
        if (note.lineOf(verifier).isEmpty()) {
            throw new NoteFormatException("the private key does not belong to the public key");
        }
        return note;
    }

    private byte[] signature(String text) {
        try {
            PrivateKey privateKey = key.privateKey();
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(privateKey);
            ed25519.update(text.getBytes(StandardCharsets.UTF_8));
            return ed25519.sign();
        } catch (GeneralSecurityException e) {
            throw new NoteFormatException("the private key is not one of Ed25519");
        }
    }

    /** Keeps the private key out of log lines. */
    @Override
    public String toString() {
        return "DocumentSigner[" + verifierKey().name() + "]";
    }
}
