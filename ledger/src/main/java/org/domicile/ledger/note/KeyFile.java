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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A private key as it lies in a file: one line {@code <word> <verifier key>}, then PKCS#8 in PEM
 * (RFC 7468), which may be encrypted with a passphrase. Mode 0600.
 */
record KeyFile(VerifierKey verifierKey, PrivateKey privateKey) {
    /** A larger key file is refused unread; an ML-DSA-44 key takes about 6,000. */
    static final int MAX_BYTES = 16 * 1024;

    /** Any text will do to find out whether two halves of a key fit. */
    private static final String PROBE = "domicile";

    /** Makes a key of that type for {@code name}; its file is still to be written. */
    static KeyFile generate(String name, VerifierKey.Type type) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(type.algorithm()).generateKeyPair();
            return new KeyFile(VerifierKey.of(name, type, pair.getPublic()), pair.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + type.algorithm(), e);
        }
    }

    /**
     * The bare signature of a message.
     *
     * @throws NoteFormatException when the private key is of another algorithm than the public one
     */
    byte[] sign(byte[] message) {
        String algorithm = verifierKey.type().algorithm();
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new NoteFormatException("the private key is not one of " + algorithm);
        }
    }

    /** The line by which an Ed25519 key signs a note's text. */
    SignedNote.SignatureLine line(String text) {
        return new SignedNote.SignatureLine(
                verifierKey.name(),
                verifierKey.keyId(),
                sign(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether it is an Ed25519 key for notes and its two halves belong together. */
    boolean signsNotes() {
        return verifierKey.type() == VerifierKey.Type.ED25519
                && verifierKey.verifies(PROBE, sign(PROBE.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes a new file, durably.
     *
     * @throws IOException when it exists already or cannot be written; a file that was started is
     *     left, incomplete, for the caller to look at
     */
    void write(Path file, String word, char @Nullable [] passphrase) throws IOException {
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
            ByteBuffer bytes =
                    ByteBuffer.wrap(text(word, passphrase).getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private String text(String word, char @Nullable [] passphrase) {
        byte[] pkcs8 = privateKey.getEncoded();
        Pem pem = passphrase == null ? Pem.PLAIN : Pem.ENCRYPTED;
        return word
                + " "
                + verifierKey.text()
                + "\n"
                + pem.begin()
                + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(
                                passphrase == null
                                        ? pkcs8
                                        : EncryptedKey.encrypt(pkcs8, passphrase))
                + "\n"
                + pem.end()
                + "\n";
    }

    /**
     * Reads a file that was written with {@code word}.
     *
     * @throws NoteFormatException when it is none
     */
    static KeyFile read(Path file, String word, char @Nullable [] passphrase) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new NoteFormatException("a key file has at most " + MAX_BYTES + " bytes");
        }
        return parse(
                new String(Files.readAllBytes(file), StandardCharsets.UTF_8), word, passphrase);
    }

    static KeyFile parse(String file, String word, char @Nullable [] passphrase) {
        List<String> lines = file.lines().toList();
        if (lines.size() < 4
                || !lines.get(0).startsWith(word + " ")
                || Pem.of(lines.get(1), lines.getLast()).isEmpty()) {
            throw new NoteFormatException(
                    "a key file is a line \""
                            + word
                            + " <verifier key>\" and one PEM block of a PKCS#8 private key");
        }
        Pem pem = Pem.of(lines.get(1), lines.getLast()).get();
        VerifierKey key = VerifierKey.parse(lines.get(0).substring(word.length() + 1));
        if (pem == Pem.ENCRYPTED && passphrase == null) {
            throw new NoteFormatException(
                    "the key of " + key.name() + " is encrypted and no passphrase was given");
        }
        if (key.type() == VerifierKey.Type.PASSKEY) {
            throw new NoteFormatException("the private half of a passkey lies in no file");
        }
        String algorithm = key.type().algorithm();
        try {
            byte[] content =
                    Base64.getDecoder().decode(String.join("", lines.subList(2, lines.size() - 1)));
            byte[] pkcs8 =
                    pem == Pem.PLAIN || passphrase == null
                            ? content
                            : EncryptedKey.decrypt(content, passphrase);
            return new KeyFile(
                    key,
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new NoteFormatException(
                    pem == Pem.PLAIN
                            ? "the key file holds no private key of " + algorithm
                            : "the passphrase does not open the key file, or it holds no private key of "
                                    + algorithm);
        }
    }

    /** The two forms of a PKCS#8 block (RFC 7468, sections 10 and 11). */
    private enum Pem {
        PLAIN("PRIVATE KEY"),
        ENCRYPTED("ENCRYPTED PRIVATE KEY");

        private final String label;

        Pem(String label) {
            this.label = label;
        }

        String begin() {
            return "-----BEGIN " + label + "-----";
        }

        String end() {
            return "-----END " + label + "-----";
        }

        static Optional<Pem> of(String first, String last) {
            return Stream.of(values())
                    .filter(form -> form.begin().equals(first) && form.end().equals(last))
                    .findFirst();
        }
    }

    /** Keeps the private key out of log lines. */
    @Override
    public String toString() {
        return "KeyFile[" + verifierKey.name() + "]";
    }
}
