package org.domicile.console.page;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.Site;
import org.jspecify.annotations.Nullable;

/**
 * The form of a statement, what there is to read beside it, and what came of the statement.
 *
 * @param jurisdictions where who looks may read anything; none where they may nowhere
 * @param isOpen whether the console can use the gateway
 * @param acting as what they may ask in the chosen one
 * @param you as what the form asks; null where there is nothing
 * @param problem why it was not asked, by a text's key; empty for nothing
 * @param outcome null before anything was asked
 */
public record Sql(
        List<String> jurisdictions,
        boolean isOpen,
        Form form,
        List<Acting> acting,
        @Nullable You you,
        List<Table> tables,
        String example,
        String problem,
        @Nullable Outcome outcome) {
    /** Of each result, on the page. */
    public static final int ROWS = 1_000;

    /** Of all that the store sends, for the page. */
    public static final int PAGE_BYTES = 4 * 1024 * 1024;

    /** From sending a statement to the end of its answer. */
    public static final Duration LIMIT = Duration.ofSeconds(20);

    /** Of each result, in a file; one that would have as many is not made. */
    public static final int CSV_ROWS = 100_000;

    /** Of a file. */
    public static final int CSV_BYTES = 16 * 1024 * 1024;

    /** Longer statements are for a client of one's own. */
    public static final int MAX_STATEMENT = 20_000;

    /** Of the entries that were made, so many are named on the page. */
    public static final int ENTRIES = 8;

    static final int EXAMPLE_COLUMNS = 6;
    static final int EXAMPLE_ROWS = 10;

    /**
     * What was filled in.
     *
     * @param as one of {@link Sql#acting}'s values
     */
    public record Form(String jurisdiction, String as, String statement) {
        /** Keeps the statement out of log lines. */
        @Override
        public String toString() {
            return "Form[" + jurisdiction + "]";
        }
    }

    /** As what a statement may be asked: for a purpose, or under a grant. */
    public record Acting(String value, String purpose, String audience, boolean isGrant) {}

    /**
     * What the form stands for.
     *
     * @param policies by which somebody may act so; none under a grant
     */
    public record You(
            String audience, String counterparty, String purpose, List<String> policies) {}

    /** A table that may be read; {@code hidden} are the columns that are not shown. */
    public record Table(String name, List<Column> columns, List<String> hidden) {}

    /** One column, how it is shown, and what its data is. */
    public record Column(String name, String how, String category) {}

    /**
     * What came of a statement.
     *
     * @param refused what ended it early; null where nothing did
     * @param ended a text's key for an end that the gateway's words do not explain; or empty
     * @param read the columns that it read, as the ledger has it
     * @param missing columns of these tables that are not shown
     * @param entries of the ledger, made before anything was shown
     * @param mayFollow whether who looks may read the entries
     */
    public record Outcome(
            List<Result> results,
            @Nullable Refused refused,
            String ended,
            List<Read> read,
            List<Missing> missing,
            List<Entry> entries,
            boolean mayFollow) {}

    /**
     * Rows and their columns.
     *
     * @param isCut whether there may be more
     */
    public record Result(List<Shown> columns, List<List<@Nullable String>> rows, boolean isCut) {}

    /**
     * A column of a result.
     *
     * @param table empty where its values are computed
     * @param how its values are shown; empty where they are computed
     */
    public record Shown(String name, String type, String table, String how, String category) {}

    /** A refusal, in the gateway's words. */
    public record Refused(String sqlState, String message, String hint) {}

    /** A column that was read, and how it was shown. */
    public record Read(String table, String column, String how, String category) {}

    /** Columns of a table that are not shown. */
    public record Missing(String table, List<String> columns) {}

    /** An entry of the ledger. */
    public record Entry(long index, String type) {}

    static Sql form(Site site, Ask ask, Instant now) throws NoPageException {
        List<SqlPlaces.Place> places = SqlPlaces.of(site, ask.visitor(), now);
        Form asked = new Form(ask.query("jurisdiction"), ask.query("as"), "");
        if (places.isEmpty()) {
            return nothing(site, asked);
        }
        SqlPlaces.Place place =
                asked.jurisdiction().isEmpty()
                        ? places.getFirst()
                        : place(places, asked.jurisdiction());
        // A purpose that is not theirs here may be one of another jurisdiction: the first, then.
        SqlPlaces.Acting acting = place.acting(asked.as()).orElse(place.acting().getFirst());
        return of(site, ask.visitor(), places, place, acting, "", "", null);
    }

    static SqlPlaces.Place place(List<SqlPlaces.Place> places, String jurisdiction)
            throws NoPageException {
        return places.stream()
                .filter(place -> place.jurisdiction().name().equals(jurisdiction))
                .findFirst()
                .orElseThrow(NoPageException::new);
    }

    private static Sql nothing(Site site, Form form) {
        return new Sql(
                List.of(),
                site.gateway().isPresent(),
                new Form("", "", form.statement()),
                List.of(),
                null,
                List.of(),
                "",
                "",
                null);
    }

    static Sql of(
            Site site,
            Visitor visitor,
            List<SqlPlaces.Place> places,
            SqlPlaces.Place place,
            SqlPlaces.Acting acting,
            String statement,
            String problem,
            @Nullable Outcome outcome) {
        return new Sql(
                places.stream().map(one -> one.jurisdiction().name()).toList(),
                site.gateway().isPresent(),
                new Form(place.jurisdiction().name(), acting.value(), statement),
                place.acting().stream()
                        .map(one ->
                                new Acting(
                                        one.value(),
                                        one.purpose(),
                                        one.audience().name(),
                                        one.grant().isPresent()))
                        .toList(),
                new You(
                        acting.audience().name(),
                        acting.audience().counterparty(),
                        acting.purpose(),
                        SqlPlaces.policies(visitor, place.plan(), acting)),
                SqlPlaces.tables(place.plan(), acting.audience()),
                SqlPlaces.example(acting.audience()),
                problem,
                outcome);
    }

    /** Names nobody. */
    @Override
    public String toString() {
        return "Sql[" + form + "]";
    }
}
