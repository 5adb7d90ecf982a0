package org.domicile.ledger.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * A log's public key with its name, in the spelling {@code <name>+<key id>+<base64>} of Go's note
 * package, where the base64 is the signature type {@code 0x01} (Ed25519) and 32 bytes of key.
 *
 * <p>Whoever checks a log should hold this key from elsewhere: a copy that lies beside the log
 * proves only that the log agrees with itself.
 */
public final class VerifierKey {
    static final byte ED25519 = 0x01;

    /** A name longer than this is refused. */
    static final int MAX_NAME_LENGTH = 255;

    private static final int PUBLIC_KEY_BYTES = 32;
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private final String name;
    private final int keyId;
    private final byte[] rawKey;
    private final PublicKey publicKey;

    private VerifierKey(String name, byte[] rawKey) {
        this.name = requireName(name);
        this.rawKey = rawKey;
        this.keyId = keyId(name, rawKey);
        try {
            this.publicKey =
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(new X509EncodedKeySpec(concat(X509_PREFIX, rawKey)));
        } catch (GeneralSecurityException e) {
            throw new NoteFormatException("the key is not an Ed25519 public key");
        }
    }

    static VerifierKey of(String name, PublicKey key) {
        byte[] encoded = key.getEncoded();
        byte[] raw = new byte[PUBLIC_KEY_BYTES];
        System.arraycopy(encoded, encoded.length - PUBLIC_KEY_BYTES, raw, 0, PUBLIC_KEY_BYTES);
        return new VerifierKey(name, raw);
    }

    /**
     * Reads the spelling of {@link #text()}.
     *
     * @throws NoteFormatException when it is not one, or its key id does not fit its name and key
     */
    public static VerifierKey parse(String text) {
        int first = text.indexOf('+');
        int second = text.indexOf('+', first + 1);
        if (first < 0 || second < 0) {
            throw new NoteFormatException("a verifier key is <name>+<key id>+<base64>");
        }
        byte[] typed = Base64Text.decode("the verifier key", text.substring(second + 1));
        if (typed.length != 1 + PUBLIC_KEY_BYTES || typed[0] != ED25519) {
            throw new NoteFormatException("the verifier key is not of type Ed25519 (0x01)");
        }
        byte[] raw = new byte[PUBLIC_KEY_BYTES];
        System.arraycopy(typed, 1, raw, 0, PUBLIC_KEY_BYTES);
        VerifierKey key = new VerifierKey(text.substring(0, first), raw);
        if (!key.text().equals(text)) {
            throw new NoteFormatException(
                    "the key id does not fit the verifier key's name and key");
        }
        return key;
    }

    /** {@code <name>+<8 hexadecimal digits>+<base64>}. */
    public String text() {
        return name
                + "+"
                + HexFormat.of().toHexDigits(keyId)
                + "+"
                + Base64Text.encode(concat(new byte[] {ED25519}, rawKey));
    }

    /** The name in signature lines; of a log, its origin. */
    public String name() {
        return name;
    }

    int keyId() {
        return keyId;
    }

    /** Whether {@code signature} is this key's over {@code message} (RFC 8032). */
    boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(publicKey);
            ed25519.update(message);
            return ed25519.verify(signature);
        } catch (SignatureException e) {
            return false; // not even of a signature's form
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has Ed25519", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that && text().equals(that.text());
    }

    @Override
    public int hashCode() {
        return keyId;
    }

    @Override
    public String toString() {
        return text();
    }

    static String requireName(String name) {
        boolean plain =
                name.codePoints()
                        .noneMatch(c ->
                                c == '+'
                                        || Character.isISOControl(c)
                                        || Character.isWhitespace(c)
                                        || Character.isSpaceChar(c)
                                        || Character.getType(c) == Character.SURROGATE);
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH || !plain) {
            throw new NoteFormatException(
                    "a key's name is 1 to "
                            + MAX_NAME_LENGTH
                            + " characters without space, plus or control character, e.g."
                            + " example.com/ledger/us");
        }
        return name;
    }

    private static int keyId(String name, byte[] rawKey) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(name.getBytes(StandardCharsets.UTF_8));
            sha256.update(new byte[] {'\n', ED25519});
            return ByteBuffer.wrap(sha256.digest(rawKey)).getInt();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }
}
