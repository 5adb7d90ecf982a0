package org.domicile.plan;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The passwords of Domicile's own login roles, each derived from the jurisdiction's store secret
 * and the role's name, so that none has to be kept: the compiler sets it, the gateway computes it
 * again.
 */
public final class BackendPassword {
    /** A shorter secret could be guessed from one role's verifier. */
    public static final int MIN_SECRET_LENGTH = 32;

    private BackendPassword() {}

    /** HMAC-SHA-256 of the role's name under the secret, in lower-case hexadecimal. */
    public static String derive(String secret, String role) {
        if (secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "a store secret has at least " + MIN_SECRET_LENGTH + " characters");
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] message =
                    ("domicile backend password\n" + role).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(mac.doFinal(message));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
