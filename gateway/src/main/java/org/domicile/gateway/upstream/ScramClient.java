package org.domicile.gateway.upstream;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), without channel binding. It
 * proves the password to the store and checks that the store knows it too.
 */
final class ScramClient {
    static final String MECHANISM = "SCRAM-SHA-256";

    /** More would let a false store keep the gateway computing; PostgreSQL's default is 4,096. */
    static final int MAX_ITERATIONS = 100_000;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 18;
    private static final String GS2_HEADER = "n,,";
    private static final Pattern SERVER_FIRST =
            Pattern.compile(
                    "r=([\\x21-\\x2b\\x2d-\\x7e]+),s=([A-Za-z0-9+/=]+),i=([1-9][0-9]{0,8})");

    /** A password and how a store salts it; never in a message. */
    private record Salting(String password, String salt, int iterations) {
        @Override
        public String toString() {
            return "Salting[" + iterations + " iterations]";
        }
    }

    private static final int MAX_SALTED = 1_024;
    private static final ConcurrentMap<Salting, byte[]> SALTED = new ConcurrentHashMap<>();

    private final String password;
    private final String clientFirstBare;
    private final String nonce;
    private String serverSignature = "";

    ScramClient(String password) {
        this.password = password;
        byte[] random = new byte[NONCE_BYTES];
        RANDOM.nextBytes(random);
        this.nonce = Base64.getEncoder().encodeToString(random);
        // PostgreSQL takes the user's name from the startup packet.
        this.clientFirstBare = "n=,r=" + nonce;
    }

    String clientFirst() {
        return GS2_HEADER + clientFirstBare;
    }

    /**
     * Answers the server-first-message.
     *
     * @throws GeneralSecurityException when it is not one, or not an answer to this exchange
     */
    String clientFinal(String serverFirst) throws GeneralSecurityException {
        Matcher matcher = SERVER_FIRST.matcher(serverFirst);
        if (!matcher.matches()
                || !matcher.group(1).startsWith(nonce)
                || matcher.group(1).length() == nonce.length()) {
            throw new GeneralSecurityException("not an answer to this SCRAM exchange");
        }
        int iterations = Integer.parseInt(matcher.group(3));
        if (iterations > MAX_ITERATIONS) {
            throw new GeneralSecurityException(
                    "a store may ask for at most " + MAX_ITERATIONS + " SCRAM iterations");
        }
        byte[] salt;
        try {
            salt = Base64.getDecoder().decode(matcher.group(2));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the salt is not Base64", e);
        }
        byte[] salted = salted(new Salting(password, matcher.group(2), iterations), salt);
        byte[] clientKey = hmac(salted, "Client Key");
        byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
        String withoutProof =
                "c="
                        + Base64.getEncoder()
                                .encodeToString(GS2_HEADER.getBytes(StandardCharsets.US_ASCII))
                        + ",r="
                        + matcher.group(1);
        String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
        byte[] proof = hmac(storedKey, authMessage);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= clientKey[i];
        }
        serverSignature =
                Base64.getEncoder().encodeToString(hmac(hmac(salted, "Server Key"), authMessage));
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    /** What salting a password costs, some thousand hashes, is paid once for each role. */
    private static byte[] salted(Salting salting, byte[] salt) throws GeneralSecurityException {
        byte[] known = SALTED.get(salting);
        if (known != null) {
            return known;
        }
        byte[] salted =
                SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(
                                new PBEKeySpec(
                                        salting.password.toCharArray(),
                                        salt,
                                        salting.iterations,
                                        256))
                        .getEncoded();
        if (SALTED.size() >= MAX_SALTED) {
            SALTED.clear();
        }
        SALTED.put(salting, salted);
        return salted;
    }

    /** Whether the server-final-message proves that the server knows the password. */
    boolean verifies(String serverFinal) {
        return !serverSignature.isEmpty()
                && MessageDigest.isEqual(
                        ("v=" + serverSignature).getBytes(StandardCharsets.US_ASCII),
                        serverFinal.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] key, String message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    }
}
