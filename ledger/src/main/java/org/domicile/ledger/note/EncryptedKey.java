package org.domicile.ledger.note;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/**
 * PKCS#8's EncryptedPrivateKeyInfo by PBES2 (RFC 8018, section 6.2): PBKDF2 with HMAC-SHA-256, then
 * AES-256-CBC. What {@code openssl pkcs8 -topk8 -v2 aes-256-cbc} writes is read too.
 */
final class EncryptedKey {
    /** OWASP's recommendation for PBKDF2 with HMAC-SHA-256, 2023. */
    static final int ITERATIONS = 600_000;

    /** A file that asks for more work than this is refused. */
    static final int MAX_ITERATIONS = 10_000_000;

    private static final String ALGORITHM = "PBEWithHmacSHA256AndAES_256";
    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final Pattern READ =
            Pattern.compile("PBEWithHmacSHA(?:256|384|512)AndAES_(?:128|256)");
    private static final int SALT_BYTES = 16;

    private EncryptedKey() {}

    static byte[] encrypt(byte[] pkcs8, char[] passphrase) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        try {
            Cipher cipher = Cipher.getInstance(ALGORITHM);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    key(ALGORITHM, passphrase),
                    new PBEParameterSpec(salt, ITERATIONS));
            // Under the name of the whole scheme: the platform has no number for its parts' names.
            AlgorithmParameters scheme = AlgorithmParameters.getInstance(PBES2);
            scheme.init(cipher.getParameters().getEncoded());
            return new EncryptedPrivateKeyInfo(scheme, cipher.doFinal(pkcs8)).getEncoded();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /**
     * @throws GeneralSecurityException when the passphrase does not open it, or it is none
     */
    static byte[] decrypt(byte[] encrypted, char[] passphrase) throws GeneralSecurityException {
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted);
            AlgorithmParameters parameters = info.getAlgParameters();
            if (parameters == null
                    || parameters.getParameterSpec(PBEParameterSpec.class).getIterationCount()
                            > MAX_ITERATIONS) {
                throw new InvalidKeyException("asks for too many rounds, or for none");
            }
            // Of PBES2, only the parameters' own text names both functions.
            String algorithm = parameters.toString();
            if (!READ.matcher(algorithm).matches()) {
                throw new InvalidKeyException("is encrypted in another way");
            }
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, key(algorithm, passphrase), parameters);
            return cipher.doFinal(info.getEncryptedData());
        } catch (IOException e) {
            throw new InvalidKeyException("is no EncryptedPrivateKeyInfo", e);
        }
    }

    private static SecretKey key(String algorithm, char[] passphrase)
            throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(passphrase);
        try {
            return SecretKeyFactory.getInstance(algorithm).generateSecret(spec);
        } finally {
            spec.clearPassword();
        }
    }
}
