package org.domicile.ledger.note;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * A log's private Ed25519 key with the log's name.
 *
 * <p>Its file is PKCS#8 in PEM (RFC 7468), mode 0600, after one line with the public half: {@code
 * domicile-log-key <verifier key>}. The file must not lie in the ledger's own directory, which is
 * meant to be given away.
 */
public final class LogSigner {
    /** A larger key file is refused unread. */
    static final int MAX_FILE_BYTES = 4096;

    private static final String FIRST_LINE = "domicile-log-key ";
    private static final String PEM_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String PEM_END = "-----END PRIVATE KEY-----";

    private final VerifierKey verifierKey;
    private final PrivateKey privateKey;

    LogSigner(VerifierKey verifierKey, PrivateKey privateKey) {
        this.verifierKey = verifierKey;
        this.privateKey = privateKey;
        byte[] probe = "domicile".getBytes(StandardCharsets.US_ASCII);
        if (!verifierKey.verifies(probe, sign(probe))) {
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
        LogSigner signer =
                new LogSigner(VerifierKey.of(origin, pair.getPublic()), pair.getPrivate());
        byte[] file = signer.fileText().getBytes(StandardCharsets.UTF_8);
        FileAttribute<?>[] ownerOnly =
                Files.getFileStore(keyFile.toAbsolutePath().getParent())
                                .supportsFileAttributeView("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try (FileChannel channel =
                FileChannel.open(
                        keyFile,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        ownerOnly)) {
            ByteBuffer bytes = ByteBuffer.wrap(file);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return signer;
    }

    /**
     * Reads a key file.
     *
     * @throws NoteFormatException when it is not one, or its halves do not belong together
     */
    public static LogSigner load(Path keyFile) throws IOException {
        if (Files.size(keyFile) > MAX_FILE_BYTES) {
            throw new NoteFormatException("a key file has at most " + MAX_FILE_BYTES + " bytes");
        }
        return parse(new String(Files.readAllBytes(keyFile), StandardCharsets.UTF_8));
    }

    static LogSigner parse(String file) {
        List<String> lines = file.lines().toList();
        if (lines.size() < 4
                || !lines.get(0).startsWith(FIRST_LINE)
                || !lines.get(1).equals(PEM_BEGIN)
                || !lines.getLast().equals(PEM_END)) {
            throw new NoteFormatException(
                    "a key file is a line \"domicile-log-key <verifier key>\" and one PEM block of"
                            + " a PKCS#8 private key");
        }
        try {
            VerifierKey key = VerifierKey.parse(lines.get(0).substring(FIRST_LINE.length()));
            byte[] pkcs8 =
                    Base64.getDecoder().decode(String.join("", lines.subList(2, lines.size() - 1)));
            return new LogSigner(
                    key,
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new NoteFormatException("the key file holds no Ed25519 private key");
        }
    }

    private String fileText() {
        return FIRST_LINE
                + verifierKey.text()
                + "\n"
                + PEM_BEGIN
                + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(privateKey.getEncoded())
                + "\n"
                + PEM_END
                + "\n";
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
        byte[] signature = sign(text.getBytes(StandardCharsets.UTF_8));
        return new SignedNote(
                text,
                List.of(
                        new SignedNote.SignatureLine(
                                verifierKey.name(), verifierKey.keyId(), signature)));
    }

    private byte[] sign(byte[] message) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initSign(privateKey);
            ed25519.update(message);
            return ed25519.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key was checked when it was made", e);
        }
    }

    /** Keeps the private key out of log lines. */
    @Override
    public String toString() {
        return "LogSigner[" + verifierKey.name() + "]";
    }
}
