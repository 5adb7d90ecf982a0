package org.domicile.console.site;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.domicile.ledger.Fact;
import org.jspecify.annotations.Nullable;

/**
 * The gateway beside this console. Whoever is signed in asks it in their own name and as by any
 * client: the console has no other way to a store. For any thread.
 */
public interface Gateway {
    /**
     * Runs a text of statements in a session of its own, which is over on return.
     *
     * @throws IOException as the taker throws it
     * @throws IllegalStateException when the gateway cannot be reached
     */
    Answer run(Question question, Taker taker) throws IOException;

    /**
     * What is asked.
     *
     * @param person who is signed in; the gateway lets them in for this once
     * @param client from where they ask
     * @param grant the audience of a grant, in place of a lasting one
     * @param isDescribed whether to tell of each column where it is from, which asks the catalogue
     * @param maxRows of each result; no more are read
     * @param maxBytes of what the store sends; beyond it the answer ends
     * @param limit of time, for all of it
     */
    record Question(
            String person,
            String client,
            String jurisdiction,
            String purpose,
            Optional<String> grant,
            String statement,
            boolean isDescribed,
            int maxRows,
            int maxBytes,
            Duration limit) {
        /** Keeps who it is, and what they ask, out of log lines. */
        @Override
        public String toString() {
            return "Question[" + jurisdiction + "]";
        }
    }

    /** Takes what comes, result by result. */
    interface Taker {
        /** A result begins. */
        void columns(List<Column> columns) throws IOException;

        /** A row of it, as PostgreSQL writes values; null for NULL. */
        void row(List<@Nullable String> values) throws IOException;
    }

    /**
     * A column of a result.
     *
     * @param from the view and its column whose value it is; empty where it is computed, or nobody
     *     asked
     */
    record Column(String name, String type, Optional<Origin> from) {}

    /** A column of a view that the audience reads. */
    record Origin(String view, String column) {}

    /**
     * What came of it.
     *
     * @param session as its entries name it
     * @param entries what was recorded of it, in order; before anything was shown
     * @param refusal the words that ended it early; empty where nothing did
     */
    record Answer(String session, List<Entry> entries, End end, Optional<Refusal> refusal) {
        public Answer {
            entries = List.copyOf(entries);
        }
    }

    /** How it ended. */
    enum End {
        /** With all that was asked for, as far as the limit of rows lets it. */
        DONE,
        /** The gateway or the store said no. */
        REFUSED,
        /** The limit of time was reached. */
        TIMED_OUT,
        /** The limit of bytes was reached. */
        TOO_LARGE
    }

    /** An entry of the ledger. */
    record Entry(long index, Fact fact) {}

    /** The gateway's own words, or the store's as far as the gateway lets them pass. */
    record Refusal(String sqlState, String message, String hint) {}
}
