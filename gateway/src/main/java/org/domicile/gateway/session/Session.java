package org.domicile.gateway.session;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.domicile.gateway.disclosure.HeldResult;
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
    private final AnswerRecords records;
    private final StoreDialogue dialogue;
    private final CursorNames cursors;
    private final BackendMessage.BackendKeyData key;
    private long lastMessageNanos = System.nanoTime();
    private long clientEndedNanos;
    private boolean clientEnded;
    private boolean over;

    /** Whether something in the background must be done first. */
    private boolean busy;

    /** What the background found of the message put back. */
    private SessionPurpose.@Nullable Judgement judgedAhead;

    /** Whether something was executed since the last Sync, in the transaction that implies. */
    private boolean executedSinceSync;

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
        this.records = new AnswerRecords(client, person.record(), purpose::acting);
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
            executedSinceSync = false;
        } else if (!dialogue.isSkipping()) {
            if (!dialogue.isSettled() && (dialogue.isFull() || comesAlone(message))) {
                client.wire().pushBack(frame);
                dialogue.settle();
            } else {
                take(message, frame);
            }
        }
    }

    /** Whether everything before must be answered first. */
    private boolean comesAlone(FrontendMessage message) {
        return switch (message) {
            case FrontendMessage.Query query -> true;
            case FrontendMessage.FunctionCall() -> true;
            case FrontendMessage.Execute execute -> {
                Prepared.Portal portal = dialogue.portal(execute.portal());
                yield portal != null
                        && (CursorNames.areUsedBy(portal.prepared())
                                || purpose.changeBy(portal.prepared().verdict()) != null);
            }
            case FrontendMessage.Parse parse -> false;
            case FrontendMessage.Bind bind ->
                    CursorNames.areUsedBy(dialogue.statement(bind.statement()));
            case FrontendMessage.Describe describe ->
                    switch (describe.target()) {
                        case STATEMENT ->
                                CursorNames.areUsedBy(dialogue.statement(describe.name()));
                        case PORTAL -> dialogue.portal(describe.name()) == null;
                    };
            case FrontendMessage.Close close -> false;
            case FrontendMessage.Flush() -> false;
            case FrontendMessage.Copy() -> false;
            case FrontendMessage.Password password -> false;
            case FrontendMessage.Sync() -> false;
            case FrontendMessage.Terminate() -> false;
        };
    }

    private void take(FrontendMessage message, Frame frame) {
        switch (message) {
            case FrontendMessage.Query query -> query(query.sql(), frame);
            case FrontendMessage.Parse parse -> parse(parse, frame);
            case FrontendMessage.Bind bind -> bind(bind, frame);
            case FrontendMessage.Describe describe -> describe(describe, frame);
            case FrontendMessage.Execute execute -> execute(execute, frame);
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
    private SessionPurpose.@Nullable Judgement judge(String sql, Frame frame) {
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
            executedSinceSync = false;
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

    private void parse(FrontendMessage.Parse parse, Frame frame) {
        requireCurrentPlan();
        SessionPurpose.Judgement judgement = judge(parse.sql(), frame);
        if (judgement == null) {
            return;
        }
        Verdict.Refused refused = judgement.refusal();
        if (refused == null && judgement.statements().size() > 1) {
            refused =
                    new Verdict.Refused(
                            "42601",
                            "several-statements",
                            "cannot insert multiple commands into a prepared statement",
                            "Prepare each statement by itself.",
                            "");
        }
        Judged judged = judgement.statements().isEmpty() ? null : judgement.statements().get(0);
        if (refused == null && judged != null && CursorNames.areUsedBy(judged.verdict())) {
            if (!dialogue.isSettled()) { // cursors' names are those when all before is done
                judgedAhead = judgement;
                client.wire().pushBack(frame);
                dialogue.settle();
                return;
            }
            refused = cursors.problemOf(judged.verdict());
        }
        if (refused != null) {
            dialogue.fail(errorOf(refused), refused, parse.sql());
            return;
        }
        Prepared prepared =
                new Prepared(parse.sql(), judged, judged == null ? null : disclosing(judged));
        if (dialogue.isBookFull()) {
            fail("53200", "too many prepared statements or portals are open", "Close some.");
        } else if (judged == null || !judged.isRewritten()) {
            dialogue.send(frame, new Pending.OfParse(parse.name(), prepared));
        } else {
            dialogue.send(
                    new FrontendMessage.Parse(
                            parse.name(), judged.upstream(), parse.parameterTypes()),
                    new Pending.OfParse(parse.name(), prepared),
                    frame.size());
        }
    }

    private void bind(FrontendMessage.Bind bind, Frame frame) {
        Prepared prepared = dialogue.statement(bind.statement());
        if (prepared == null) {
            fail("26000", noStatement(bind.statement()), "");
            return;
        }
        if (dialogue.isBookFull()) {
            fail("53200", "too many prepared statements or portals are open", "Close some.");
            return;
        }
        if (dialogue.cursor(bind.portal()) != null) {
            fail(
                    "42P03",
                    "\"" + bind.portal() + "\" is the name of a cursor",
                    "Choose another name for the portal.");
            return;
        }
        if (cursors.isAnother(prepared)) {
            failCursorReplaced();
            return;
        }
        Disclosing disclosing = prepared.disclosing();
        HeldResult result = null;
        Verdict.Refused refused = null;
        if (prepared.verdict() != null) {
            refused = cursors.problemOf(prepared.verdict());
            if (refused == null && disclosing != null && purpose.acting() == null) {
                // RESET has taken the purpose back.
                refused = purpose.undecided(prepared.verdict().statement());
            }
        }
        if (refused != null) {
            dialogue.fail(errorOf(refused), refused, prepared.sql());
            return;
        }
        int appended = 0;
        if (disclosing != null) {
            result = records.newResult(disclosing.withSql(prepared.sqlWith(bind)));
            appended = disclosing.columns().count();
        }
        Pending.OfBind pending =
                new Pending.OfBind(bind.portal(), new Prepared.Portal(prepared, result));
        if (appended == 0 || bind.hasOneResultFormat()) {
            dialogue.send(frame, pending);
        } else {
            dialogue.send(bind.withMoreResults(appended), pending, frame.size());
        }
    }

    /** What a statement reads, that of a cursor as it is now. */
    private @Nullable Disclosing disclosing(Judged judged) {
        return judged.verdict() instanceof Verdict.FetchCursor fetch
                ? dialogue.cursor(fetch.name())
                : purpose.disclosing(judged);
    }

    private void failCursorReplaced() {
        fail(
                "34000",
                "the cursor is not the one this statement was prepared for",
                "Prepare the FETCH again.");
    }

    private void describe(FrontendMessage.Describe describe, Frame frame) {
        switch (describe.target()) {
            case STATEMENT -> {
                Prepared prepared = dialogue.statement(describe.name());
                if (prepared == null) {
                    fail("26000", noStatement(describe.name()), "");
                } else if (cursors.isAnother(prepared)) {
                    failCursorReplaced();
                } else {
                    describe(frame, prepared.verdict(), prepared.disclosing());
                }
            }
            case PORTAL -> {
                Prepared.Portal portal = dialogue.portal(describe.name());
                Disclosing cursor = dialogue.cursor(describe.name());
                if (portal == null && cursor == null) {
                    fail("34000", noPortal(describe.name()), "");
                } else if (portal == null) {
                    describe(frame, null, cursor);
                } else {
                    describe(frame, portal.prepared().verdict(), portal.prepared().disclosing());
                }
            }
        }
    }

    private void describe(Frame frame, @Nullable Verdict verdict, @Nullable Disclosing disclosing) {
        Verdict.Refused refused = verdict == null ? null : cursors.problemOf(verdict);
        if (refused != null) {
            dialogue.fail(errorOf(refused), refused, "");
        } else {
            dialogue.send(
                    frame,
                    new Pending.OfDescribe(disclosing == null ? null : disclosing.columns()));
        }
    }

    private void execute(FrontendMessage.Execute execute, Frame frame) {
        requireCurrentPlan();
        Prepared.Portal portal = dialogue.portal(execute.portal());
        if (portal == null) {
            fail("34000", noPortal(execute.portal()), "");
            return;
        }
        if (cursors.isAnother(portal.prepared())) {
            failCursorReplaced();
            return;
        }
        SessionPurpose.Change change = purpose.changeBy(portal.prepared().verdict());
        if (change == null) {
            executedSinceSync = true;
            dialogue.send(frame, new Pending.OfExecute(portal));
            return;
        }
        Verdict.Refused refused = change.refusal();
        if (refused == null && (dialogue.inTransaction() || executedSinceSync)) {
            refused = SessionPurpose.inTransaction(change.statement());
        }
        if (refused != null) {
            dialogue.fail(errorOf(refused), refused, portal.prepared().sql());
        } else if (purpose.apply(change)) {
            // The store that had prepared the statement is gone, so its answer is given here.
            reopen(() -> client.write(new BackendMessage.CommandComplete("SET")));
        } else {
            dialogue.send(frame, new Pending.OfExecute(portal));
        }
    }

    /** Goes on with a connection of the role that the purpose asks for. */
    private void reopen(Runnable then) {
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

    private void fail(String sqlState, String message, String hint) {
        dialogue.fail(ErrorFields.of("ERROR", sqlState, message, hint), null, "");
    }

    static ErrorFields errorOf(Verdict.Refused refused) {
        return ErrorFields.of("ERROR", refused.sqlState(), refused.message(), refused.hint());
    }

    private static String noStatement(String name) {
        return name.isEmpty()
                ? "unnamed prepared statement does not exist"
                : "prepared statement \"" + name + "\" does not exist";
    }

    private static String noPortal(String name) {
        return "portal \"" + name + "\" does not exist";
    }

    /** A session lives under one plan: the one its entries name. */
    private void requireCurrentPlan() {
        if (!PlanRecorder.sameState(
                person.applied(), Login.currentPlan(person.jurisdiction()).applied())) {
            throw new FatalError(
                    "57P01",
                    "the policy of \"" + person.jurisdictionName() + "\" has changed",
                    "Connect again: the new session acts under the new policy.");
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
            if (dialogue.isSettled() && !busy) {
                requireCurrentPlan();
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
