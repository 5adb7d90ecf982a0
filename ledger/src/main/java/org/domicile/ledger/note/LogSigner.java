package org.domicile.ledger.note;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A log's private Ed25519 key with the log's name.
 *
 * <p>While a log moves to another key it signs with both, see {@link #after}.
 *
 * <p>Its file is a {@link KeyFile} whose word is {@code domicile-log-key}. It must not lie in the
 * ledger's own directory, which is meant to be given away.
 */
public final class LogSigner {
    private static final String WORD = "domicile-log-key";

    private final KeyFile key;
    private final @Nullable LogSigner before;

    LogSigner(VerifierKey verifierKey, PrivateKey privateKey) {
        this(new KeyFile(verifierKey, privateKey), null);
    }

    private LogSigner(KeyFile key, @Nullable LogSigner before) {
        this.key = key;
        this.before = before;
        if (!key.signsNotes()) {
            throw new NoteFormatException("the private key does not belong to the public key");
        }
    }

    /**
     * Makes a key for the log named {@code origin} and writes its file.
     *
     * @param passphrase what the file is encrypted with; null for a file that is not
     * @throws IOException when the file exists already or cannot be written; a file that was
     *     started is left, incomplete, for the caller to look at
     */
    public static LogSigner generate(Path keyFile, String origin, char @Nullable [] passphrase)
            throws IOException {
        LogSigner signer = of(KeyFile.generate(origin, VerifierKey.Type.ED25519));
        signer.key.write(keyFile, WORD, passphrase);
        return signer;
    }

    /** As {@link #generate(Path, String, char[])}, with a file that is not encrypted. */
    public static LogSigner generate(Path keyFile, String origin) throws IOException {
        return generate(keyFile, origin, null);
    }

    /**
     * Reads a key file.
     *
     * @param passphrase of an encrypted file; not asked for by one that is not
     * @throws NoteFormatException when it is not one, its halves do not belong together, or the
     *     passphrase is missing or does not open it
     */
    public static LogSigner load(Path keyFile, char @Nullable [] passphrase) throws IOException {
        return of(KeyFile.read(keyFile, WORD, passphrase));
    }

    /** As {@link #load(Path, char[])}, of a file that is not encrypted. */
    public static LogSigner load(Path keyFile) throws IOException {
        return load(keyFile, null);
    }

    static LogSigner parse(String file) {
        return of(KeyFile.parse(file, WORD, null));
    }

    private static LogSigner of(KeyFile file) {
        return new LogSigner(file, null);
    }

    /**
     * A signer that signs each note with both keys: those who know the earlier one, and those who
     * know this, can go on.
     *
     * @throws NoteFormatException when the two are not keys of one log
     */
    public LogSigner after(LogSigner earlier) {
        var _ = new Handover(earlier.verifierKey(), verifierKey());
        return new LogSigner(key, earlier);
    }

    /** The public half, to be handed to whoever checks the log. */
    public VerifierKey verifierKey() {
        return key.verifierKey();
    }

    /** What it signs with besides, while the log moves from one key to the next. */
    public Optional<VerifierKey> earlierKey() {
        return Optional.ofNullable(before).map(LogSigner::verifierKey);
    }

    /** The note by which the earlier key names this one; nothing without an earlier one. */
    public Optional<byte[]> handover() {
        return earlierKey()
                .map(from -> signNote(new Handover(from, verifierKey()).text()).toBytes());
    }

    /** The signed note that claims {@code size} entries with this root. */
    public byte[] signCheckpoint(long size, byte[] root) {
        return signNote(new Checkpoint(verifierKey().name(), size, root).text()).toBytes();
    }

    SignedNote signNote(String text) {
        return new SignedNote(
                text,
                before == null
                        ? List.of(key.line(text))
                        : List.of(key.line(text), before.key.line(text)));
    }

    /** Keeps the private key out of log lines. */
    @Override
    public String toString() {
        return "LogSigner[" + verifierKey().name() + "]";
    }
}
