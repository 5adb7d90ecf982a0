package org.domicile.ledger;

/** An entry on its way to the disk, and who is told when it is there. */
final class PendingEntry {
    /** About what the objects around an entry's bytes take in memory. */
    static final int OVERHEAD_BYTES = 256;

    private final byte[] leaf;
    private final byte[] body;
    private final int timeOffset;
    private final AppendListener listener;

    PendingEntry(byte[] leaf, byte[] body, AppendListener listener) {
        this.leaf = leaf;
        this.body = body;
        this.timeOffset = EntryTime.offsetIn(leaf);
        this.listener = listener;
    }

    byte[] leaf() {
        return leaf;
    }

    byte[] body() {
        return body;
    }

    int bytes() {
        return leaf.length + body.length;
    }

    int heldBytes() {
        return bytes() + OVERHEAD_BYTES;
    }

    /** Sets the time in the leaf; only its turn in the line tells it. */
    void stamp(byte[] time) {
        System.arraycopy(time, 0, leaf, timeOffset, time.length);
    }

    AppendListener listener() {
        return listener;
    }
}
