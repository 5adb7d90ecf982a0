package org.domicile.ledger;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;

/**
 * Makes the bytes of entries on their callers' threads. For one thread: it keeps its buffer, its
 * digest and salts drawn ahead from one entry to the next.
 *
 * <p>Salts come from the platform's {@link SecureRandom}, many with one call because a call costs
 * more than its bytes. Each byte is used for one salt only, by one thread, and is forgotten here
 * once it was used, so that erasing a body leaves no copy of its salts.
 */
final class EntryEncoder {
    private static final int SALTS_DRAWN_AHEAD = 256;

    private static final ThreadLocal<EntryEncoder> OF_THREAD =
            ThreadLocal.withInitial(EntryEncoder::new);

    private final SecureRandom random = new SecureRandom();
    private final byte[] salts = new byte[SALTS_DRAWN_AHEAD * Body.SALT_BYTES];
    private final CanonicalJson json = new CanonicalJson();
    private final MessageDigest sha256 = sha256();
    private int nextSalt = salts.length;

    private EntryEncoder() {}

    static EntryEncoder ofThread() {
        return OF_THREAD.get();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    PendingEntry encode(Fact fact, Map<String, String> privateFields, AppendListener listener) {
        Body body = Body.salted(privateFields, this::salt);
        Leaf leaf = new Leaf(0, fact, body.digests(sha256));
        return new PendingEntry(leaf.encode(json.clear()), body.encode(json.clear()), listener);
    }

    private byte[] salt() {
        if (nextSalt == salts.length) {
            random.nextBytes(salts);
            nextSalt = 0;
        }
        int end = nextSalt + Body.SALT_BYTES;
        byte[] salt = Arrays.copyOfRange(salts, nextSalt, end);
        Arrays.fill(salts, nextSalt, end, (byte) 0);
        nextSalt = end;
        return salt;
    }
}
