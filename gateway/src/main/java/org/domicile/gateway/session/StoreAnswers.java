package org.domicile.gateway.session;

import java.util.ArrayDeque;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.domicile.control.meter.OverThreshold;
import org.domicile.gateway.disclosure.HeldResult;
import org.domicile.gateway.disclosure.StoreErrors;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.MessageBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each message of a store. A message that is not exactly what the oldest
 * outstanding one may be answered with ends the session: nothing passes because nobody thought of
 * it (I2). Rows pass through {@link HeldResult} alone.
 */
final class StoreAnswers {
    /** Settings a client is told of; their values are the client's own or the server's build. */
    static final Set<String> REPORTED_SETTINGS =
            Set.of(
                    "DateStyle",
                    "IntervalStyle",
                    "TimeZone",
                    "application_name",
                    "client_encoding",
                    "default_transaction_read_only",
                    "in_hot_standby",
                    "integer_datetimes",
                    "server_encoding",
                    "server_version",
                    "standard_conforming_strings");

    private final ClientChannel client;
    private final AnswerRecords records;
    private final Supplier<String> audience;
    private final Consumer<Verdict> completed;
    private final Function<Judged, @Nullable Disclosing> disclosing;
    private final StatementBook book = new StatementBook();
    private char transactionStatus = 'I';
    private boolean skipping;
    private boolean settingMayChange;

    /** Whether all is dropped that the store still says, after a result that must not leave. */
    private boolean dropping;

    /**
     * Answers one session.
     *
     * @param audience the name for error messages
     * @param completed told of each statement that changed something of the session
     * @param disclosing what a statement reads; null where its answer is no data, or a cursor's
     */
    StoreAnswers(
            ClientChannel client,
            AnswerRecords records,
            Supplier<String> audience,
            Consumer<Verdict> completed,
            Function<Judged, @Nullable Disclosing> disclosing) {
        this.client = client;
        this.records = records;
        this.audience = audience;
        this.completed = completed;
        this.disclosing = disclosing;
    }

    StatementBook book() {
        return book;
    }

    boolean isSkipping() {
        return skipping;
    }

    boolean inTransaction() {
        return transactionStatus != 'I';
    }

    /** Takes an answer while something is under way, and removes from there what it completes. */
    void take(BackendType type, Frame frame, ArrayDeque<Pending> underWay) {
        try {
            switch (type) {
                case NOTICE_RESPONSE, NOTIFICATION_RESPONSE, PARAMETER_STATUS -> unasked(frame);
                case READY_FOR_QUERY -> {
                    dropping = false;
                    answerOldest(type, frame, underWay);
                }
                case ERROR_RESPONSE -> error(ErrorFields.decode(frame), underWay);
                default -> {
                    if (!dropping) {
                        answerOldest(type, frame, underWay);
                    }
                }
            }
        } catch (OverThreshold over) {
            refuse(over, underWay);
        }
    }

    private void answerOldest(BackendType type, Frame frame, ArrayDeque<Pending> underWay)
            throws OverThreshold {
        if (answer(type, frame, underWay.element())) {
            underWay.remove();
        }
    }

    /**
     * Tells the client that a result is over a threshold, and drops what the store still says of
     * it. What was sent to run after it has run, where PostgreSQL would have skipped it: where
     * there is any, the session must end.
     */
    private void refuse(OverThreshold over, ArrayDeque<Pending> underWay) {
        Pending oldest = underWay.element();
        boolean moreRuns =
                oldest instanceof Pending.OfQuery query
                        ? query.hasMore()
                        : underWay.stream()
                                .skip(1)
                                .anyMatch(pending -> !(pending instanceof Pending.OfSync));
        if (moreRuns) {
            throw new FatalError(
                    AnswerRecords.OVER_THRESHOLD, String.valueOf(over.getMessage()), over.hint());
        }
        dropping = true;
        failed(
                ErrorFields.of(
                        "ERROR",
                        AnswerRecords.OVER_THRESHOLD,
                        String.valueOf(over.getMessage()),
                        over.hint()),
                underWay);
    }

    /** Takes a message that answers nothing. */
    void unasked(Frame frame) {
        switch (BackendType.of(frame)) {
            case NOTIFICATION_RESPONSE -> {} // a payload can be any value, so none passes
            case NOTICE_RESPONSE -> {
                ErrorFields notice = ErrorFields.decode(frame);
                if (StoreErrors.noticePasses(notice)) {
                    client.write(new BackendMessage.NoticeResponse(StoreErrors.notice(notice)));
                }
            }
            case PARAMETER_STATUS -> {
                BackendMessage.ParameterStatus status = BackendMessage.decodeParameterStatus(frame);
                // A query cannot change a setting; if one did, its value would leave this way.
                if (settingMayChange && REPORTED_SETTINGS.contains(status.name())) {
                    client.write(status);
                }
            }
            case ERROR_RESPONSE -> {
                ErrorFields error = ErrorFields.decode(frame);
                if (dropping && !error.isFatal()) {
                    return;
                }
                throw new FatalError(StoreErrors.forClient(error, audience.get()));
            }
            default -> {
                if (!dropping) {
                    throw unexpected();
                }
            }
        }
    }

    /** Whether the answer completes what it answers. */
    private boolean answer(BackendType type, Frame frame, Pending oldest) throws OverThreshold {
        return switch (oldest) {
            case Pending.OfParse parse -> {
                require(type == BackendType.PARSE_COMPLETE);
                book.prepared(parse.name(), parse.prepared());
                yield pass(frame);
            }
            case Pending.OfBind bind -> {
                require(type == BackendType.BIND_COMPLETE);
                book.bound(bind.name(), bind.portal());
                yield pass(frame);
            }
            case Pending.OfClose close -> {
                require(type == BackendType.CLOSE_COMPLETE);
                book.closed(close.target(), close.name());
                yield pass(frame);
            }
            case Pending.OfDescribe describe -> {
                // Names and types come from the statement and the views, not from any row, so
                // they need no entry before they leave.
                require(
                        type == BackendType.PARAMETER_DESCRIPTION
                                || type == BackendType.ROW_DESCRIPTION
                                || type == BackendType.NO_DATA);
                if (type == BackendType.ROW_DESCRIPTION && describe.columns() != null) {
                    MessageBuffer shown = new MessageBuffer();
                    describe.columns().writeRowDescription(frame, shown);
                    client.write(shown);
                } else {
                    client.write(frame);
                }
                yield type != BackendType.PARAMETER_DESCRIPTION;
            }
            case Pending.OfExecute execute -> {
                Prepared.Portal portal = execute.portal();
                yield result(type, frame, portal.prepared().judged(), portal.result());
            }
            case Pending.OfQuery query -> queryAnswer(type, frame, query);
            case Pending.OfFailure failure -> throw unexpected();
            case Pending.OfSync sync -> {
                require(type == BackendType.READY_FOR_QUERY);
                yield ready(frame);
            }
        };
    }

    private boolean pass(Frame frame) {
        client.write(frame);
        return true;
    }

    private boolean ready(Frame frame) {
        transactionStatus = BackendMessage.decodeReadyForQuery(frame).status();
        skipping = false;
        settingMayChange = false;
        if (!inTransaction()) {
            book.transactionEnded();
        }
        return pass(frame);
    }

    private boolean queryAnswer(BackendType type, Frame frame, Pending.OfQuery query)
            throws OverThreshold {
        if (type == BackendType.READY_FOR_QUERY) {
            return ready(frame);
        }
        Judged statement = query.statement();
        if (statement == null) {
            require(query.isEmptyQuery() && type == BackendType.EMPTY_QUERY_RESPONSE);
            client.write(frame);
            return false;
        }
        HeldResult result = query.result();
        if (result == null) {
            result = begin(statement, query);
        }
        if (type == BackendType.ROW_DESCRIPTION) {
            if (result != null) {
                require(!result.isCopy());
                result.header(frame);
            } else {
                require(statement.verdict() instanceof Verdict.Show);
                client.write(frame);
            }
        } else if (result(type, frame, statement, result)) {
            query.finishStatement();
        }
        return false;
    }

    private @Nullable HeldResult begin(Judged statement, Pending.OfQuery query) {
        Disclosing data = dataOf(statement);
        if (data == null) {
            return null;
        }
        HeldResult result = records.newResult(data);
        query.begin(result);
        return result;
    }

    private @Nullable Disclosing dataOf(Judged statement) {
        if (statement.verdict() instanceof Verdict.FetchCursor fetch) {
            Disclosing cursor = book.cursor(fetch.name());
            if (cursor == null) {
                throw unexpected();
            }
            return cursor;
        }
        return disclosing.apply(statement);
    }

    /** Takes a part of a statement's result; true at its end. */
    private boolean result(
            BackendType type, Frame frame, @Nullable Judged statement, @Nullable HeldResult result)
            throws OverThreshold {
        if (result != null) {
            return heldResult(type, frame, result);
        }
        if (statement == null) {
            require(type == BackendType.EMPTY_QUERY_RESPONSE);
            return pass(frame);
        }
        Verdict verdict = statement.verdict();
        // SHOW's one row is a setting, which is not a store's data.
        if (type == BackendType.DATA_ROW && verdict instanceof Verdict.Show) {
            client.write(frame);
            return false;
        }
        if (type == BackendType.PORTAL_SUSPENDED && verdict instanceof Verdict.Show) {
            return pass(frame);
        }
        require(
                type == BackendType.COMMAND_COMPLETE
                        && (verdict instanceof Verdict.DeclareCursor
                                || !AnswerRecords.readsData(verdict)));
        settingMayChange = true;
        completed.accept(verdict);
        remember(statement);
        return pass(frame);
    }

    private boolean heldResult(BackendType type, Frame frame, HeldResult result)
            throws OverThreshold {
        return switch (type) {
            case COPY_OUT_RESPONSE -> {
                require(result.isCopy());
                result.header(frame);
                yield false;
            }
            case COPY_DONE -> {
                require(result.isCopy());
                result.hold(frame);
                yield false;
            }
            case DATA_ROW, COPY_DATA -> {
                require(result.isCopy() == (type == BackendType.COPY_DATA));
                if (result.row(frame)) {
                    records.release(result, false);
                }
                yield false;
            }
            case PORTAL_SUSPENDED -> {
                result.hold(frame);
                records.release(result, false);
                yield true;
            }
            case COMMAND_COMPLETE -> {
                result.hold(frame);
                records.release(result, true);
                yield true;
            }
            default -> throw unexpected();
        };
    }

    /** Keeps the book of names after a statement that returned no data. */
    private void remember(Judged statement) {
        Verdict verdict = statement.verdict();
        if (verdict instanceof Verdict.DeclareCursor declare) {
            Disclosing data =
                    disclosing.apply(
                            new Judged(statement.sql(), declare.query(), statement.upstream()));
            if (data == null) {
                throw unexpected();
            }
            book.declared(declare.name(), declare.hold(), data);
        } else if (verdict instanceof Verdict.CloseCursor close) {
            book.closedCursor(close.name());
        } else if (verdict instanceof Verdict.Deallocate deallocate) {
            if (deallocate.name() == null) {
                book.deallocatedAll();
            } else {
                book.deallocated(deallocate.name());
            }
        } else if (verdict instanceof Verdict.Discard discard
                && discard.target() == Verdict.Target.ALL) {
            book.deallocatedAll();
            book.closedCursor(null);
        }
    }

    /** Takes an error: it answers the oldest message, and the store skips the rest up to a Sync. */
    private void error(ErrorFields error, ArrayDeque<Pending> underWay) throws OverThreshold {
        ErrorFields shown = StoreErrors.forClient(error, audience.get());
        if (error.isFatal()) {
            throw new FatalError(shown);
        }
        if (dropping) {
            return;
        }
        Pending oldest = underWay.element();
        if (isRewritten(oldest)) {
            shown = shown.without(ErrorFields.POSITION); // it counts in a text the client never saw
        }
        switch (oldest) {
            case Pending.OfFailure failure -> {
                shown = failure.error();
                records.refusal(failure);
            }
            case Pending.OfParse parse -> records.error(error, parse.prepared().judged(), null);
            case Pending.OfBind bind -> portalError(error, bind.portal());
            case Pending.OfExecute execute -> portalError(error, execute.portal());
            case Pending.OfQuery query -> {
                Judged statement = query.statement();
                HeldResult result = query.result();
                if (result == null && statement != null) {
                    result = begin(statement, query);
                }
                records.error(error, statement, result);
            }
            case Pending.OfDescribe describe -> {}
            case Pending.OfClose close -> {}
            case Pending.OfSync sync -> {} // the commit of an implicit transaction failed
        }
        failed(shown, underWay);
    }

    private void failed(ErrorFields shown, ArrayDeque<Pending> underWay) {
        client.write(new BackendMessage.ErrorResponse(shown));
        if (!(underWay.element() instanceof Pending.OfQuery)) {
            underWay.removeIf(pending -> !(pending instanceof Pending.OfSync));
            skipping = true;
        }
    }

    private static boolean isRewritten(Pending pending) {
        return switch (pending) {
            case Pending.OfParse parse -> parse.prepared().isRewritten();
            case Pending.OfQuery query -> query.isRewritten();
            case Pending.OfBind bind -> false;
            case Pending.OfDescribe describe -> false;
            case Pending.OfExecute execute -> false;
            case Pending.OfClose close -> false;
            case Pending.OfFailure failure -> false;
            case Pending.OfSync sync -> false;
        };
    }

    private void portalError(ErrorFields error, Prepared.Portal portal) throws OverThreshold {
        records.error(error, portal.prepared().judged(), portal.result());
    }

    private static void require(boolean expected) {
        if (!expected) {
            throw unexpected();
        }
    }

    private static FatalError unexpected() {
        return new FatalError(
                "08P01",
                "the region store sent something the gateway does not expect",
                "Tell the jurisdiction's custodian.");
    }
}
