package org.domicile.gateway.session;

import org.domicile.gateway.disclosure.HeldResult;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the extended query protocol (protocol documentation, "Extended Query"): what of
 * them goes on to the store, and what the gateway answers by itself.
 */
final class ExtendedQuery {
    private final Session session;
    private final ClientChannel client;
    private final StoreDialogue dialogue;
    private final SessionPurpose purpose;
    private final CursorNames cursors;
    private final AnswerRecords records;

    /** Whether something was executed since the last Sync, in the transaction that implies. */
    private boolean executedSinceSync;

    ExtendedQuery(
            Session session,
            ClientChannel client,
            StoreDialogue dialogue,
            SessionPurpose purpose,
            CursorNames cursors,
            AnswerRecords records) {
        this.session = session;
        this.client = client;
        this.dialogue = dialogue;
        this.purpose = purpose;
        this.cursors = cursors;
        this.records = records;
    }

    /** What was executed since is part of a new transaction. */
    void ended() {
        executedSinceSync = false;
    }

    /** Whether everything before must be answered first. */
    boolean comesAlone(FrontendMessage message) {
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

    void parse(FrontendMessage.Parse parse, Frame frame) {
        session.requireCurrentPlan();
        SessionPurpose.Judgement judgement = session.judge(parse.sql(), frame);
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
                session.judgeAgain(judgement, frame);
                dialogue.settle();
                return;
            }
            refused = cursors.problemOf(judged.verdict());
        }
        if (refused != null) {
            dialogue.fail(Session.errorOf(refused), refused, parse.sql());
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

    void bind(FrontendMessage.Bind bind, Frame frame) {
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
            dialogue.fail(Session.errorOf(refused), refused, prepared.sql());
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

    void describe(FrontendMessage.Describe describe, Frame frame) {
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
            dialogue.fail(Session.errorOf(refused), refused, "");
        } else {
            dialogue.send(
                    frame,
                    new Pending.OfDescribe(disclosing == null ? null : disclosing.columns()));
        }
    }

    void execute(FrontendMessage.Execute execute, Frame frame) {
        session.requireCurrentPlan();
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
            dialogue.fail(Session.errorOf(refused), refused, portal.prepared().sql());
        } else if (purpose.apply(change)) {
            // The store that had prepared the statement is gone, so its answer is given here.
            session.reopen(() -> client.write(new BackendMessage.CommandComplete("SET")));
        } else {
            dialogue.send(frame, new Pending.OfExecute(portal));
        }
    }

    private void fail(String sqlState, String message, String hint) {
        dialogue.fail(ErrorFields.of("ERROR", sqlState, message, hint), null, "");
    }

    private static String noStatement(String name) {
        return name.isEmpty()
                ? "unnamed prepared statement does not exist"
                : "prepared statement \"" + name + "\" does not exist";
    }

    private static String noPortal(String name) {
        return "portal \"" + name + "\" does not exist";
    }
}
