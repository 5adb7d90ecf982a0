package org.domicile.gateway.disclosure;

import java.nio.ByteBuffer;
import java.util.Base64;

/** A set of subject tokens, 16 bytes each, in open addressing: about 40 bytes for each one. */
final class TokenSet {
    private static final int INITIAL_SLOTS = 4;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** Two longs a slot; both zero where it is free. */
    private long[] slots = new long[2 * INITIAL_SLOTS];

    private int size;
    private boolean hasZero;

    /** A token as two longs, the first bytes first. */
    void add(long high, long low) {
        if ((high | low) == 0) {
            size += hasZero ? 0 : 1;
            hasZero = true;
            return;
        }
        if (insert(slots, high, low)) {
            size++;
            if (4 * size > slots.length) { // half of the slots are taken
                grow();
            }
        }
    }

    void add(byte[] token) {
        ByteBuffer bytes = ByteBuffer.wrap(token);
        add(bytes.getLong(), bytes.getLong());
    }

    void addAll(TokenSet other) {
        if (other.hasZero) {
            add(0, 0);
        }
        for (int i = 0; i < other.slots.length; i += 2) {
            if ((other.slots[i] | other.slots[i + 1]) != 0) {
                add(other.slots[i], other.slots[i + 1]);
            }
        }
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Forgets all, and gives the memory back. */
    void clear() {
        if (size > 0) {
            slots = new long[2 * INITIAL_SLOTS];
            size = 0;
            hasZero = false;
        }
    }

    /** The first half of each token, in no order. */
    long[] firstHalves() {
        long[] halves = new long[size];
        int next = hasZero ? 1 : 0;
        for (int i = 0; i < slots.length; i += 2) {
            if ((slots[i] | slots[i + 1]) != 0) {
                halves[next++] = slots[i];
            }
        }
        return halves;
    }

    /** All tokens one after another, in no order, in URL-safe base64; empty for nobody. */
    String toText() {
        return BASE64.encodeToString(toBytes());
    }

    private byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(size * 2 * Long.BYTES);
        if (hasZero) {
            bytes.putLong(0).putLong(0);
        }
        for (int i = 0; i < slots.length; i += 2) {
            if ((slots[i] | slots[i + 1]) != 0) {
                bytes.putLong(slots[i]).putLong(slots[i + 1]);
            }
        }
        return bytes.array();
    }

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        for (int i = 0; i < old.length; i += 2) {
            if ((old[i] | old[i + 1]) != 0) {
                insert(slots, old[i], old[i + 1]);
            }
        }
    }

    /** Tokens are uniform already, so their own bits place them. */
    private static boolean insert(long[] into, long high, long low) {
        int mask = into.length / 2 - 1;
        for (int slot = (int) (low & mask); ; slot = (slot + 1) & mask) {
            if (into[2 * slot] == high && into[2 * slot + 1] == low) {
                return false;
            }
            if ((into[2 * slot] | into[2 * slot + 1]) == 0) {
                into[2 * slot] = high;
                into[2 * slot + 1] = low;
                return true;
            }
        }
    }
}
