package org.domicile.gateway.session;

import java.util.ArrayDeque;
import org.domicile.gateway.transport.WireChannel;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.LedgerException;

/**
 * What leaves for a client, in order, and no sooner than the ledger allows (I1): {@link #barrier}
 * draws a line, and nothing written after it leaves before its entry is durable.
 *
 * <p>Used by the thread that logs the client in, and on the channel's event loop from then on;
 * {@link #close} is for any thread.
 */
final class ClientChannel {
    /** More than this waiting to leave, and the store is no longer read. */
    private static final int MAX_QUEUED_BYTES = 1024 * 1024;

    /** Less than this waits for what is to be recorded, if something is. */
    private static final int MIN_SEND_BYTES = 16 * 1024;

    /** Hears of what was kept back. */
    interface Listener {
        /** Something left, or may leave again. */
        void moved();

        /** What was to be recorded is not: nothing after it may leave. */
        void unrecorded(LedgerException reason);
    }

    private final WireChannel wire;
    private final ArrayDeque<Batch> batches = new ArrayDeque<>();

    /** May leave, and has not yet. */
    private MessageBuffer ready = new MessageBuffer();

    private Listener listener = new NoListener();
    private int queuedBytes;
    private long congestedSinceNanos;
    private boolean finishing;
    private boolean closed;

    ClientChannel(WireChannel wire) {
        this.wire = wire;
        Batch first = new Batch();
        first.isReleased = true;
        batches.add(first);
    }

    WireChannel wire() {
        return wire;
    }

    /** What is written from here on leaves once the entry that is told to the result is durable. */
    AppendListener barrier() {
        Batch batch = new Batch();
        batches.add(batch);
        return batch;
    }

    void write(BackendMessage message) {
        Batch last = batches.getLast();
        int before = last.bytes.size();
        message.writeTo(last.bytes);
        queuedBytes += last.bytes.size() - before;
    }

    /** Queues a store's message as it is. */
    void write(Frame frame) {
        batches.getLast().bytes.frame(frame);
        queuedBytes += frame.size();
    }

    /** Queues what a result held; the buffer is no longer the caller's. */
    void write(MessageBuffer held) {
        Batch last = batches.getLast();
        queuedBytes += held.size();
        if (last.bytes.size() == 0) {
            last.bytes = held;
        } else {
            last.bytes.all(held);
        }
    }

    /**
     * Sends what may leave. A little that may, before something that may not yet, is kept for one
     * send together: a result's BindComplete for its rows.
     */
    void flush() {
        if (closed) {
            return;
        }
        Batch first = batches.getFirst();
        makeReady(first);
        while (first.isReleased && batches.size() > 1) {
            batches.removeFirst();
            first = batches.getFirst();
            makeReady(first);
        }
        if (!first.isReleased && ready.size() < MIN_SEND_BYTES) {
            return;
        }
        queuedBytes -= ready.size();
        wire.write(ready);
        if (finishing && first.isReleased) {
            closed = true;
            wire.closeWith(new MessageBuffer());
        }
    }

    private void makeReady(Batch batch) {
        if (!batch.isReleased) {
            return;
        }
        if (ready.size() == 0) {
            MessageBuffer emptied = ready;
            ready = batch.bytes;
            batch.bytes = emptied;
        } else {
            ready.all(batch.bytes);
            batch.bytes.clear();
        }
    }

    void listener(Listener next) {
        listener = next;
    }

    /** Whether so much waits to leave that no more should be fetched. */
    boolean isCongested() {
        return queuedBytes > MAX_QUEUED_BYTES || !wire.isWritable();
    }

    /** Looked at about once a second: how long it has not accepted what is being sent. */
    long stalledNanos() {
        if (wire.isWritable()) {
            congestedSinceNanos = 0;
            return 0;
        }
        long now = System.nanoTime();
        if (congestedSinceNanos == 0) {
            congestedSinceNanos = now | 1; // 0 stands for not congested
        }
        return now - congestedSinceNanos;
    }

    /** Closes once everything has left, a last message included. */
    void finish() {
        finishing = true;
        flush();
    }

    /** Sends a last message at once and closes; what was not yet recorded never leaves. */
    void closeWith(BackendMessage last) {
        if (!closed) {
            closed = true;
            MessageBuffer bytes = new MessageBuffer();
            last.writeTo(bytes);
            wire.closeWith(bytes);
        }
    }

    void close() {
        wire.close();
    }

    /** Bytes that wait for one entry; they follow those of the batch before. */
    private final class Batch implements AppendListener {
        private MessageBuffer bytes = new MessageBuffer();
        private boolean isReleased;

        @Override
        public void durable(long index) {
            wire.execute(() -> {
                isReleased = true;
                flush();
                listener.moved();
            });
        }

        @Override
        public void failed(LedgerException reason) {
            wire.execute(() -> listener.unrecorded(reason));
        }
    }

    /** Before the session begins nothing waits for the ledger in this way. */
    private static final class NoListener implements Listener {
        @Override
        public void moved() {}

        @Override
        public void unrecorded(LedgerException reason) {
            throw reason;
        }
    }
}
