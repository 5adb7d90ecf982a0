package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.domicile.control.request.Grants;
import org.domicile.plan.RelationName;
import org.domicile.policy.store.Change;
import org.domicile.policy.store.Drift;
import org.domicile.policy.store.Problem;
import org.domicile.policy.store.StorePlan;
import org.domicile.policy.store.StorePlanner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code domicile plan}: what apply would change in each store, and what changed by other hands.
 */
@Command(
        name = "plan",
        description = {
            "Shows what apply would change in each store: + comes, ~ changes, - goes. Changes nothing.",
            "",
            "Lists the columns that the store has and the policy does not classify: nobody sees them.",
            "Exit status 2 when a store was changed behind Domicile's back (drift)."
        })
final class PlanCommand implements Callable<Integer> {
    /** Unclassified columns beyond this many tables are only counted. */
    static final int MAX_UNCLASSIFIED_LISTED = 40;

    @Mixin private PolicyOptions policy = new PolicyOptions();

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Override
    public Integer call() throws SQLException {
        Terminal terminal = new Terminal();
        List<StorePlan> plans = new ArrayList<>();
        for (PolicyOptions.Target target : policy.targets()) {
            try (Connection compiler = target.store().asCompiler()) {
                Grants wanted = StoreGrants.of(compiler, target, terminal::note).merged();
                plans.add(
                        StorePlanner.plan(
                                compiler, wanted.plan(), wanted.roster(), target.store().secret()));
            }
        }
        if (isJson) {
            terminal.print(Json.text(plans.stream().map(PlanCommand::document).toList()));
        } else {
            plans.forEach(plan -> print(terminal, plan));
        }
        boolean drifted = plans.stream().anyMatch(plan -> !plan.drift().isEmpty());
        boolean impossible = plans.stream().anyMatch(plan -> !plan.problems().isEmpty());
        return impossible ? ExitCode.FAILED : drifted ? ExitCode.DRIFT : ExitCode.OK;
    }

    static void print(Terminal terminal, StorePlan plan) {
        terminal.print(
                terminal.paint(Terminal.Colour.BOLD, "store " + plan.jurisdiction())
                        + (plan.version() == 0
                                ? ", no plan yet"
                                : ", plan version " + plan.version()));
        for (Drift drift : plan.drift()) {
            terminal.print(terminal.paint(Terminal.Colour.RED, "! " + drift.text()));
        }
        for (Change change : plan.changes()) {
            change.lines().forEach(line -> terminal.print("  " + painted(terminal, change, line)));
        }
        for (Problem problem : plan.problems()) {
            terminal.print(terminal.paint(Terminal.Colour.RED, "x " + problem.text()));
        }
        plan.notes().forEach(note -> terminal.print("  " + note));
        printUnclassified(terminal, plan.unclassified());
        if (!plan.drift().isEmpty()) {
            terminal.print(
                    "Drift: "
                            + plan.drift().size()
                            + " things are not as the last apply left them. Find out who did it;"
                            + " `domicile apply --repair` makes them anew.");
        }
        if (!plan.problems().isEmpty()) {
            terminal.print(
                    plan.problems().size() + " problems; apply refuses until they are mended.");
        }
        terminal.print(plan.summary());
    }

    private static void printUnclassified(
            Terminal terminal, Map<RelationName, List<String>> unclassified) {
        if (unclassified.isEmpty()) {
            return;
        }
        terminal.print("  not classified, so nobody sees it:");
        unclassified.entrySet().stream()
                .limit(MAX_UNCLASSIFIED_LISTED)
                .forEach(table ->
                        terminal.print(
                                "    "
                                        + table.getKey()
                                        + " ("
                                        + String.join(", ", table.getValue())
                                        + ")"));
        int more = unclassified.size() - MAX_UNCLASSIFIED_LISTED;
        if (more > 0) {
            terminal.print("    and " + more + " more tables; --json lists all");
        }
    }

    private static String painted(Terminal terminal, Change change, String line) {
        return terminal.paint(
                switch (change.kind()) {
                    case ADD -> Terminal.Colour.GREEN;
                    case CHANGE -> Terminal.Colour.YELLOW;
                    case REMOVE -> Terminal.Colour.RED;
                },
                line);
    }

    static Map<String, Object> document(StorePlan plan) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("jurisdiction", plan.jurisdiction());
        document.put("version", plan.version());
        document.put(
                "changes",
                plan.changes().stream()
                        .map(change ->
                                Map.of(
                                        "kind",
                                                change.kind()
                                                        .name()
                                                        .toLowerCase(java.util.Locale.ROOT),
                                        "what", change.what(),
                                        "details", change.details()))
                        .toList());
        document.put("drift", plan.drift().stream().map(Drift::text).toList());
        document.put("problems", plan.problems().stream().map(Problem::text).toList());
        Map<String, Object> unclassified = new LinkedHashMap<>();
        plan.unclassified()
                .forEach((table, columns) -> unclassified.put(table.toString(), columns));
        document.put("unclassified", unclassified);
        document.put("notes", plan.notes());
        return document;
    }
}
