package org.domicile.gateway.gate;

import java.util.Map;
import java.util.stream.Collectors;
import org.domicile.ledger.Fact;
import org.jspecify.annotations.Nullable;

/** What the gate says of one statement. There is no third answer between a kind and a refusal. */
public sealed interface Verdict {

    /** The statement without literals, comments and unknown names: safe for a ledger entry. */
    String statement();

    /**
     * Returns rows, changes nothing.
     *
     * @param columns for each relation of the plan read, as {@code schema.table} of the base table,
     *     each column that may be read and its transform's text; PostgreSQL's own relations are
     *     left out. A relation without columns has its rows counted.
     * @param subjects whose rows it shows
     */
    record Query(
            Fact.Shape shape,
            Map<String, Map<String, String>> columns,
            Subjects subjects,
            String statement)
            implements Verdict {
        public Query {
            // Unmodifiable all through, so that a ledger checks and writes it once for all runs.
            columns =
                    columns.entrySet().stream()
                            .collect(
                                    Collectors.toUnmodifiableMap(
                                            Map.Entry::getKey,
                                            entry -> Map.copyOf(entry.getValue())));
        }
    }

    /**
     * {@code COPY … TO STDOUT}, of a query or of a view; all that comes back, the count in the tag
     * too, is what the query reads.
     */
    record Copy(Query query, CopyFormat format) implements Verdict {
        @Override
        public String statement() {
            return query.statement();
        }
    }

    /**
     * {@code DECLARE name CURSOR FOR query}: returns nothing yet.
     *
     * @param hold whether it stays open after its transaction
     */
    record DeclareCursor(String name, boolean hold, Query query) implements Verdict {
        @Override
        public String statement() {
            return query.statement();
        }
    }

    /**
     * {@code FETCH} or {@code MOVE}: what it reads is what the cursor's query reads. Only a name
     * that was declared may go upstream: the protocol's portals answer to FETCH as well.
     *
     * @param move whether only the tag comes back; it counts rows
     */
    record FetchCursor(String name, boolean move, String statement) implements Verdict {}

    /** {@code CLOSE name}; null for {@code CLOSE ALL}, which closes the protocol's portals too. */
    record CloseCursor(@Nullable String name, String statement) implements Verdict {}

    /** Opens, closes or characterises a transaction; forward as it is. */
    record Transaction(Verb verb, String statement) implements Verdict {}

    /** The transaction verbs. */
    enum Verb {
        BEGIN,
        COMMIT,
        ROLLBACK,
        SAVEPOINT,
        RELEASE,
        ROLLBACK_TO,
        /** {@code SET TRANSACTION …}, {@code SET SESSION CHARACTERISTICS AS TRANSACTION …}. */
        CHARACTERISTICS
    }

    /**
     * Changes a setting of the session. {@code domicile.*} settings are the gateway's own and never
     * go upstream; every other one is on the gate's list and its value was checked.
     *
     * @param name in lower case
     * @param value list elements joined with {@code ", "}
     * @param local whether until the transaction's end only
     */
    record SetSetting(String name, String value, boolean local, String statement)
            implements Verdict {}

    /** {@code RESET name} or {@code SET name TO DEFAULT}; {@code all} for {@code RESET ALL}. */
    record ResetSetting(String name, boolean local, String statement) implements Verdict {}

    /** {@code SHOW name}, with the name in lower case. */
    record Show(String name, String statement) implements Verdict {}

    /** {@code DEALLOCATE}, of a statement prepared in the protocol; null for {@code ALL}. */
    record Deallocate(@Nullable String name, String statement) implements Verdict {}

    /** {@code DISCARD}: returns the session to how it began. */
    record Discard(Target target, String statement) implements Verdict {}

    /** What is discarded. */
    enum Target {
        ALL,
        PLANS,
        SEQUENCES,
        TEMPORARY
    }

    /** {@code UNLISTEN}: what pools send on return; it finds nothing to do. */
    record Tidy(String statement) implements Verdict {}

    /**
     * Must not go upstream.
     *
     * @param sqlState for the client's error
     * @param reason a stable word for the ledger, e.g. {@code statement-not-allowed}
     * @param message what is wrong; may name what the client wrote, so it never enters a ledger
     * @param hint what to do instead
     */
    record Refused(String sqlState, String reason, String message, String hint, String statement)
            implements Verdict {}
}
