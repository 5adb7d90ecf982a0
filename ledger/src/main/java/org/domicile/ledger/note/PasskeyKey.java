package org.domicile.ledger.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The public half of a passkey with the one web origin at which it signs: what follows the
 * signature type in a verifier key, {@code docs/formats/passkey.md}.
 *
 * @param point as {@link Algorithm} says
 * @param origin such as {@code https://console.example.org}, as browsers write it (RFC 6454 section
 *     6.2). Its host is the relying party id.
 */
record PasskeyKey(Algorithm algorithm, byte[] point, String origin) {
    /** A longer origin is refused: so many keys fit into one entry of a ledger. */
    static final int MAX_ORIGIN_LENGTH = 128;

    private static final String LABEL_END = "(?:[a-z0-9-]{0,61}[a-z0-9])?";

    /** A relying party id is a domain, not an address: its last label begins with a letter. */
    private static final Pattern ORIGIN =
            Pattern.compile(
                    "(?:https://(?:[a-z0-9]"
                            + LABEL_END
                            + "\\.)*[a-z]"
                            + LABEL_END
                            + "|http://localhost)(?::(?<port>[1-9][0-9]{0,4}))?");

    private static final int MAX_PORT = 65_535;

    /** The signatures that are known, by COSE's number (RFC 9053), which a key begins with. */
    enum Algorithm {
        /** ECDSA on P-256 with SHA-256; the point compressed (SEC 1 section 2.3.3). */
        ES256(
                -7,
                "EC",
                "SHA256withECDSA",
                33,
                "3059301306072a8648ce3d020106082a8648ce3d030107034200"),
        /** Ed25519 (RFC 8032). */
        EDDSA(-8, "Ed25519", "Ed25519", 32, "302a300506032b6570032100");

        private final byte id;
        private final String keys;
        private final String signatures;
        private final int pointBytes;
        private final String x509Prefix;

        Algorithm(int id, String keys, String signatures, int pointBytes, String x509Prefix) {
            this.id = (byte) id;
            this.keys = keys;
            this.signatures = signatures;
            this.pointBytes = pointBytes;
            this.x509Prefix = x509Prefix;
        }
    }

    PasskeyKey {
        point = point.clone();
        if (!isOrigin(origin)) {
            throw new NoteFormatException(
                    "a passkey's origin is https:// and a host, or http://localhost, with a port"
                            + " where it is not the usual one, of at most "
                            + MAX_ORIGIN_LENGTH
                            + " characters");
        }
        if (point.length != algorithm.pointBytes) {
            throw new NoteFormatException("a passkey's point has another length");
        }
    }

    private static boolean isOrigin(String origin) {
        if (origin.length() > MAX_ORIGIN_LENGTH) {
            return false;
        }
        Matcher matcher = ORIGIN.matcher(origin);
        if (!matcher.matches()) {
            return false;
        }
        String port = matcher.group("port");
        boolean isSecure = origin.startsWith("https:");
        return port == null
                || (Integer.parseInt(port) <= MAX_PORT && !port.equals(isSecure ? "443" : "80"));
    }

    /**
     * Reads {@link #encoded}.
     *
     * @throws NoteFormatException when it is none
     */
    static PasskeyKey parse(byte[] encoded) {
        for (Algorithm algorithm : Algorithm.values()) {
            int end = 1 + algorithm.pointBytes;
            if (encoded.length > end && encoded[0] == algorithm.id) {
                String origin =
                        new String(encoded, end, encoded.length - end, StandardCharsets.ISO_8859_1);
                return new PasskeyKey(algorithm, Arrays.copyOfRange(encoded, 1, end), origin);
            }
        }
        throw new NoteFormatException("a passkey is one of ES256 or Ed25519, with its origin");
    }

    /**
     * Reads a credential's public key as authenticators write it: a COSE_Key (RFC 9052 section 7)
     * in CTAP2's canonical CBOR, which for either algorithm has one form.
     *
     * @throws NoteFormatException when it is none
     */
    static PasskeyKey ofCose(byte[] key, String origin) {
        byte[] es256 = HexFormat.of().parseHex("a5010203262001215820");
        byte[] y = HexFormat.of().parseHex("225820");
        byte[] eddsa = HexFormat.of().parseHex("a4010103272006215820");
        int middle = es256.length + P256.BYTES;
        if (key.length == middle + y.length + P256.BYTES
                && startsWith(key, 0, es256)
                && startsWith(key, middle, y)) {
            byte[] point =
                    P256.compress(
                            Arrays.copyOfRange(key, es256.length, middle),
                            Arrays.copyOfRange(key, middle + y.length, key.length));
            return new PasskeyKey(Algorithm.ES256, point, origin);
        }
        if (key.length == eddsa.length + Algorithm.EDDSA.pointBytes && startsWith(key, 0, eddsa)) {
            return new PasskeyKey(
                    Algorithm.EDDSA, Arrays.copyOfRange(key, eddsa.length, key.length), origin);
        }
        throw new NoteFormatException("the passkey's public key is none of ES256 or Ed25519");
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] prefix) {
        return Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }

    /** The algorithm's number, one byte; the point; the origin. */
    byte[] encoded() {
        byte[] text = origin.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + point.length + text.length)
                .put(algorithm.id)
                .put(point)
                .put(text)
                .array();
    }

    /** The host that the passkey belongs to. */
    String relyingPartyId() {
        return origin.replaceFirst("^https?://", "").replaceFirst(":[0-9]+$", "");
    }

    /**
     * For the platform's cryptography.
     *
     * @throws NoteFormatException when the point is not on the curve
     */
    PublicKey publicKey() {
        byte[] raw =
                switch (algorithm) {
                    case ES256 -> P256.decompress(point);
                    case EDDSA -> point;
                };
        byte[] prefix = HexFormat.of().parseHex(algorithm.x509Prefix);
        byte[] x509 = ByteBuffer.allocate(prefix.length + raw.length).put(prefix).put(raw).array();
        try {
            return KeyFactory.getInstance(algorithm.keys)
                    .generatePublic(new X509EncodedKeySpec(x509));
        } catch (GeneralSecurityException e) {
            throw new NoteFormatException("the passkey is not a public key of " + algorithm.keys);
        }
    }

    /** Whether it is the bare signature of a message. */
    boolean verifies(byte[] message, byte[] signature) {
        if (algorithm == Algorithm.ES256 && !P256.isSignature(signature)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(algorithm.signatures);
            verifier.initVerify(publicKey());
            verifier.update(message);
            return verifier.verify(signature);
        } catch (SignatureException | InvalidKeyException e) {
            return false; // not even of a signature's form, or no point of Ed25519's curve
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + algorithm.signatures, e);
        }
    }

    @Override
    public byte[] point() {
        return point.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasskeyKey that && Arrays.equals(encoded(), that.encoded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded());
    }
}
