package org.domicile.console.page;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Independence;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestFit;
import org.domicile.control.request.SignedAct;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;
import org.jspecify.annotations.Nullable;

/**
 * The form of a request, and what it would be. Nothing is kept of it: what is missing is the
 * requester's signature.
 *
 * @param tables of the jurisdiction, those that are about people
 * @param deciders who may decide about a request of who looks
 * @param problem why it cannot be asked for as it stands; empty for nothing
 * @param document what there is to be signed, as {@code docs/formats/request.md} has it; null where
 *     there is a problem, or nothing was filled in
 * @param toSign the filing
 */
public record NewRequest(
        List<String> jurisdictions,
        Form form,
        List<Table> tables,
        List<String> deciders,
        String problem,
        @Nullable String document,
        @Nullable String digest,
        @Nullable ToSign toSign) {
    /** As one can ask for with one form; the command line takes more. */
    static final int MAX_MINUTES = 31 * 24 * 60;

    /**
     * What was filled in.
     *
     * @param columns {@code schema.table/column}
     * @param subjects one subject key in each line
     */
    public record Form(
            String jurisdiction,
            String purpose,
            String ticket,
            List<String> columns,
            String subjects,
            String minutes) {
        public static final Form EMPTY = new Form("", "", "", List.of(), "", "60");

        public Form {
            columns = List.copyOf(columns);
        }

        public boolean has(String column) {
            return columns.contains(column);
        }

        /** Keeps subjects out of log lines. */
        @Override
        public String toString() {
            return "Form[" + jurisdiction + "]";
        }
    }

    /** A table, and its columns with their categories. */
    public record Table(String name, List<String> keys, List<Column> columns) {}

    /** One column. */
    public record Column(String value, String name, String category) {}

    static NewRequest empty(Site site, Ask ask) throws NoPageException {
        return of(
                site,
                ask.visitor(),
                new Form(ask.query("jurisdiction"), "", "", List.of(), "", Form.EMPTY.minutes()),
                null);
    }

    /** With why what was signed does not count. */
    NewRequest with(String why) {
        return new NewRequest(jurisdictions, form, tables, deciders, why, null, null, null);
    }

    /** Checks a form that was filled in. */
    static NewRequest of(Site site, Visitor visitor, Form form, @Nullable Instant now)
            throws NoPageException {
        Jurisdiction jurisdiction =
                form.jurisdiction().isEmpty()
                        ? site.jurisdictions().getFirst()
                        : site.jurisdiction(form.jurisdiction()).orElseThrow(NoPageException::new);
        Plan plan = jurisdiction.plan().get().plan();
        String problem = "";
        Request request = null;
        if (now != null) {
            try {
                request = request(plan, visitor, form, now);
                Optional<String> unfit =
                        RequestFit.problem(
                                request, plan, visitor.circle().organisation().longestGrants());
                problem = unfit.orElse("");
            } catch (PlanFormatException e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        Request good = problem.isEmpty() ? request : null;
        return new NewRequest(
                site.jurisdictions().stream().map(Jurisdiction::name).toList(),
                form,
                tables(plan),
                visitor.circle().independence().deciders(visitor.id()).stream()
                        .filter(Independence.Judgement::may)
                        .map(Independence.Judgement::person)
                        .toList(),
                problem,
                good == null ? null : good.toJson(),
                good == null ? null : good.digest(),
                good == null
                        ? null
                        : ToSign.of(visitor, SignedAct.Kind.FILE, good.digest(), good.filedAt()));
    }

    private static Request request(Plan plan, Visitor visitor, Form form, Instant now) {
        Instant filed = now.truncatedTo(ChronoUnit.SECONDS);
        if (form.ticket().isBlank()) {
            throw new PlanFormatException(
                    "say where the reason is written down; without a ticket there is break-glass, at the command line");
        }
        return new Request(
                visitor.id(),
                visitor.person().employer().map(Organisation.Party::text).orElse(""),
                plan.jurisdiction(),
                form.purpose(),
                form.ticket().strip(),
                views(plan, form.columns()),
                form.subjects().lines().map(String::strip).filter(key -> !key.isEmpty()).toList(),
                filed.plus(Duration.ofMinutes(minutes(form.minutes()))).toString(),
                filed.toString(),
                Request.newSalt());
    }

    private static long minutes(String text) {
        if (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > MAX_MINUTES) {
            throw new PlanFormatException("a request is for 1 to " + MAX_MINUTES + " minutes");
        }
        return Integer.parseInt(text);
    }

    private static List<Plan.View> views(Plan plan, List<String> columns) {
        Map<String, List<Plan.ViewColumn>> byTable = new TreeMap<>();
        Map<String, RelationName> names = new TreeMap<>();
        for (Plan.Table table : plan.tables()) {
            for (Plan.Column column : table.columns()) {
                if (columns.contains(value(table, column))) {
                    names.put(table.name().toString(), table.name());
                    byTable.computeIfAbsent(table.name().toString(), _ -> new ArrayList<>())
                            .add(new Plan.ViewColumn(column.name(), new Transform.Show()));
                }
            }
        }
        List<Plan.View> views = new ArrayList<>();
        names.forEach((text, name) ->
                views.add(new Plan.View(name, byTable.getOrDefault(text, List.of()))));
        return views;
    }

    private static String value(Plan.Table table, Plan.Column column) {
        return table.name() + "/" + column.name();
    }

    private static List<Table> tables(Plan plan) {
        return plan.tables().stream()
                .filter(table -> !table.subjects().isEmpty())
                .map(table ->
                        new Table(
                                table.name().toString(),
                                table.subjects(),
                                table.columns().stream()
                                        .map(column ->
                                                new Column(
                                                        value(table, column),
                                                        column.name(),
                                                        column.category()))
                                        .toList()))
                .toList();
    }

    /** Names nobody. */
    @Override
    public String toString() {
        return "NewRequest[" + form + "]";
    }
}
