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

/**
 * A log's private Ed25519 key with the log's name.
 *
 * <p>Its file is a {@link KeyFile} whose word is {@code domicile-log-key}. It must not lie in the
 * ledger's own directory, which is meant to be given away.
 */
public final class LogSigner {
    private static final String WORD = "domicile-log-key";

    private final VerifierKey verifierKey;
    private final PrivateKey privateKey;

    LogSigner(VerifierKey verifierKey, PrivateKey privateKey) {
        this.verifierKey = verifierKey;
        this.privateKey = privateKey;
        if (verifierKey.type() != VerifierKey.Type.ED25519
                || !verifierKey.verifies("domicile", sign("domicile"))) {
            throw new NoteFormatException("the private key does not belong to the public key");
        }
    }

    /**
     * Makes a key for the log named {@code origin} and writes its file.
     *
     * @throws IOException when the file exists already or cannot be written; a file that was
     *     started is left, incomplete, for the caller to look at
     */
    public static LogSigner generate(Path keyFile, String origin) throws IOException {
        KeyPair pair;
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has Ed25519", e);
        }
        VerifierKey key = VerifierKey.of(origin, VerifierKey.Type.ED25519, pair.getPublic());
        LogSigner signer = new LogSigner(key, pair.getPrivate());
        new KeyFile(key, pair.getPrivate()).write(keyFile, WORD);
        return signer;
    }

    /**
     * Reads a key file.
     *
     * @throws NoteFormatException when it is not one, or its halves do not belong together
     */
    public static LogSigner load(Path keyFile) throws IOException {
        return of(KeyFile.read(keyFile, WORD));
    }

    static LogSigner parse(String file) {
        return of(KeyFile.parse(file, WORD));
    }

    private static LogSigner of(KeyFile file) {
        return new LogSigner(file.verifierKey(), file.privateKey());
    }

    /** The public half, to be handed to whoever checks the log. */
    public VerifierKey verifierKey() {
        return verifierKey;
    }

    /** The signed note that claims {@code size} entries with this root. */
    public byte[] signCheckpoint(long size, byte[] root) {
        return signNote(new Checkpoint(verifierKey.name(), size, root).text()).toBytes();
    }

    SignedNote signNote(String text) {
        return new SignedNote(
                text,
                List.of(
                        new SignedNote.SignatureLine(
                                verifierKey.name(), verifierKey.keyId(), sign(text))));
    }

    private byte[] sign(String text) {
        try {
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
        return "LogSigner[" + verifierKey.name() + "]";
    }
}
