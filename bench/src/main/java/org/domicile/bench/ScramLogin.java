package org.domicile.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's side of one SCRAM-SHA-256 exchange (RFC 7677), for passwords of ASCII. */
final class ScramLogin {
    private static final int NONCE_BYTES = 18;
    private static final int KEY_BITS = 256;
    private static final String NO_CHANNEL_BINDING = "n,,";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Salting takes thousands of hashes; a server's salt for a password stays the same. */
    private static final Map<String, byte[]> SALTED = new ConcurrentHashMap<>();

    private final String password;
    private final String nonce;
    private byte[] serverSignature = {};

    ScramLogin(String password) {
        this.password = password;
        byte[] random = new byte[NONCE_BYTES];
        RANDOM.nextBytes(random);
        this.nonce = Base64.getEncoder().encodeToString(random);
    }

    String first() {
        return NO_CHANNEL_BINDING + firstBare();
    }

    private String firstBare() {
        return "n=,r=" + nonce; // PostgreSQL takes the user from the startup packet
    }

    String answer(String serverFirst) throws IOException {
        Map<String, String> fields = fields(serverFirst);
        String both = fields.getOrDefault("r", "");
        if (!both.startsWith(nonce)) {
            throw new IOException("the server answered another client's login");
        }
        try {
            byte[] salted =
                    salted(
                            fields.getOrDefault("s", ""),
                            Integer.parseInt(fields.getOrDefault("i", "")));
            String withoutProof =
                    "c="
                            + Base64.getEncoder().encodeToString(bytes(NO_CHANNEL_BINDING))
                            + ",r="
                            + both;
            byte[] authentication = bytes(firstBare() + "," + serverFirst + "," + withoutProof);
            byte[] clientKey = hmac(salted, bytes("Client Key"));
            byte[] storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
            byte[] signature = hmac(storedKey, authentication);
            byte[] proof = new byte[clientKey.length];
            for (int i = 0; i < proof.length; i++) {
                proof[i] = (byte) (clientKey[i] ^ signature[i]);
            }
            serverSignature = hmac(hmac(salted, bytes("Server Key")), authentication);
            return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has these", e);
        } catch (IllegalArgumentException e) {
            throw new IOException("the server's challenge is malformed", e);
        }
    }

    void check(String serverFinal) throws IOException {
        byte[] signature = Base64.getDecoder().decode(fields(serverFinal).getOrDefault("v", ""));
        if (!MessageDigest.isEqual(signature, serverSignature)) {
            throw new IOException("the server does not know the password");
        }
    }

    private byte[] salted(String salt, int iterations) throws GeneralSecurityException {
        String key = salt + " " + iterations + " " + password;
        byte[] known = SALTED.get(key);
        if (known == null) {
            known =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(
                                    new PBEKeySpec(
                                            password.toCharArray(),
                                            Base64.getDecoder().decode(salt),
                                            iterations,
                                            KEY_BITS))
                            .getEncoded();
            SALTED.put(key, known);
        }
        return known;
    }

    private static Map<String, String> fields(String message) {
        Map<String, String> fields = new HashMap<>();
        for (String field : message.split(",", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return fields;
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
