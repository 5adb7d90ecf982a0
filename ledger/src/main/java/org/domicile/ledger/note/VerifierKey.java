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
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The public key of a log or a witness with its name, in the spelling {@code <name>+<key
 * id>+<base64>} of C2SP signed-note, where the base64 is the signature type and the key.
 *
 * <p>Whoever checks a log should hold this key from elsewhere: a copy that lies beside the log
 * proves only that the log agrees with itself.
 */
public final class VerifierKey {
    /** A name longer than this is refused. */
    static final int MAX_NAME_LENGTH = 255;

    /** What a key signs with, and how what it signs is framed. */
    public enum Type {
        /** Over the note's text; what our logs sign with. */
        ED25519(0x01, "Ed25519", 32, "302a300506032b6570032100"),
        /** A timestamped cosignature, C2SP tlog-cosignature. */
        COSIGNATURE_ED25519(0x04, "Ed25519", 32, "302a300506032b6570032100"),
        /** The same, safe from quantum computers (FIPS 204). */
        COSIGNATURE_ML_DSA_44(
                0x06, "ML-DSA-44", 1312, "30820532300b06096086480165030403110382052100");

        private final byte id;
        private final String algorithm;
        private final int keyBytes;
        private final String x509Prefix;

        Type(int id, String algorithm, int keyBytes, String x509Prefix) {
            this.id = (byte) id;
            this.algorithm = algorithm;
            this.keyBytes = keyBytes;
            this.x509Prefix = x509Prefix;
        }

        /** The name in Java's security providers. */
        String algorithm() {
            return algorithm;
        }

        /** Whether signatures say when they were made, as those of witnesses do. */
        public boolean isTimestamped() {
            return this != ED25519;
        }
    }

    private final String name;
    private final Type type;
    private final int keyId;
    private final byte[] rawKey;
    private final PublicKey publicKey;

    private VerifierKey(String name, Type type, byte[] rawKey) {
        this.name = requireName(name);
        this.type = type;
        this.rawKey = rawKey;
        this.keyId = keyId(name, type, rawKey);
        try {
            this.publicKey =
                    KeyFactory.getInstance(type.algorithm)
                            .generatePublic(
                                    new X509EncodedKeySpec(
                                            concat(
                                                    HexFormat.of().parseHex(type.x509Prefix),
                                                    rawKey)));
        } catch (GeneralSecurityException e) {
            throw new NoteFormatException("the key is not a public key of " + type.algorithm);
        }
    }

    static VerifierKey of(String name, Type type, PublicKey key) {
        byte[] encoded = key.getEncoded();
        return new VerifierKey(
                name,
                type,
                Arrays.copyOfRange(encoded, encoded.length - type.keyBytes, encoded.length));
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
        for (Type type : Type.values()) {
            if (typed.length == 1 + type.keyBytes && typed[0] == type.id) {
                VerifierKey key =
                        new VerifierKey(
                                text.substring(0, first),
                                type,
                                Arrays.copyOfRange(typed, 1, typed.length));
                if (!key.text().equals(text)) {
                    throw new NoteFormatException(
                            "the key id does not fit the verifier key's name and key");
                }
                return key;
            }
        }
        throw new NoteFormatException(
                "the verifier key is of no known type: Ed25519 (0x01), or for cosignatures Ed25519"
                        + " (0x04) or ML-DSA-44 (0x06)");
    }

    /** {@code <name>+<8 hexadecimal digits>+<base64>}. */
    public String text() {
        return shortText() + "+" + Base64Text.encode(concat(new byte[] {type.id}, rawKey));
    }

    /** The name and the key id, which a signature line has: {@code <name>+<8 hex digits>}. */
    public String shortText() {
        return name + "+" + HexFormat.of().toHexDigits(keyId);
    }

    /** The name in signature lines; of a log, its origin. */
    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    int keyId() {
        return keyId;
    }

    /** Whether both wrap the same key, whatever their names and types. */
    public boolean isSameKey(VerifierKey other) {
        return Arrays.equals(rawKey, other.rawKey);
    }

    /**
     * Whether {@code signature}, as it stands in a signature line, is this key's for a note.
     *
     * @throws NoteFormatException when the note is no checkpoint and only one can be cosigned
     */
    boolean verifies(String noteText, byte[] signature) {
        if (!type.isTimestamped()) {
            return verifiesMessage(noteText.getBytes(StandardCharsets.UTF_8), signature);
        }
        if (signature.length <= Cosignature.TIMESTAMP_BYTES) {
            return false;
        }
        long timestamp = Cosignature.timestamp(signature);
        return timestamp >= 0
                && verifiesMessage(
                        Cosignature.message(this, noteText, timestamp),
                        Arrays.copyOfRange(
                                signature, Cosignature.TIMESTAMP_BYTES, signature.length));
    }

    private boolean verifiesMessage(byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(type.algorithm);
            verifier.initVerify(publicKey);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false; // not even of a signature's form
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + type.algorithm, e);
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

    private static int keyId(String name, Type type, byte[] rawKey) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(name.getBytes(StandardCharsets.UTF_8));
            sha256.update(new byte[] {'\n', type.id});
            return ByteBuffer.wrap(sha256.digest(rawKey)).getInt();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }
}
