package org.domicile.gateway.session;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.StartupPacket;

/**
 * The keys by which a client's cancel request finds its own session and no other. They are the
 * gateway's, drawn at random: a store's own keys never leave. Thread-safe.
 */
final class CancelKeys {
    /** As in protocol 3.0. */
    private static final int SHORT_KEY_BYTES = 4;

    /** From protocol 3.2 on, which allows up to 256; PostgreSQL's own length. */
    private static final int LONG_KEY_BYTES = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private record Entry(byte[] key, Runnable cancel) {}

    private final ConcurrentMap<Integer, Entry> entries = new ConcurrentHashMap<>();

    /** Draws a key for a session; forget it when the session ends. */
    BackendMessage.BackendKeyData register(int protocolMinor, Runnable cancel) {
        byte[] key = new byte[protocolMinor >= 2 ? LONG_KEY_BYTES : SHORT_KEY_BYTES];
        RANDOM.nextBytes(key);
        while (true) {
            int processId = RANDOM.nextInt(1, Integer.MAX_VALUE);
            if (entries.putIfAbsent(processId, new Entry(key, cancel)) == null) {
                return new BackendMessage.BackendKeyData(processId, key);
            }
        }
    }

    void forget(BackendMessage.BackendKeyData key) {
        entries.remove(key.processId());
    }

    /** Cancels what the session with exactly this key runs; any other request does nothing. */
    void cancel(StartupPacket.CancelRequest request) {
        Entry entry = entries.get(request.processId());
        byte[] expected = entry == null ? new byte[SHORT_KEY_BYTES] : entry.key();
        if (MessageDigest.isEqual(expected, request.key()) && entry != null) {
            entry.cancel().run();
        }
    }
}
