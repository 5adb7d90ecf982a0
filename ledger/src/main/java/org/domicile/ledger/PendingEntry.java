package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** An entry on its way to the disk, and the thread that waits for it. */
final class PendingEntry {
    private final byte[] leaf;
    private final byte[] body;
    private final int timeOffset;
    private final CompletableFuture<Long> index = new CompletableFuture<>();

    PendingEntry(byte[] leaf, byte[] body) {
        this.leaf = leaf;
        this.body = body;
        this.timeOffset = EntryTime.offsetIn(leaf);
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

    /** Sets the time in the leaf; only its turn in the line tells it. */
    void stamp(String time) {
        byte[] ascii = time.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, leaf, timeOffset, ascii.length);
    }

    void acknowledge(long durableIndex) {
        index.complete(durableIndex);
    }

    void fail(LedgerException failure) {
        index.completeExceptionally(failure);
    }

    /** Waits, through interrupts too: whether the entry is durable must be known. */
    CompletableFuture<Long> index() {
        return index;
    }
}
