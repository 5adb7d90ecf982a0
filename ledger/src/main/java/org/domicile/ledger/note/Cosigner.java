package org.domicile.ledger.note;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A witness's private key with its name, Ed25519 or ML-DSA-44. It signs whatever it is asked to:
 * that a checkpoint continues all before it is for its caller to make sure.
 *
 * <p>Its file is a {@link KeyFile} whose word is {@code domicile-witness-key}.
 */
public final class Cosigner {
    private static final String WORD = "domicile-witness-key";

    /** Any checkpoint will do to find out whether two halves of a key fit. */
    private static final String PROBE =
            new Checkpoint("domicile", 0, new byte[Checkpoint.ROOT_BYTES]).text();

    private final KeyFile key;
    private final VerifierKey verifierKey;

    private Cosigner(KeyFile key) {
        this.key = key;
        this.verifierKey = key.verifierKey();
        if (!verifierKey.type().isTimestamped()
                || !verifierKey.verifies(PROBE, timestampedSignature(PROBE, 0))) {
            throw new NoteFormatException("the private key does not belong to the public key");
        }
    }

    /**
     * Makes a key for the witness called {@code name} and writes its file.
     *
     * @param passphrase what the file is encrypted with; null for a file that is not
     * @throws IOException when the file exists already or cannot be written
     */
    public static Cosigner generate(
            Path keyFile, String name, VerifierKey.Type type, char @Nullable [] passphrase)
            throws IOException {
        Cosigner cosigner = new Cosigner(KeyFile.generate(name, type));
        cosigner.key.write(keyFile, WORD, passphrase);
        return cosigner;
    }

    /** As {@link #generate(Path, String, VerifierKey.Type, char[])}, not encrypted. */
    public static Cosigner generate(Path keyFile, String name, VerifierKey.Type type)
            throws IOException {
        return generate(keyFile, name, type, null);
    }

    /**
     * Reads a key file.
     *
     * @param passphrase of an encrypted file; not asked for by one that is not
     * @throws NoteFormatException when it is not one, its halves do not belong together, or the
     *     passphrase is missing or does not open it
     */
    public static Cosigner load(Path keyFile, char @Nullable [] passphrase) throws IOException {
        return new Cosigner(KeyFile.read(keyFile, WORD, passphrase));
    }

    /** As {@link #load(Path, char[])}, of a file that is not encrypted. */
    public static Cosigner load(Path keyFile) throws IOException {
        return load(keyFile, null);
    }

    static Cosigner parse(String file) {
        return new Cosigner(KeyFile.parse(file, WORD, null));
    }

    public VerifierKey verifierKey() {
        return verifierKey;
    }

    /**
     * The line that cosigns a checkpoint as of {@code time}.
     *
     * @throws NoteFormatException when the note is no checkpoint, or its origin is too long
     */
    public SignedNote.SignatureLine cosign(String checkpointText, Instant time) {
        return new SignedNote.SignatureLine(
                verifierKey.name(),
                verifierKey.keyId(),
                timestampedSignature(checkpointText, time.getEpochSecond()));
    }

    private byte[] timestampedSignature(String checkpointText, long timestamp) {
        return Cosignature.timestamped(
                timestamp, key.sign(Cosignature.message(verifierKey, checkpointText, timestamp)));
    }

    /** Keeps the private key out of log lines. */
    @Override
    public String toString() {
        return "Cosigner[" + verifierKey.name() + "]";
    }
}
