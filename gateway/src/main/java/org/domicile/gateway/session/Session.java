package org.domicile.gateway.session;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.domicile.control.AccessDecision;
import org.domicile.control.access.Standing;
import org.domicile.gateway.disclosure.PlanRecorder;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.RenamedColumns;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.transport.WireChannel;
import org.domicile.gateway.upstream.StoreConnection;
import org.domicile.gateway.upstream.StoreException;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.ledger.LedgerException;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Roster;
import org.jspecify.annotations.Nullable;

/**
 * A logged-in client's session: takes its messages one by one, has statements judged, and lets the
 * store answer or refuses. Everything happens on the client's event loop, one message at a time.
 *
 * <p>A message that has to wait is put back and taken again: until the store has answered what was
 * sent before, or until what takes time is done in the background, a parse or another connection.
 */
final class Session {
    private static final String REFUSED_MESSAGES_HINT =
            "Use simple or extended queries with SELECT.";

    /** A client that sends no more still gets the answers that come within this. */
    private static final long HALF_CLOSED_SECONDS = 5;

    /** What a client may send ahead while it has to wait. */
    private static final int MAX_AHEAD_BYTES = 256 * 1024;

    private final ClientChannel client;
    private final SessionServices services;
    private final Login.Person person;
    private final SessionPurpose purpose;
    private final StoreDialogue dialogue;
    private final CursorNames cursors;
    private final ExtendedQuery extended;
    private final BackendMessage.BackendKeyData key;
    private final Instant since = Instant.now();
    private long lastMessageNanos = System.nanoTime();
    private long clientEndedNanos;
    private boolean clientEnded;
    private boolean over;

    /** The plan in force under which this session's was last found to hold. */
    private AppliedPlan holdsUnder;

    /** Whether something in the background must be done first. */
    private boolean busy;

    /** What the background found of the message put back. */
    private SessionPurpose.@Nullable Judgement judgedAhead;

    /** Any thread may ask. */
    LiveSession live() {
        AccessDecision.Allowed acting = purpose.acting();
        return new LiveSession(
                person.jurisdictionName(),
                person.accessor().id(),
                person.accessor().entity(),
                Optional.ofNullable(acting)
                        .map(to -> new LiveSession.Acting(to.audience().name(), to.purpose())),
                since);
    }

    /**
     * Opens the store's connection, which takes time.
     *
     * @param protocolMinor of protocol 3, as the client asked
     */
    Session(
            ClientChannel client,
            SessionServices services,
            Login.Person person,
            SessionPurpose purpose,
            int protocolMinor)
            throws StoreException {
        this.client = client;
        this.services = services;
        this.person = person;
        this.purpose = purpose;
        this.holdsUnder = person.applied();
        AnswerRecords records = new AnswerRecords(client, person.record(), purpose::acting);
        StoreAnswers answers =
                new StoreAnswers(
                        client,
                        records,
                        purpose::audienceName,
                        purpose::completed,
                        purpose::disclosing);
        this.dialogue =
                new StoreDialogue(
                        client,
                        services,
                        answers,
                        purpose.openStore(services.transport(), client.wire()),
                        new FromStore());
        this.cursors = new CursorNames(dialogue);
        this.extended = new ExtendedQuery(this, client, dialogue, purpose, cursors, records);
        this.key = services.cancelKeys().register(protocolMinor, dialogue::cancel);
    }

    /** Tells the client that it is in, and serves it on its event loop until it leaves. */
    void start() {
        client.write(new BackendMessage.AuthenticationSaslFinal(person.serverFinal()));
        client.write(new BackendMessage.AuthenticationOk());
        reportSettings();
        client.write(key);
        client.write(new BackendMessage.ReadyForQuery('I'));
        client.listener(new FromLedger());
        client.flush();
        dialogue.start();
        client.wire().listen(new FromClient());
    }

    private void reportSettings() {
        for (BackendMessage.ParameterStatus status : purpose.reportedSettings()) {
            client.write(status);
        }
    }

    private void serve() {
        try {
            while (mayTake()) {
                Frame frame = client.wire().next();
                if (frame == null) {
                    break;
                }
                lastMessageNanos = System.nanoTime();
                take(frame);
            }
            if (over) {
                return;
            }
            dialogue.flush();
            client.flush();
            if (clientEnded && !busy && dialogue.isSettled()) {
                end();
            } else {
                holdBack();
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private boolean mayTake() {
        return !over && !busy && !dialogue.isSettling() && !client.isCongested();
    }

    private void holdBack() {
        if (!mayTake() && client.wire().buffered() > MAX_AHEAD_BYTES) {
            client.wire().pause();
        } else {
            client.wire().resume();
        }
    }

    private void take(Frame frame) {
        FrontendMessage message = FrontendMessage.decode(frame);
        if (message instanceof FrontendMessage.Terminate) {
            end();
        } else if (message instanceof FrontendMessage.Sync) {
            dialogue.sync();
            extended.ended();
        } else if (!dialogue.isSkipping()) {
            if (!dialogue.isSettled() && (dialogue.isFull() || extended.comesAlone(message))) {
                client.wire().pushBack(frame);
                dialogue.settle();
            } else {
                take(message, frame);
            }
        }
    }

    private void take(FrontendMessage message, Frame frame) {
        switch (message) {
            case FrontendMessage.Query query -> query(query.sql(), frame);
            case FrontendMessage.Parse parse -> extended.parse(parse, frame);
            case FrontendMessage.Bind bind -> extended.bind(bind, frame);
            case FrontendMessage.Describe describe -> extended.describe(describe, frame);
            case FrontendMessage.Execute execute -> extended.execute(execute, frame);
            case FrontendMessage.Close close ->
                    dialogue.send(frame, new Pending.OfClose(close.target(), close.name()));
            case FrontendMessage.Flush() -> dialogue.settle();
            case FrontendMessage.FunctionCall() ->
                    refuseQuery(
                            new Verdict.Refused(
                                    "0A000",
                                    "function-call-not-allowed",
                                    "the FunctionCall message is not available here",
                                    REFUSED_MESSAGES_HINT,
                                    ""),
                            "");
            case FrontendMessage.Copy() -> {
                // Sent on after a COPY that was refused: accepted and ignored, as by PostgreSQL.
            }
            case FrontendMessage.Password password -> throw unasked();
            case FrontendMessage.Sync() -> throw new IllegalStateException("taken before");
            case FrontendMessage.Terminate() -> throw new IllegalStateException("taken before");
        }
    }

    private static FatalError unasked() {
        return new FatalError(
                "08P01", "a message came that nothing had asked for", REFUSED_MESSAGES_HINT);
    }

    /** The judgement of a text, or null when the message was put back until there is one. */
    SessionPurpose.@Nullable Judgement judge(String sql, Frame frame) {
        SessionPurpose.Judgement found = judgedAhead;
        judgedAhead = null;
        if (found == null) {
            found = purpose.judgeAtOnce(sql);
        }
        if (found == null) {
            client.wire().pushBack(frame);
            busy = true;
            services.inBackground(() -> {
                try {
                    SessionPurpose.Judgement judgement = purpose.judge(sql);
                    goOn(() -> judgedAhead = judgement);
                } catch (RuntimeException e) {
                    client.wire().execute(() -> fail(e));
                }
            });
        }
        return found;
    }

    /** Takes a message again, once what came before it is answered; its text was judged already. */
    void judgeAgain(SessionPurpose.Judgement judgement, Frame frame) {
        judgedAhead = judgement;
        client.wire().pushBack(frame);
    }

    /** Ends what was done in the background. */
    private void goOn(Runnable first) {
        client.wire()
                .execute(() -> {
                    if (!over) {
                        busy = false;
                        try {
                            first.run();
                        } catch (RuntimeException e) {
                            fail(e);
                            return;
                        }
                        serve();
                    }
                });
    }

    private void query(String sql, Frame frame) {
        requireCurrentPlan();
        SessionPurpose.Judgement judgement = judge(sql, frame);
        if (judgement == null) {
            return;
        }
        SessionPurpose.Change change = judgement.change();
        Verdict.Refused refused = judgement.refusal();
        if (refused == null && change != null && dialogue.inTransaction()) {
            refused = SessionPurpose.inTransaction(change.statement());
        }
        if (refused != null) {
            refuseQuery(refused, sql);
        } else if (change != null && purpose.apply(change)) {
            client.wire().pushBack(frame);
            reopen(() -> {});
        } else {
            Verdict.Refused unknown = cursors.problemOf(judgement.statements());
            if (unknown != null) {
                refuseQuery(unknown, sql);
                return;
            }
            dialogue.query(upstream(sql, judgement.statements()), judgement.statements());
            extended.ended();
        }
    }

    /** The text for the store: the client's own, but for what the gate rewrote. */
    private String upstream(String sql, List<Judged> statements) {
        String text =
                statements.stream().anyMatch(Judged::isRewritten)
                        ? statements.stream()
                                .map(Judged::upstream)
                                .collect(Collectors.joining(";\n"))
                        : sql;
        return RenamedColumns.forStore(text, statements, purpose.storeVersion());
    }

    /** Goes on with a connection of the role that the purpose asks for. */
    void reopen(Runnable then) {
        busy = true;
        services.inBackground(() -> {
            try {
                StoreConnection next = purpose.openStore(services.transport(), client.wire());
                client.wire()
                        .execute(() -> {
                            if (over) {
                                next.terminate();
                            }
                        });
                goOn(() -> {
                    dialogue.continueWith(next);
                    reportSettings();
                    then.run();
                });
            } catch (StoreException | RuntimeException e) {
                client.wire().execute(() -> fail(e));
            }
        });
    }

    private void refuseQuery(Verdict.Refused refused, String sql) {
        dialogue.failQuery(errorOf(refused), refused, sql);
    }

    static ErrorFields errorOf(Verdict.Refused refused) {
        return ErrorFields.of("ERROR", refused.sqlState(), refused.message(), refused.hint());
    }

    /**
     * A session lives under one plan: the one its entries name. It may outlive that plan where the
     * next one has the same for this accessor, as when somebody else was given a grant.
     */
    void requireCurrentPlan() {
        requireStanding();
        AppliedPlans.Served served = Login.currentPlan(person.jurisdiction());
        requireGrant(served);
        requireUnfrozen(served);
        AppliedPlan current = served.applied();
        if (PlanRecorder.sameState(holdsUnder, current)) {
            return;
        }
        if (!purpose.holdsUnder(current)) {
            throw new FatalError(
                    "57P01",
                    "the policy of \"" + person.jurisdictionName() + "\" has changed",
                    "Connect again: the new session acts under the new policy.");
        }
        holdsUnder = current;
    }

    /**
     * Whoever is disabled, or has lost an audience, stops at once, in the middle of a result too.
     */
    private void requireStanding() {
        switch (Login.standing(services, holdsUnder, person.onRoster())) {
            case Standing.Admitted(Roster.Accessor accessor) -> {
                if (!accessor.equals(person.accessor())) {
                    throw new FatalError(
                            "57P01",
                            "what you may act as has changed",
                            "Connect again to act as what is left.");
                }
            }
            case Standing.Denied denied ->
                    throw new FatalError("57P01", denied.message(), denied.hint());
        }
    }

    /** Looks, about once a second, whether the session may go on. */
    void tick() {
        if (over) {
            return;
        }
        try {
            if (services.isClosing()) {
                throw new FatalError(
                        "57P01", "the gateway is shutting down", "Connect again later.");
            }
            // In the middle of a result too, and where the client does not take it.
            requireCurrentPlan();
            if (dialogue.isSettled() && !busy) {
                requireLively();
            }
            if (clientEnded
                    && System.nanoTime() - clientEndedNanos
                            > TimeUnit.SECONDS.toNanos(HALF_CLOSED_SECONDS)) {
                gone();
                return;
            }
            if (client.stalledNanos() > services.limits().stalledWrite().toNanos()) {
                gone();
                return;
            }
            dialogue.tick();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void requireGrant(AppliedPlans.Served served) {
        if (purpose.isGrantOver(Instant.now())
                || served.refusedGrants().contains(purpose.audienceName())) {
            throw new FatalError(
                    "57P01",
                    "the grant that this session was for has ended",
                    "Ask again with `domicile request` if more is needed.");
        }
    }

    private void requireUnfrozen(AppliedPlans.Served served) {
        Roster.Accessor accessor = person.accessor();
        served.freezes()
                .stopping(accessor.id(), accessor.entity(), purpose.audienceName())
                .ifPresent(target -> {
                    throw Login.frozen("57P01", target);
                });
    }

    private void requireLively() {
        if (System.nanoTime() - lastMessageNanos > services.limits().idle().toNanos()) {
            throw new FatalError(
                    "57P05", "the session was idle for too long", "Connect again when needed.");
        }
    }

    /** The client has said goodbye; what it is owed still leaves. */
    private void end() {
        release();
        client.finish();
    }

    /** Nobody is left to be told. */
    private void gone() {
        release();
        client.close();
    }

    private void fail(Exception reason) {
        if (!over) {
            release();
            GatewayConnection.endWith(client, reason);
        }
    }

    private void release() {
        over = true;
        services.cancelKeys().forget(key);
        dialogue.close();
    }

    private final class FromClient implements WireChannel.Listener {
        @Override
        public void received() {
            serve();
        }

        @Override
        public void ended() {
            if (!client.wire().isOpen()) {
                gone();
            } else if (!clientEnded) {
                clientEnded = true;
                clientEndedNanos = System.nanoTime();
                serve();
            }
        }

        @Override
        public void writable() {
            dialogue.clientMoved();
            serve();
        }
    }

    private final class FromStore implements StoreDialogue.Listener {
        @Override
        public void settled() {
            serve();
        }

        @Override
        public void failed(RuntimeException reason) {
            fail(reason);
        }
    }

    private final class FromLedger implements ClientChannel.Listener {
        @Override
        public void moved() {
            if (!over) {
                dialogue.clientMoved();
                serve();
            }
        }

        @Override
        public void unrecorded(LedgerException reason) {
            fail(reason);
        }
    }
}
