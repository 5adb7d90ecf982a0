package org.domicile.gateway.session;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.upstream.StoreConnection;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.jspecify.annotations.Nullable;

/**
 * A session's talk with its store: sends messages, keeps what each is owed, and reads until all is
 * answered. {@link StoreAnswers} says what becomes of an answer.
 *
 * <p>Messages are pipelined up to {@link StoreConnection#PIPELINE_BYTES} and {@link
 * #MAX_UNDER_WAY}; then their answers are read first. The client's Sync or Flush reads them anyway.
 */
final class StoreDialogue {
    private static final int MAX_UNDER_WAY = 256;
    static final int TICK_MILLIS = 1_000;

    /** After a cancel for lasting too long, before the connection is given up. */
    private static final long CANCEL_GRACE_SECONDS = 10;

    /**
     * What is sent in a refused statement's place: PostgreSQL fails to parse it, in every state of
     * a transaction, and so does to the transaction and the pipeline what the client must see.
     */
    private static final String POISON = "?";

    /** No name of the client's, so that its unnamed statement survives. */
    private static final String POISON_NAME = "refused by domicile";

    private final ClientChannel client;
    private final SessionServices services;
    private final StoreAnswers answers;
    private final ArrayDeque<Pending> underWay = new ArrayDeque<>();
    private int bytesUnderWay;
    private long startedNanos;
    private boolean overdue;

    /** Written by the session alone; read by a cancel request's thread as well. */
    private volatile StoreConnection store;

    StoreDialogue(
            ClientChannel client,
            SessionServices services,
            StoreAnswers answers,
            StoreConnection store) {
        this.client = client;
        this.services = services;
        this.answers = answers;
        this.store = store;
    }

    /** Goes on with another connection; nothing may be under way. */
    void continueWith(StoreConnection next) {
        if (!underWay.isEmpty()) {
            throw new IllegalStateException("a store's answers are still outstanding");
        }
        store.terminate();
        store = next;
        answers.book().deallocatedAll();
        answers.book().transactionEnded();
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

    boolean isBookFull() {
        return answers.book().isFull();
    }

    /** Sends a client's message as it is. */
    void send(Frame frame, Pending pending) throws IOException {
        makeRoom(frame.size());
        store.send(frame);
        await(pending, frame.size());
    }

    /** Lets this place in the pipeline fail. */
    void fail(ErrorFields error, Verdict.@Nullable Refused refused, String sql) throws IOException {
        makeRoom(POISON_NAME.length());
        store.send(new FrontendMessage.Parse(POISON_NAME, POISON, List.of()));
        await(new Pending.OfFailure(error, refused, sql), POISON_NAME.length());
    }

    /** Sends a simple query and reads its answer. */
    void query(String sql, List<Judged> judged) throws IOException {
        store.send(new FrontendMessage.Query(sql));
        await(new Pending.OfQuery(judged), sql.length());
        readAnswers();
    }

    /** Lets a simple query fail. */
    void failQuery(ErrorFields error, Verdict.@Nullable Refused refused, String sql)
            throws IOException {
        store.send(new FrontendMessage.Query(POISON));
        await(new Pending.OfFailure(error, refused, sql), POISON.length());
        underWay.add(new Pending.OfSync());
        readAnswers();
    }

    /** Ends the pipeline: everything is answered, up to ReadyForQuery. */
    void sync() throws IOException {
        store.send(new FrontendMessage.Sync());
        await(new Pending.OfSync(), 0);
        readAnswers();
    }

    /** Reads the answers of everything sent so far, without ending the pipeline. */
    void settle() throws IOException {
        if (!underWay.isEmpty()) {
            store.send(new FrontendMessage.Flush());
            readAnswers();
        }
    }

    /** While nothing is under way: passes on that the store ended the session, if it did. */
    void lookForNews() throws IOException {
        while (store.hasNews()) {
            Frame frame = store.next(TICK_MILLIS, () -> {});
            if (frame == null) {
                throw storeGone();
            }
            answers.unasked(frame);
        }
    }

    void cancel() {
        store.cancel();
    }

    /** Ends the store's session, and what it may still be running. */
    void close() {
        if (underWay.isEmpty()) {
            store.terminate();
        } else {
            store.cancel();
            store.close();
        }
    }

    private void makeRoom(int bytes) throws IOException {
        if (bytesUnderWay + bytes > StoreConnection.PIPELINE_BYTES
                || underWay.size() >= MAX_UNDER_WAY) {
            settle();
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

    private void readAnswers() throws IOException {
        while (!underWay.isEmpty()) {
            Frame frame = store.next(TICK_MILLIS, this::tick);
            if (frame == null) {
                throw storeGone();
            }
            BackendType type = BackendType.of(frame);
            if (type == BackendType.DATA_ROW && overdueBy(overdue ? CANCEL_GRACE_SECONDS : 0)) {
                tick(); // a store that never pauses gives no other occasion
            }
            answers.take(type, frame, underWay);
        }
        bytesUnderWay = 0;
    }

    /** Runs about once a second while the store is silent. */
    private void tick() {
        if (services.isClosing()) {
            throw Session.shuttingDown();
        }
        try {
            if (client.isGone()) {
                throw new ClientGone();
            }
        } catch (IOException e) {
            throw new ClientGone();
        }
        if (overdueBy(CANCEL_GRACE_SECONDS)) {
            throw new FatalError(
                    "57014",
                    "a statement lasted too long and did not stop when told to",
                    "Connect again and ask for less at once.");
        }
        if (!overdue && overdueBy(0)) {
            overdue = true;
            store.cancel();
        }
    }

    private boolean overdueBy(long seconds) {
        return System.nanoTime() - startedNanos
                > services.limits().statement().toNanos() + TimeUnit.SECONDS.toNanos(seconds);
    }

    static FatalError storeGone() {
        return new FatalError(
                "08006",
                "the region store ended the session",
                "The policy may have changed, or the store restarts: connect again.");
    }
}
