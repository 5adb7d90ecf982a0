package org.domicile.console.page;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.domicile.console.access.Door;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.Gateway;
import org.domicile.console.site.Site;
import org.domicile.ledger.Fact;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.jspecify.annotations.Nullable;

/** A statement that somebody asks through the gateway, and what is shown of its answer. */
public final class SqlRun {
    /** What became of it: a page in any case, or a file. */
    public sealed interface Made {
        /** The form again, with what came of the statement. */
        record Page(Sql page) implements Made {}

        /** All of the result. */
        record File(String name, byte[] content) implements Made {
            /** Keeps people's data out of log lines. */
            @Override
            public String toString() {
                return "File[" + name + "]";
            }
        }
    }

    private final Site site;
    private final Visitor visitor;
    private final List<SqlPlaces.Place> places;
    private final SqlPlaces.Place place;
    private final SqlPlaces.Acting acting;
    private final Sql.Form form;
    private final String client;

    private SqlRun(
            Site site,
            Visitor visitor,
            List<SqlPlaces.Place> places,
            SqlPlaces.Place place,
            SqlPlaces.Acting acting,
            Sql.Form form,
            String client) {
        this.site = site;
        this.visitor = visitor;
        this.places = places;
        this.place = place;
        this.acting = acting;
        this.form = form;
        this.client = client;
    }

    /**
     * Reads a form.
     *
     * @param client from where it came
     * @throws NoPageException where who asks may act as nothing there
     */
    static SqlRun of(Site site, Visitor visitor, Sql.Form form, String client, Instant now)
            throws NoPageException {
        List<SqlPlaces.Place> places = SqlPlaces.of(site, visitor, now);
        SqlPlaces.Place place = Sql.place(places, form.jurisdiction());
        SqlPlaces.Acting acting = place.acting(form.as()).orElseThrow(NoPageException::new);
        return new SqlRun(site, visitor, places, place, acting, form, client);
    }

    /** Runs it, if it may be tried at all. */
    Made run(SqlTurns turns, boolean isFile) {
        Optional<Gateway> gateway = site.gateway();
        if (gateway.isEmpty()) {
            return page("sql.closed", null);
        }
        if (form.statement().isBlank()) {
            return page("sql.empty", null);
        }
        if (form.statement().length() > Sql.MAX_STATEMENT || form.statement().indexOf('\0') >= 0) {
            return page("sql.too_long", null);
        }
        if (!turns.take(visitor.id())) {
            return page("sql.busy", null);
        }
        try {
            return isFile ? file(gateway.get()) : page(gateway.get());
        } finally {
            turns.giveBack(visitor.id());
        }
    }

    private Made page(String problem, Sql.@Nullable Outcome outcome) {
        return new Made.Page(
                Sql.of(site, visitor, places, place, acting, form.statement(), problem, outcome));
    }

    private Gateway.Question question(boolean isFile) {
        return new Gateway.Question(
                visitor.id(),
                client,
                place.jurisdiction().name(),
                acting.purpose(),
                acting.grant(),
                form.statement(),
                !isFile,
                isFile ? Sql.CSV_ROWS : Sql.ROWS,
                isFile ? Sql.CSV_BYTES : Sql.PAGE_BYTES,
                Sql.LIMIT);
    }

    private Made page(Gateway gateway) {
        Results results = new Results();
        try {
            Gateway.Answer answer = gateway.run(question(false), results);
            return page("", outcome(answer, results.taken(), ended(answer)));
        } catch (IOException e) {
            throw new IllegalStateException("a list takes every row", e);
        }
    }

    private Made file(Gateway gateway) {
        Lines lines = new Lines();
        try {
            Gateway.Answer answer = gateway.run(question(true), lines);
            return switch (answer.end()) {
                case REFUSED, TIMED_OUT -> page("", outcome(answer, List.of(), ended(answer)));
                case TOO_LARGE -> page("sql.file_too_large", null);
                case DONE ->
                        lines.isFull()
                                ? page("sql.file_too_large", null)
                                : new Made.File(
                                        place.jurisdiction().name()
                                                + "-"
                                                + acting.purpose()
                                                + ".csv",
                                        lines.csv.bytes());
            };
        } catch (Csv.FullException e) {
            return page("sql.file_too_large", null);
        } catch (IOException e) {
            throw new IllegalStateException("a file takes every row", e);
        }
    }

    private static String ended(Gateway.Answer answer) {
        return switch (answer.end()) {
            case DONE, REFUSED -> "";
            case TIMED_OUT -> "sql.timed_out";
            case TOO_LARGE -> "sql.too_large";
        };
    }

    private Sql.Outcome outcome(Gateway.Answer answer, List<Sql.Result> results, String ended) {
        Map<String, Map<String, String>> read = new TreeMap<>();
        List<Sql.Entry> entries = new ArrayList<>();
        for (Gateway.Entry entry : answer.entries()) {
            switch (entry.fact()) {
                case Fact.Disclosure disclosure -> {
                    disclosure
                            .columns()
                            .forEach((table, columns) ->
                                    read.computeIfAbsent(table, _ -> new TreeMap<>())
                                            .putAll(columns));
                    // Of the catalogue the console has asked by itself what columns are from.
                    if (disclosure.shape() != Fact.Shape.CATALOGUE) {
                        entries.add(new Sql.Entry(entry.index(), Fact.Disclosure.TYPE));
                    }
                }
                case Fact.Refusal _ -> entries.add(new Sql.Entry(entry.index(), Fact.Refusal.TYPE));
                case Fact.SessionOpened _, Fact.PolicyApplied _, Fact.OfLog _ -> {}
            }
        }
        return new Sql.Outcome(
                results,
                // The page has words of its own for its own limits.
                !ended.isEmpty()
                        ? null
                        : answer.refusal()
                                .map(r -> new Sql.Refused(r.sqlState(), r.message(), r.hint()))
                                .orElse(null),
                ended,
                read(read),
                missing(read.keySet(), answer.refusal().isPresent()),
                entries,
                visitor.may(Door.DISCLOSURE));
    }

    private List<Sql.Read> read(Map<String, Map<String, String>> columns) {
        List<Sql.Read> read = new ArrayList<>();
        columns.forEach((table, ofTable) ->
                ofTable.forEach((column, how) ->
                        read.add(
                                new Sql.Read(
                                        table,
                                        column,
                                        how,
                                        SqlPlaces.category(
                                                place.plan(),
                                                RelationName.parse(table),
                                                column)))));
        return read;
    }

    /** Of the tables that were read, or of all where a refusal may be about any of them. */
    private List<Sql.Missing> missing(Set<String> tables, boolean isRefused) {
        List<Sql.Missing> missing = new ArrayList<>();
        for (Plan.View view : acting.audience().views()) {
            if (tables.contains(view.table().toString())
                    || (isRefused && names(form.statement(), view.table().name()))) {
                List<String> hidden = SqlPlaces.table(place.plan(), view).hidden();
                if (!hidden.isEmpty()) {
                    missing.add(new Sql.Missing(view.table().name(), hidden));
                }
            }
        }
        return missing;
    }

    /** Whether a text has the name; no more than a hint, since nothing was parsed. */
    private static boolean names(String statement, String table) {
        return statement
                .toLowerCase(java.util.Locale.ROOT)
                .contains(table.toLowerCase(java.util.Locale.ROOT));
    }

    /** Keeps rows for the page. */
    private final class Results implements Gateway.Taker {
        private final List<Sql.Result> done = new ArrayList<>();
        private List<Sql.Shown> columns = List.of();
        private List<List<@Nullable String>> rows = new ArrayList<>();
        private boolean isBegun;

        @Override
        public void columns(List<Gateway.Column> next) {
            end();
            isBegun = true;
            columns = next.stream().map(this::shown).toList();
            rows = new ArrayList<>();
        }

        @Override
        public void row(List<@Nullable String> values) {
            rows.add(values);
        }

        private Sql.Shown shown(Gateway.Column column) {
            Optional<Plan.View> view =
                    column.from().flatMap(from -> acting.audience().view(from.view()));
            Optional<Plan.ViewColumn> seen =
                    view.flatMap(of -> of.column(column.from().orElseThrow().column()));
            return new Sql.Shown(
                    column.name(),
                    column.type(),
                    seen.map(_ -> view.orElseThrow().table().name()).orElse(""),
                    seen.map(of -> of.transform().text()).orElse(""),
                    seen.map(of ->
                                    SqlPlaces.category(
                                            place.plan(), view.orElseThrow().table(), of.name()))
                            .orElse(""));
        }

        private void end() {
            if (isBegun) {
                done.add(new Sql.Result(columns, rows, rows.size() >= Sql.ROWS));
            }
        }

        List<Sql.Result> taken() {
            end();
            isBegun = false;
            return done;
        }
    }

    /** Writes rows into a file; of several results one after the other, as psql does. */
    private static final class Lines implements Gateway.Taker {
        private final Csv csv = new Csv(Sql.CSV_BYTES);
        private int most;
        private int rows;

        @Override
        public void columns(List<Gateway.Column> columns) throws IOException {
            rows = 0;
            csv.line(columns.stream().map(Gateway.Column::name).toList());
        }

        @Override
        public void row(List<@Nullable String> values) throws IOException {
            csv.line(values);
            most = Math.max(most, ++rows);
        }

        /** Whether a result may have more rows than were read. */
        boolean isFull() {
            return most >= Sql.CSV_ROWS;
        }
    }
}
