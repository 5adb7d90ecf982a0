package org.domicile.testkit;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A passkey in software, with the browser and the user in front of it (W3C Web Authentication), for
 * tests. It signs whatever it is given, so that each single lie can be told well signed.
 */
public final class SoftPasskey {
    /** The user was there (UP) and gave a PIN or a finger (UV). */
    public static final int PRESENT_AND_VERIFIED = 0x05;

    private static final int COORDINATE_BYTES = 32;

    private final KeyPair pair;
    private final boolean isEd25519;

    private SoftPasskey(KeyPair pair, boolean isEd25519) {
        this.pair = pair;
        this.isEd25519 = isEd25519;
    }

    /** What comes back to the page. */
    public record Answer(byte[] authenticatorData, byte[] clientDataJson, byte[] signature) {
        public Answer {
            authenticatorData = authenticatorData.clone();
            clientDataJson = clientDataJson.clone();
            signature = signature.clone();
        }

        @Override
        public byte[] authenticatorData() {
            return authenticatorData.clone();
        }

        @Override
        public byte[] clientDataJson() {
            return clientDataJson.clone();
        }

        @Override
        public byte[] signature() {
            return signature.clone();
        }
    }

    /** A new one that signs with ECDSA on P-256. */
    public static SoftPasskey es256() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new SoftPasskey(generator.generateKeyPair(), false);
        } catch (GeneralSecurityException e) {
            throw new TestkitException("every Java platform has P-256", e);
        }
    }

    /** A new one that signs with Ed25519. */
    public static SoftPasskey ed25519() {
        try {
            return new SoftPasskey(KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), true);
        } catch (GeneralSecurityException e) {
            throw new TestkitException("every Java platform has Ed25519", e);
        }
    }

    /** The public key as an authenticator writes it at registration. */
    public byte[] coseKey() {
        if (isEd25519) {
            return join("a4010103272006215820", last(pair.getPublic().getEncoded()));
        }
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        byte[] x = coordinate(key.getW().getAffineX());
        byte[] y = coordinate(key.getW().getAffineY());
        byte[] both =
                ByteBuffer.allocate(67)
                        .put(x)
                        .put(HexFormat.of().parseHex("225820"))
                        .put(y)
                        .array();
        return join("a5010203262001215820", both);
    }

    /** The answer of somebody honest. */
    public Answer sign(String origin, byte[] challenge) {
        String host = origin.replaceFirst("^https?://", "").replaceFirst(":[0-9]+$", "");
        return sign(
                authenticatorData(host, PRESENT_AND_VERIFIED),
                clientData("webauthn.get", challenge, origin) + "}");
    }

    /** As browsers write it, up to where other members may follow. */
    public static String clientData(String type, byte[] challenge, String origin) {
        return "{\"type\":\""
                + type
                + "\",\"challenge\":\""
                + Base64.getUrlEncoder().withoutPadding().encodeToString(challenge)
                + "\",\"origin\":\""
                + origin
                + "\",\"crossOrigin\":false";
    }

    /** For a relying party, with these flags and a counter of zero. */
    public static byte[] authenticatorData(String relyingPartyId, int flags) {
        return ByteBuffer.allocate(37)
                .put(sha256(relyingPartyId.getBytes(StandardCharsets.UTF_8)))
                .put((byte) flags)
                .array();
    }

    /** Signs whatever these say. */
    public Answer sign(byte[] authenticatorData, String clientDataJson) {
        byte[] json = clientDataJson.getBytes(StandardCharsets.UTF_8);
        byte[] message =
                ByteBuffer.allocate(authenticatorData.length + 32)
                        .put(authenticatorData)
                        .put(sha256(json))
                        .array();
        try {
            Signature signer = Signature.getInstance(isEd25519 ? "Ed25519" : "SHA256withECDSA");
            signer.initSign(pair.getPrivate());
            signer.update(message);
            return new Answer(authenticatorData, json, signer.sign());
        } catch (GeneralSecurityException e) {
            throw new TestkitException("every Java platform signs", e);
        }
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] padded = new byte[COORDINATE_BYTES];
        byte[] bytes = number.toByteArray();
        int length = Math.min(bytes.length, COORDINATE_BYTES);
        System.arraycopy(bytes, bytes.length - length, padded, COORDINATE_BYTES - length, length);
        return padded;
    }

    private static byte[] last(byte[] encoded) {
        return Arrays.copyOfRange(encoded, encoded.length - COORDINATE_BYTES, encoded.length);
    }

    private static byte[] join(String prefix, byte[] rest) {
        byte[] first = HexFormat.of().parseHex(prefix);
        return ByteBuffer.allocate(first.length + rest.length).put(first).put(rest).array();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new TestkitException("every Java platform has SHA-256", e);
        }
    }

    /** Keeps the private key out of log lines. */
    @Override
    public String toString() {
        return "SoftPasskey[" + (isEd25519 ? "Ed25519" : "ES256") + "]";
    }
}
