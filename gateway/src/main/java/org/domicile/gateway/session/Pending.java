package org.domicile.gateway.session;

import java.util.List;
import org.domicile.gateway.disclosure.HeldResult;
import org.domicile.gateway.disclosure.SubjectColumns;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.FrontendMessage;
import org.jspecify.annotations.Nullable;

/** One message sent to the store and not yet answered; the answers come in the same order. */
sealed interface Pending {
    record OfParse(String name, Prepared prepared) implements Pending {}

    record OfBind(String name, Prepared.Portal portal) implements Pending {}

    /**
     * Null columns where no row is to be described.
     *
     * @param columns those the gate appended
     */
    record OfDescribe(@Nullable SubjectColumns columns) implements Pending {}

    record OfExecute(Prepared.Portal portal) implements Pending {}

    record OfClose(FrontendMessage.Target target, String name) implements Pending {}

    /**
     * A statement that must fail was sent in place of the client's; its error becomes this one.
     *
     * @param refused recorded when not null
     */
    record OfFailure(ErrorFields error, Verdict.@Nullable Refused refused, String sql)
            implements Pending {}

    record OfSync() implements Pending {}

    /** A simple Query: one result per statement, then ReadyForQuery. */
    final class OfQuery implements Pending {
        private final List<Judged> statements;
        private int index;
        private @Nullable HeldResult result;

        OfQuery(List<Judged> statements) {
            this.statements = List.copyOf(statements);
        }

        /** The statement being answered; null when there is none left. */
        @Nullable Judged statement() {
            return index < statements.size() ? statements.get(index) : null;
        }

        @Nullable HeldResult result() {
            return result;
        }

        void begin(HeldResult next) {
            result = next;
        }

        void finishStatement() {
            index++;
            result = null;
        }

        /** Whether another statement follows the one being answered. */
        boolean hasMore() {
            return index + 1 < statements.size();
        }

        /** Whether the store was sent another text. */
        boolean isRewritten() {
            return statements.stream().anyMatch(Judged::isRewritten);
        }

        boolean isEmptyQuery() {
            return statements.isEmpty();
        }
    }
}
