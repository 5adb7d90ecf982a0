package org.domicile.ledger.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The public key of a log, a witness or a person with its name, in the spelling {@code <name>+<key
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
        ED25519("01", "Ed25519", 32, "302a300506032b6570032100"),
        /** A timestamped cosignature, C2SP tlog-cosignature. */
        COSIGNATURE_ED25519("04", "Ed25519", 32, "302a300506032b6570032100"),
        /** The same, safe from quantum computers (FIPS 204). */
        COSIGNATURE_ML_DSA_44(
                "06", "ML-DSA-44", 1312, "30820532300b06096086480165030403110382052100"),
        /**
         * A person's passkey, {@link PasskeySignature}. The specification numbers no such type:
         * 0xff, then {@code org.domicile/passkey/v1} and a newline.
         */
        PASSKEY("ff6f72672e646f6d6963696c652f706173736b65792f76310a", "", 0, "");

        private final String id;
        private final String algorithm;
        private final int keyBytes;
        private final String x509Prefix;

        Type(String id, String algorithm, int keyBytes, String x509Prefix) {
            this.id = id;
            this.algorithm = algorithm;
            this.keyBytes = keyBytes;
            this.x509Prefix = x509Prefix;
        }

        /** What stands before the key. */
        byte[] id() {
            return HexFormat.of().parseHex(id);
        }

        /** The name in Java's security providers; of a passkey, whose own key says it, none. */
        String algorithm() {
            return algorithm;
        }

        /** Whether signatures say when they were made, as those of witnesses do. */
        public boolean isTimestamped() {
            return switch (this) {
                case ED25519, PASSKEY -> false;
                case COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44 -> true;
            };
        }

        private boolean isOf(byte[] typed) {
            byte[] before = id();
            return typed.length > before.length
                    && (this == PASSKEY || typed.length == before.length + keyBytes)
                    && Arrays.equals(typed, 0, before.length, before, 0, before.length);
        }

        private PublicKey publicKey(byte[] rawKey) {
            if (this == PASSKEY) {
                return PasskeyKey.parse(rawKey).publicKey();
            }
            byte[] x509 = concat(HexFormat.of().parseHex(x509Prefix), rawKey);
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePublic(new X509EncodedKeySpec(x509));
            } catch (GeneralSecurityException e) {
                throw new NoteFormatException("the key is not a public key of " + algorithm);
            }
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
        this.publicKey = type.publicKey(rawKey);
    }

    static VerifierKey of(String name, Type type, PublicKey key) {
        byte[] encoded = key.getEncoded();
        return new VerifierKey(
                name,
                type,
                Arrays.copyOfRange(encoded, encoded.length - type.keyBytes, encoded.length));
    }

    /**
     * The key of a passkey.
     *
     * @param coseKey the public key as the authenticator wrote it, ES256 or Ed25519
     * @param origin the one at which it signs, such as {@code https://console.example.org}
     * @throws NoteFormatException when either is not such
     */
    public static VerifierKey ofPasskey(String name, byte[] coseKey, String origin) {
        return new VerifierKey(name, Type.PASSKEY, PasskeyKey.ofCose(coseKey, origin).encoded());
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
            if (type.isOf(typed)) {
                VerifierKey key =
                        new VerifierKey(
                                text.substring(0, first),
                                type,
                                Arrays.copyOfRange(typed, type.id().length, typed.length));
                if (!key.text().equals(text)) {
                    throw new NoteFormatException(
                            "the key id does not fit the verifier key's name and key");
                }
                return key;
            }
        }
        throw new NoteFormatException(
                "the verifier key is of no known type: Ed25519 (0x01), for cosignatures Ed25519"
                        + " (0x04) or ML-DSA-44 (0x06), or a passkey (0xff, org.domicile/passkey/v1)");
    }

    /** {@code <name>+<8 hexadecimal digits>+<base64>}. */
    public String text() {
        return shortText() + "+" + Base64Text.encode(concat(type.id(), rawKey));
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

    /** Whether both wrap the same key, whatever their names, types and origins. */
    public boolean isSameKey(VerifierKey other) {
        return Arrays.equals(publicKey.getEncoded(), other.publicKey.getEncoded());
    }

    /** The one origin at which this key signs; nothing where it is no passkey. */
    public Optional<String> origin() {
        return type == Type.PASSKEY
                ? Optional.of(PasskeyKey.parse(rawKey).origin())
                : Optional.empty();
    }

    /**
     * Whether {@code signature}, as it stands in a signature line, is this key's for a note.
     *
     * @throws NoteFormatException when the note is no checkpoint and only one can be cosigned
     */
    boolean verifies(String noteText, byte[] signature) {
        return switch (type) {
            case ED25519 -> verifiesMessage(noteText.getBytes(StandardCharsets.UTF_8), signature);
            case COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44 ->
                    verifiesTimestamped(noteText, signature);
            case PASSKEY -> verifiesPasskey(noteText, signature);
        };
    }

    private boolean verifiesTimestamped(String noteText, byte[] signature) {
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

    private boolean verifiesPasskey(String noteText, byte[] signature) {
        try {
            return PasskeySignature.parse(signature)
                    .isOf(PasskeySignature.challenge(noteText), PasskeyKey.parse(rawKey));
        } catch (NoteFormatException e) {
            return false; // not even of a signature's form
        }
    }

    private boolean verifiesMessage(byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(type.algorithm);
            verifier.initVerify(publicKey);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException | InvalidKeyException e) {
            return false; // not even of a signature's form, or no point of Ed25519's curve
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
            sha256.update((byte) '\n');
            sha256.update(type.id());
            return ByteBuffer.wrap(sha256.digest(rawKey)).getInt();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }
}
