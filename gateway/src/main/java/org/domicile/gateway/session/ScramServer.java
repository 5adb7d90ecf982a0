package org.domicile.gateway.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.domicile.control.ScramVerifier;
import org.domicile.gateway.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one SCRAM-SHA-256 or SCRAM-SHA-256-PLUS exchange (RFC 5802, RFC 7677), the
 * latter bound to the TLS connection by {@code tls-server-end-point} (RFC 5929).
 *
 * <p>For a user who does not exist it plays the same exchange with a made-up verifier and fails at
 * its end, as for a wrong password (RFC 5802 section 9 warns of telling them apart). The made-up
 * salt depends on the name and a secret alone, so asking twice shows nothing either.
 */
final class ScramServer {
    static final String MECHANISM = "SCRAM-SHA-256";
    static final String PLUS_MECHANISM = "SCRAM-SHA-256-PLUS";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 18;
    private static final int MOCK_SALT_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final Pattern CLIENT_FIRST =
            Pattern.compile(
                    "(n|y|p=tls-server-end-point),,(n=[^,]*,r=([\\x21-\\x2b\\x2d-\\x7e]+))");
    private static final Pattern CLIENT_FINAL =
            Pattern.compile(
                    "(c=([A-Za-z0-9+/=]+),r=([\\x21-\\x2b\\x2d-\\x7e]+)),p=([A-Za-z0-9+/=]+)");

    private final ScramVerifier verifier;
    private final boolean userExists;
    private final byte @Nullable [] endPoint;
    private String channelBinding = "";
    private String nonce = "";
    private String authMessagePrefix = "";

    private ScramServer(ScramVerifier verifier, boolean userExists, byte @Nullable [] endPoint) {
        this.verifier = verifier;
        this.userExists = userExists;
        this.endPoint = endPoint;
    }

    /**
     * Begins an exchange.
     *
     * @param endPoint the connection's {@code tls-server-end-point}; null where it has none
     */
    static ScramServer of(
            Optional<ScramVerifier> verifier,
            byte[] mockSecret,
            String user,
            byte @Nullable [] endPoint) {
        // Made in both cases, so that both take the same time.
        ScramVerifier mock = mockVerifier(mockSecret, user);
        return new ScramServer(verifier.orElse(mock), verifier.isPresent(), endPoint);
    }

    /** What is offered, the best first. */
    List<String> mechanisms() {
        return endPoint == null ? List.of(MECHANISM) : List.of(PLUS_MECHANISM, MECHANISM);
    }

    private static ScramVerifier mockVerifier(byte[] mockSecret, String user) {
        byte[] salt = Arrays.copyOf(hmac(mockSecret, user), MOCK_SALT_BYTES);
        byte[] keys = new byte[2 * KEY_BYTES];
        RANDOM.nextBytes(keys);
        return new ScramVerifier(
                ScramVerifier.DEFAULT_ITERATIONS,
                salt,
                Arrays.copyOf(keys, KEY_BYTES),
                Arrays.copyOfRange(keys, KEY_BYTES, 2 * KEY_BYTES));
    }

    /** Answers the client-first-message. */
    String serverFirst(String mechanism, String clientFirst) {
        if (!mechanisms().contains(mechanism)) {
            throw new WireException(
                    WireException.PROTOCOL_VIOLATION, "the SASL mechanism was not offered");
        }
        Matcher matcher = CLIENT_FIRST.matcher(clientFirst);
        if (!matcher.matches()
                || mechanism.equals(PLUS_MECHANISM) != matcher.group(1).startsWith("p=")) {
            throw malformed();
        }
        if (matcher.group(1).equals("y") && endPoint != null) {
            // It can bind and believes that we cannot: somebody in between has cut our offer.
            throw new WireException(
                    WireException.PROTOCOL_VIOLATION,
                    "SCRAM channel binding was offered and is said not to have been");
        }
        byte[] header = (matcher.group(1) + ",,").getBytes(StandardCharsets.US_ASCII);
        byte[] bound =
                mechanism.equals(PLUS_MECHANISM) && endPoint != null ? endPoint : new byte[0];
        byte[] binding = Arrays.copyOf(header, header.length + bound.length);
        System.arraycopy(bound, 0, binding, header.length, bound.length);
        channelBinding = Base64.getEncoder().encodeToString(binding);
        byte[] random = new byte[NONCE_BYTES];
        RANDOM.nextBytes(random);
        nonce = matcher.group(3) + Base64.getEncoder().encodeToString(random);
        String serverFirst =
                "r="
                        + nonce
                        + ",s="
                        + Base64.getEncoder().encodeToString(verifier.salt())
                        + ",i="
                        + verifier.iterations();
        authMessagePrefix = matcher.group(2) + "," + serverFirst + ",";
        return serverFirst;
    }

    /** Answers the client-final-message, or is empty when it does not prove the password. */
    Optional<String> serverFinal(String clientFinal) {
        Matcher matcher = CLIENT_FINAL.matcher(clientFinal);
        if (nonce.isEmpty()
                || !matcher.matches()
                || !matcher.group(2).equals(channelBinding)
                || !matcher.group(3).equals(nonce)) {
            throw malformed();
        }
        byte[] clientKey;
        try {
            clientKey = Base64.getDecoder().decode(matcher.group(4));
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        if (clientKey.length != KEY_BYTES) {
            throw malformed();
        }
        String authMessage = authMessagePrefix + matcher.group(1);
        byte[] clientSignature = hmac(verifier.storedKey(), authMessage);
        for (int i = 0; i < KEY_BYTES; i++) {
            clientKey[i] ^= clientSignature[i];
        }
        boolean proven = MessageDigest.isEqual(sha256(clientKey), verifier.storedKey());
        String signature =
                Base64.getEncoder().encodeToString(hmac(verifier.serverKey(), authMessage));
        // All of the work is done by now, for a user who exists and for one who does not.
        return proven && userExists ? Optional.of("v=" + signature) : Optional.empty();
    }

    private static WireException malformed() {
        return new WireException(WireException.PROTOCOL_VIOLATION, "malformed SCRAM message");
    }

    private static byte[] hmac(byte[] key, String message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    static byte[] sha256(byte[] message) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
