package org.domicile.gateway.session;

import java.io.IOException;
import org.domicile.control.AccessDecision;
import org.domicile.gateway.disclosure.HeldResult;
import org.domicile.gateway.disclosure.PlanRecorder;
import org.domicile.gateway.gate.RenamedColumns;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.upstream.StoreException;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;

/**
 * A logged-in client's session: reads its messages one by one, has statements judged, and lets the
 * store answer or refuses. Runs on its connection's thread.
 */
final class Session {
    private static final String REFUSED_MESSAGES_HINT =
            "Use simple or extended queries with SELECT.";

    private final ClientChannel client;
    private final SessionServices services;
    private final Login.Person person;
    private final SessionPurpose purpose;
    private final StoreDialogue dialogue;
    private long lastMessageNanos = System.nanoTime();

    /** Whether something was executed since the last Sync, in the transaction that implies. */
    private boolean executedSinceSync;

    Session(
            ClientChannel client,
            SessionServices services,
            Login.Person person,
            SessionPurpose purpose)
            throws StoreException {
        this.client = client;
        this.services = services;
        this.person = person;
        this.purpose = purpose;
        StoreAnswers answers =
                new StoreAnswers(
                        client,
                        new AnswerRecords(person.record(), purpose::acting),
                        purpose::audienceName,
                        purpose::completed);
        this.dialogue = new StoreDialogue(client, services, answers, purpose.openStore());
    }

    /** Tells the client that it is in, then serves it until it leaves. */
    void run() throws IOException, StoreException {
        BackendMessage.BackendKeyData key = services.cancelKeys().register(dialogue::cancel);
        try {
            client.write(new BackendMessage.AuthenticationSaslFinal(person.serverFinal()));
            client.write(new BackendMessage.AuthenticationOk());
            for (BackendMessage.ParameterStatus status : purpose.reportedSettings()) {
                client.write(status);
            }
            client.write(key);
            client.write(new BackendMessage.ReadyForQuery('I'));
            serve();
        } finally {
            services.cancelKeys().forget(key);
            dialogue.close();
        }
    }

    private void serve() throws IOException, StoreException {
        while (true) {
            Frame frame = client.next(StoreDialogue.TICK_MILLIS, this::idleTick);
            if (frame == null) {
                return;
            }
            lastMessageNanos = System.nanoTime();
            FrontendMessage message = FrontendMessage.decode(frame);
            if (message instanceof FrontendMessage.Terminate) {
                return;
            }
            if (message instanceof FrontendMessage.Sync) {
                dialogue.sync();
                executedSinceSync = false;
            } else if (!dialogue.isSkipping()) {
                take(message, frame);
            }
        }
    }

    private void take(FrontendMessage message, Frame frame) throws IOException, StoreException {
        switch (message) {
            case FrontendMessage.Query query -> query(query.sql());
            case FrontendMessage.Parse parse -> parse(parse, frame);
            case FrontendMessage.Bind bind -> bind(bind, frame);
            case FrontendMessage.Describe describe -> describe(describe, frame);
            case FrontendMessage.Execute execute -> execute(execute, frame);
            case FrontendMessage.Close close ->
                    dialogue.send(frame, new Pending.OfClose(close.target(), close.name()));
            case FrontendMessage.Flush() -> dialogue.settle();
            case FrontendMessage.FunctionCall() -> {
                dialogue.settle();
                refuseQuery(
                        new Verdict.Refused(
                                "0A000",
                                "function-call-not-allowed",
                                "the FunctionCall message is not available here",
                                REFUSED_MESSAGES_HINT,
                                ""),
                        "");
            }
            case FrontendMessage.Copy() -> throw unasked();
            case FrontendMessage.Password password -> throw unasked();
            case FrontendMessage.Sync() -> throw new IllegalStateException("taken before");
            case FrontendMessage.Terminate() -> throw new IllegalStateException("taken before");
        }
    }

    private static FatalError unasked() {
        return new FatalError(
                "08P01", "a message came that nothing had asked for", REFUSED_MESSAGES_HINT);
    }

    private void query(String sql) throws IOException, StoreException {
        dialogue.settle();
        if (dialogue.isSkipping()) {
            return;
        }
        requireCurrentPlan();
        SessionPurpose.Judgement judgement = purpose.judge(sql);
        SessionPurpose.Change change = judgement.change();
        Verdict.Refused refused = judgement.refusal();
        if (refused == null && change != null && dialogue.inTransaction()) {
            refused = SessionPurpose.inTransaction(change.statement());
        }
        if (refused != null) {
            refuseQuery(refused, sql);
            return;
        }
        if (change != null) {
            changePurpose(change);
        }
        String asked = RenamedColumns.forStore(sql, judgement.statements(), purpose.storeVersion());
        dialogue.query(asked, judgement.statements());
        executedSinceSync = false;
    }

    private void parse(FrontendMessage.Parse parse, Frame frame) throws IOException {
        requireCurrentPlan();
        SessionPurpose.Judgement judgement = purpose.judge(parse.sql());
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
        if (refused != null) {
            dialogue.fail(errorOf(refused), refused, parse.sql());
            return;
        }
        Prepared prepared =
                new Prepared(
                        parse.sql(),
                        judgement.statements().isEmpty() ? null : judgement.statements().get(0));
        if (dialogue.isBookFull()) {
            fail("53200", "too many prepared statements or portals are open", "Close some.");
        } else {
            dialogue.send(frame, new Pending.OfParse(parse.name(), prepared));
        }
    }

    private void bind(FrontendMessage.Bind bind, Frame frame) throws IOException {
        Prepared prepared = dialogue.statement(bind.statement());
        if (prepared == null) {
            fail("26000", noStatement(bind.statement()), "");
            return;
        }
        if (dialogue.isBookFull()) {
            fail("53200", "too many prepared statements or portals are open", "Close some.");
            return;
        }
        HeldResult result = null;
        if (prepared.verdict() instanceof Verdict.Query query) {
            AccessDecision.Allowed acting = purpose.acting();
            if (acting == null) { // RESET has taken the purpose back
                Verdict.Refused refused = purpose.undecided(query.statement());
                dialogue.fail(errorOf(refused), refused, prepared.sql());
                return;
            }
            result = new HeldResult(person.record(), acting, query, prepared.sqlWith(bind));
        }
        dialogue.send(
                frame, new Pending.OfBind(bind.portal(), new Prepared.Portal(prepared, result)));
    }

    private void describe(FrontendMessage.Describe describe, Frame frame) throws IOException {
        boolean known =
                switch (describe.target()) {
                    case STATEMENT -> dialogue.statement(describe.name()) != null;
                    case PORTAL -> dialogue.portal(describe.name()) != null;
                };
        if (known) {
            dialogue.send(frame, new Pending.OfDescribe());
        } else if (describe.target() == FrontendMessage.Target.STATEMENT) {
            fail("26000", noStatement(describe.name()), "");
        } else {
            fail("34000", noPortal(describe.name()), "");
        }
    }

    private void execute(FrontendMessage.Execute execute, Frame frame)
            throws IOException, StoreException {
        requireCurrentPlan();
        Prepared.Portal portal = dialogue.portal(execute.portal());
        if (portal == null) {
            fail("34000", noPortal(execute.portal()), "");
            return;
        }
        SessionPurpose.Change change = purpose.changeBy(portal.prepared().verdict());
        if (change == null) {
            executedSinceSync = true;
            dialogue.send(frame, new Pending.OfExecute(portal));
            return;
        }
        dialogue.settle();
        if (dialogue.isSkipping()) {
            return;
        }
        Verdict.Refused refused = change.refusal();
        if (refused == null && (dialogue.inTransaction() || executedSinceSync)) {
            refused = SessionPurpose.inTransaction(change.statement());
        }
        if (refused != null) {
            dialogue.fail(errorOf(refused), refused, portal.prepared().sql());
        } else if (changePurpose(change)) {
            // The store that had prepared the statement is gone, so its answer is given here.
            client.write(new BackendMessage.CommandComplete("SET"));
        } else {
            dialogue.send(frame, new Pending.OfExecute(portal));
        }
    }

    /** Acts on; true when that took another connection to the store. */
    private boolean changePurpose(SessionPurpose.Change change) throws IOException, StoreException {
        boolean reopened = purpose.apply(change);
        if (reopened) {
            dialogue.continueWith(purpose.openStore());
            for (BackendMessage.ParameterStatus status : purpose.reportedSettings()) {
                client.write(status);
            }
        }
        return reopened;
    }

    private void refuseQuery(Verdict.Refused refused, String sql) throws IOException {
        dialogue.failQuery(errorOf(refused), refused, sql);
    }

    private void fail(String sqlState, String message, String hint) throws IOException {
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
        if (!PlanRecorder.sameState(person.applied(), Login.currentPlan(person.jurisdiction()))) {
            throw new FatalError(
                    "57P01",
                    "the policy of \"" + person.jurisdictionName() + "\" has changed",
                    "Connect again: the new session acts under the new policy.");
        }
    }

    /** Runs about once a second while the client is silent. */
    private void idleTick() {
        if (services.isClosing()) {
            throw shuttingDown();
        }
        if (System.nanoTime() - lastMessageNanos > services.limits().idle().toNanos()) {
            throw new FatalError(
                    "57P05", "the session was idle for too long", "Connect again when needed.");
        }
        requireCurrentPlan();
        try {
            dialogue.lookForNews();
        } catch (IOException e) {
            throw StoreDialogue.storeGone();
        }
    }

    static FatalError shuttingDown() {
        return new FatalError("57P01", "the gateway is shutting down", "Connect again later.");
    }
}
