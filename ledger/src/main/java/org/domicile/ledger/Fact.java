package org.domicile.ledger;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says in public: no personal data, no SQL literal. Private values travel beside it,
 * see {@link Ledger#append}.
 *
 * <p>A {@code session} is 32 lower-case hexadecimal digits; within one session {@code sequence}
 * counts from 0 without a gap, over all kinds of facts. A {@code plan} is a plan's digest.
 */
public sealed interface Fact {

    /** The entry's {@code type}. */
    String type();

    /** A fact of one client session. */
    sealed interface OfSession extends Fact {
        String session();

        long sequence();

        String plan();

        String counterparty();
    }

    /** Somebody logged in. Private: {@code accessor}, {@code client}. */
    record SessionOpened(String session, long sequence, String plan, String counterparty)
            implements OfSession {
        @Override
        public String type() {
            return "session-opened";
        }
    }

    /**
     * Rows left, or were about to leave, for a client. Private: {@code accessor}, {@code sql}.
     *
     * @param columns for each relation read, each column read and its transform's text; catalogue
     *     relations of PostgreSQL itself are left out
     * @param statement normalised SQL
     * @param segment counts the parts of one result from 0
     * @param last whether this segment ends its result
     * @param rows in this segment
     * @param bytes of this segment, as framed for the client
     */
    record Disclosure(
            String session,
            long sequence,
            String plan,
            String counterparty,
            String audience,
            String purpose,
            Shape shape,
            Map<String, Map<String, String>> columns,
            String statement,
            int segment,
            boolean last,
            long rows,
            long bytes)
            implements OfSession {
        public Disclosure {
            columns = Map.copyOf(columns);
            Objects.requireNonNull(shape);
        }

        @Override
        public String type() {
            return "disclosure";
        }
    }

    /** What kind of statement a disclosure answered. */
    enum Shape {
        /** Reads no relation: {@code SELECT 1}. */
        CONSTANT("constant"),
        /** Reads only PostgreSQL's own catalogue. */
        CATALOGUE("catalogue"),
        /** Rows of people's data may pass as they are. */
        SELECT("select"),
        /** Groups or aggregates rows of people's data. */
        AGGREGATE("aggregate");

        private final String text;

        Shape(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * Something was refused. Private: {@code accessor}, {@code sql} where there was one.
     *
     * @param audience null where none had been decided
     * @param purpose null where none, or no known one, was declared
     * @param sqlState the five-character code the client got
     * @param reason a stable word for the rule that refused, e.g. {@code statement-not-allowed}
     * @param statement normalised SQL, empty where there was none or it could not be read
     */
    record Refusal(
            String session,
            long sequence,
            String plan,
            String counterparty,
            @Nullable String audience,
            @Nullable String purpose,
            String sqlState,
            String reason,
            String statement)
            implements OfSession {
        @Override
        public String type() {
            return "refusal";
        }
    }

    /**
     * A store was found to have a new plan; the first entry that may name it comes after. Private:
     * {@code roster} (the roster's digest).
     *
     * @param version the store's count of applied plans
     * @param catalogue lower-case hexadecimal SHA-256 of the catalogue that implements the plan
     */
    record PolicyApplied(long version, String plan, String catalogue) implements Fact {
        @Override
        public String type() {
            return "policy-applied";
        }
    }
}
