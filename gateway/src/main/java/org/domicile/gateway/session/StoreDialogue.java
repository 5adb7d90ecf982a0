package org.domicile.gateway.session;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.transport.WireChannel;
import org.domicile.gateway.upstream.StoreConnection;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.jspecify.annotations.Nullable;

/**
 * A session's talk with its store: sends messages, and keeps what each is owed until it is
 * answered. {@link StoreAnswers} says what becomes of an answer.
 *
 * <p>Messages are pipelined up to {@link #PIPELINE_BYTES} and {@link #MAX_UNDER_WAY}; then, as
 * after a Sync, a Flush or a simple query, the session {@link #isSettling waits} for all answers.
 */
final class StoreDialogue {
    /** What may be sent to a store before its answers are read. */
    private static final int PIPELINE_BYTES = 32 * 1024;

    private static final int MAX_UNDER_WAY = 256;

    /** After a cancel for lasting too long, before the connection is given up. */
    private static final long CANCEL_GRACE_SECONDS = 10;

    /**
     * What is sent in a refused statement's place: PostgreSQL fails to parse it, in every state of
     * a transaction, and so does to the transaction and the pipeline what the client must see.
     */
    private static final String POISON = "?";

    /** No name of the client's, so that its unnamed statement survives. */
    private static final String POISON_NAME = "refused by domicile";

    /** Hears of the store, on the event loop. */
    interface Listener {
        /** Everything sent so far is answered. */
        void settled();

        /** The session cannot go on. */
        void failed(RuntimeException reason);
    }

    private final ClientChannel client;
    private final SessionServices services;
    private final StoreAnswers answers;
    private final Listener listener;
    private final ArrayDeque<Pending> underWay = new ArrayDeque<>();
    private int bytesUnderWay;
    private boolean settling;
    private boolean paused;
    private long startedNanos;
    private boolean overdue;
    private boolean closed;

    /** Written on the loop alone; read by a cancel request's thread as well. */
    private volatile StoreConnection store;

    StoreDialogue(
            ClientChannel client,
            SessionServices services,
            StoreAnswers answers,
            StoreConnection store,
            Listener listener) {
        this.client = client;
        this.services = services;
        this.answers = answers;
        this.store = store;
        this.listener = listener;
    }

    /** Begins to read what the store sends. */
    void start() {
        store.listen(new FromStore(store));
    }

    /** Goes on with another connection; nothing may be under way. */
    void continueWith(StoreConnection next) {
        if (!underWay.isEmpty()) {
            throw new IllegalStateException("a store's answers are still outstanding");
        }
        StoreConnection before = store;
        store = next;
        before.terminate();
        answers.book().connectionEnded();
        start();
    }

    /** Whether what the client sends is to be ignored until its Sync, as after any error. */
    boolean isSkipping() {
        return answers.isSkipping();
    }

    boolean inTransaction() {
        return answers.inTransaction();
    }

    @Nullable Prepared statement(String name) {
        return answers.book().statement(name, underWay);
    }

    Prepared.@Nullable Portal portal(String name) {
        return answers.book().portal(name, underWay);
    }

    @Nullable Disclosing cursor(String name) {
        return answers.book().cursor(name);
    }

    boolean hasPortal(String name) {
        return answers.book().hasPortal(name);
    }

    boolean isBookFull() {
        return answers.book().isFull();
    }

    /** Whether nothing may be sent before all that was sent is answered. */
    boolean isSettling() {
        return settling;
    }

    /** Whether everything sent so far is answered. */
    boolean isSettled() {
        return underWay.isEmpty();
    }

    /** Whether so much is unanswered that {@link #settle} must come first. */
    boolean isFull() {
        return bytesUnderWay > PIPELINE_BYTES || underWay.size() >= MAX_UNDER_WAY;
    }

    /** Sends a client's message as it is. */
    void send(Frame frame, Pending pending) {
        store.send(frame);
        await(pending, frame.size());
    }

    /** Sends a message in the client's message's place. */
    void send(FrontendMessage message, Pending pending, int bytes) {
        store.send(message);
        await(pending, bytes);
    }

    /** Lets this place in the pipeline fail. */
    void fail(ErrorFields error, Verdict.@Nullable Refused refused, String sql) {
        store.send(new FrontendMessage.Parse(POISON_NAME, POISON, List.of()));
        await(new Pending.OfFailure(error, refused, sql), POISON_NAME.length());
    }

    /** Sends a simple query, to be answered first. */
    void query(String sql, List<Judged> judged) {
        store.send(new FrontendMessage.Query(sql));
        await(new Pending.OfQuery(judged), sql.length());
        settling = true;
    }

    /** Lets a simple query fail. */
    void failQuery(ErrorFields error, Verdict.@Nullable Refused refused, String sql) {
        store.send(new FrontendMessage.Query(POISON));
        await(new Pending.OfFailure(error, refused, sql), POISON.length());
        underWay.add(new Pending.OfSync());
        settling = true;
    }

    /** Ends the pipeline: everything is to be answered, up to ReadyForQuery. */
    void sync() {
        store.send(new FrontendMessage.Sync());
        await(new Pending.OfSync(), 0);
        settling = true;
    }

    /** Lets everything sent so far be answered, without ending the pipeline. */
    void settle() {
        if (!underWay.isEmpty()) {
            store.send(new FrontendMessage.Flush());
            settling = true;
        }
    }

    /** Sends what was queued for the store. */
    void flush() {
        store.flush();
    }

    /** Goes on reading the store, if it was only waited with for the client to keep up. */
    void clientMoved() {
        if (paused && !client.isCongested()) {
            paused = false;
            store.resume();
            takeAnswers(store);
        }
    }

    /** Asks the store to cancel what it runs; waits for the store to have heard it. */
    void cancel() {
        store.cancel();
    }

    /** Ends the store's session, and what it may still be running. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        StoreConnection ending = store;
        if (underWay.isEmpty()) {
            ending.terminate();
        } else {
            services.inBackground(() -> {
                ending.cancel();
                ending.close();
            });
        }
    }

    private void await(Pending pending, int bytes) {
        if (underWay.isEmpty()) {
            startedNanos = System.nanoTime();
            overdue = false;
        }
        underWay.add(pending);
        bytesUnderWay += bytes;
    }

    private void takeAnswers(StoreConnection from) {
        if (closed || from != store) {
            return; // what a connection says after the session has left it
        }
        try {
            boolean wasUnderWay = !underWay.isEmpty();
            while (!paused) {
                Frame frame = from.next();
                if (frame == null) {
                    break;
                }
                if (underWay.isEmpty()) {
                    answers.unasked(frame);
                } else {
                    answers.take(BackendType.of(frame), frame, underWay);
                }
                if (client.isCongested()) {
                    paused = true;
                    from.pause();
                }
            }
            client.flush();
            if (wasUnderWay && underWay.isEmpty()) {
                bytesUnderWay = 0;
                settling = false;
                listener.settled();
            }
        } catch (RuntimeException e) {
            listener.failed(e);
        }
    }

    /** Looked at about once a second. */
    void tick() {
        if (underWay.isEmpty()) {
            return;
        }
        if (overdueBy(CANCEL_GRACE_SECONDS)) {
            throw new FatalError(
                    "57014",
                    "a statement lasted too long and did not stop when told to",
                    "Connect again and ask for less at once.");
        }
        if (!overdue && overdueBy(0)) {
            overdue = true;
            services.inBackground(this::cancel);
        }
    }

    private boolean overdueBy(long seconds) {
        return System.nanoTime() - startedNanos
                > services.limits().statement().toNanos() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** What one connection to the store says. */
    private final class FromStore implements WireChannel.Listener {
        private final StoreConnection from;

        FromStore(StoreConnection from) {
            this.from = from;
        }

        @Override
        public void received() {
            takeAnswers(from);
        }

        @Override
        public void ended() {
            if (!closed && from == store) {
                listener.failed(
                        new FatalError(
                                "08006",
                                "the region store ended the session",
                                "The policy may have changed, or the store restarts: connect"
                                        + " again."));
            }
        }

        @Override
        public void writable() {}
    }
}
