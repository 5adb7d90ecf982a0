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
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * A private key as it lies in a file: one line {@code <word> <verifier key>}, then PKCS#8 in PEM
 * (RFC 7468). Mode 0600.
 */
record KeyFile(VerifierKey verifierKey, PrivateKey privateKey) {
    /** A larger key file is refused unread; an ML-DSA-44 key takes about 6,000. */
    static final int MAX_BYTES = 16 * 1024;

    private static final String PEM_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String PEM_END = "-----END PRIVATE KEY-----";

    /**
     * Writes a new file, durably.
     *
     * @throws IOException when it exists already or cannot be written; a file that was started is
     *     left, incomplete, for the caller to look at
     */
    void write(Path file, String word) throws IOException {
        FileAttribute<?>[] ownerOnly =
                Files.getFileStore(file.toAbsolutePath().getParent())
                                .supportsFileAttributeView("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        ownerOnly)) {
            ByteBuffer bytes = ByteBuffer.wrap(text(word).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private String text(String word) {
        return word
                + " "
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

    /**
     * Reads a file that was written with {@code word}.
     *
     * @throws NoteFormatException when it is none
     */
    static KeyFile read(Path file, String word) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new NoteFormatException("a key file has at most " + MAX_BYTES + " bytes");
        }
        return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), word);
    }

    static KeyFile parse(String file, String word) {
        List<String> lines = file.lines().toList();
        if (lines.size() < 4
                || !lines.get(0).startsWith(word + " ")
                || !lines.get(1).equals(PEM_BEGIN)
                || !lines.getLast().equals(PEM_END)) {
            throw new NoteFormatException(
                    "a key file is a line \""
                            + word
                            + " <verifier key>\" and one PEM block of a PKCS#8 private key");
        }
        VerifierKey key = VerifierKey.parse(lines.get(0).substring(word.length() + 1));
        String algorithm = key.type().algorithm();
        try {
            byte[] pkcs8 =
                    Base64.getDecoder().decode(String.join("", lines.subList(2, lines.size() - 1)));
            return new KeyFile(
                    key,
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new NoteFormatException("the key file holds no private key of " + algorithm);
        }
    }

    /** Keeps the private key out of log lines. */
    @Override
    public String toString() {
        return "KeyFile[" + verifierKey.name() + "]";
    }
}
