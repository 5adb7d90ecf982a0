package org.domicile.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * What stands for one person in one store's ledger: the first 16 bytes of SHA-256 over the store's
 * secret and the text of the person's key in UTF-8. Second views compute the same in SQL; {@code
 * docs/decisions/0010-subject-tokens.md} is the definition.
 *
 * <p>Holds the secret. Any number of threads may use it.
 */
public final class SubjectToken {
    /** A fixed length, so that no two pairs of secret and key have the same bytes to hash. */
    public static final int SECRET_BYTES = 32;

    public static final int TOKEN_BYTES = 16;

    /** Looking a digest up costs as much as hashing a key. */
    private static final ThreadLocal<MessageDigest> SHA256 =
            ThreadLocal.withInitial(SubjectToken::sha256);

    private final byte[] secret;

    public SubjectToken(byte[] secret) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "a subject secret has " + SECRET_BYTES + " bytes, not " + secret.length);
        }
        this.secret = secret.clone();
    }

    /** The token of a key as PostgreSQL writes it when it is cast to text. */
    public byte[] of(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return of(bytes, 0, bytes.length);
    }

    /** The token of a key whose text in UTF-8 is a part of a buffer. */
    public byte[] of(byte[] buffer, int offset, int length) {
        MessageDigest sha256 = SHA256.get();
        sha256.update(secret);
        sha256.update(buffer, offset, length);
        return Arrays.copyOf(sha256.digest(), TOKEN_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "SubjectToken[secret not shown]";
    }
}
