package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.domicile.policy.store.StoreApplier;
import org.domicile.policy.store.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code domicile apply}: makes each store be what the policy says. */
@Command(
        name = "apply",
        description = {
            "Makes each store be what the policy says, and reads it back. New views are built aside and",
            "switched to at once; then the sessions of changed audiences are ended. Applying twice changes",
            "nothing the second time.",
            "",
            "Refuses with exit status 2, and changes nothing, where a store was changed behind Domicile's",
            "back, unless told to --repair.",
            "",
            "With --watch it stays, and puts grants in force as soon as the second of two has approved them,",
            "and takes them out when they end. It looks twice a second, prints a line for each change, and",
            "changes nothing else: what domicile.yaml and people's audiences become takes another apply.",
            "While organisation.yaml cannot be read no grant is in force. Ctrl-C stops it, a kill does no harm."
        })
final class ApplyCommand implements Callable<Integer> {
    @Mixin private PolicyOptions policy = new PolicyOptions();

    @Option(names = "--repair", description = "Make anew what was changed behind Domicile's back.")
    private boolean isRepair;

    @Option(
            names = "--watch",
            description =
                    "Stay, and keep the stores' grants to what was approved and has not ended.")
    private boolean isWatching;

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Override
    public Integer call() throws SQLException, InterruptedException {
        if (isWatching && isJson) {
            throw new CommandFailure("--watch prints lines: leave out --json", ExitCode.USAGE);
        }
        Terminal terminal = new Terminal();
        List<PolicyOptions.Target> targets = policy.targets();
        List<Map<String, Object>> documents = new ArrayList<>();
        int worst = ExitCode.OK;
        for (PolicyOptions.Target target : targets) {
            try {
                StoreApplier.Applied applied = apply(terminal, target, isRepair);
                documents.add(
                        Map.of(
                                "jurisdiction", target.store().jurisdiction(),
                                "changed", applied.changed(),
                                "version", applied.version(),
                                "sessions_ended", applied.sessionsEnded(),
                                "leftovers", applied.leftovers()));
                if (!isJson) {
                    print(terminal, target.store().jurisdiction(), applied);
                }
            } catch (StoreException e) {
                worst =
                        Math.max(
                                worst,
                                e.reason() == StoreException.Reason.DRIFT
                                        ? ExitCode.DRIFT
                                        : ExitCode.FAILED);
                terminal.note(
                        "domicile: store " + target.store().jurisdiction() + ": " + e.getMessage());
                e.details().forEach(detail -> terminal.note("  " + detail));
                terminal.note("  " + e.hint());
            }
        }
        if (isJson) {
            terminal.print(Json.text(documents));
        }
        if (isWatching && worst == ExitCode.OK) {
            watch(terminal, targets);
        }
        return worst;
    }

    /** Until the process is told to stop. */
    private void watch(Terminal terminal, List<PolicyOptions.Target> targets)
            throws InterruptedException {
        List<GrantKeeper> keepers = new ArrayList<>();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> keepers.forEach(GrantKeeper::close), "stop-watching"));
        for (PolicyOptions.Target target : targets) {
            keepers.add(GrantKeeper.start(target.store(), policy.organisation(), terminal::print));
        }
        terminal.print("domicile watches for grants; Ctrl-C stops it");
        new CountDownLatch(1).await();
    }

    private static StoreApplier.Applied apply(
            Terminal terminal, PolicyOptions.Target target, boolean isRepair) throws SQLException {
        try (Connection compiler = target.store().asCompiler()) {
            return StoreGrants.of(compiler, target, terminal::note)
                    .apply(
                            isRepair,
                            progress ->
                                    terminal.progress(
                                            "store %s: %s %,d of %,d"
                                                    .formatted(
                                                            target.store().jurisdiction(),
                                                            progress.step(),
                                                            progress.done(),
                                                            progress.total())));
        }
    }

    private static void print(
            Terminal terminal, String jurisdiction, StoreApplier.Applied applied) {
        if (!applied.changed()) {
            terminal.print(
                    "store "
                            + jurisdiction
                            + ": nothing to change, plan version "
                            + applied.version());
            return;
        }
        PlanCommand.print(terminal, applied.planned());
        terminal.print(
                "store "
                        + jurisdiction
                        + ": applied and read back, plan version "
                        + applied.version()
                        + (applied.sessionsEnded() == 0
                                ? ""
                                : ", " + applied.sessionsEnded() + " sessions ended"));
        applied.leftovers()
                .forEach(schema ->
                        terminal.print(
                                "  "
                                        + schema
                                        + " is in use and could not be dropped; nobody may read it,"
                                        + " the next apply drops it"));
    }
}
