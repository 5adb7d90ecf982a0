package org.domicile.app;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.domicile.bench.ConsoleBench;
import org.domicile.bench.LedgerMeasure;
import org.domicile.console.access.Door;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code domicile bench console}. */
@Command(
        name = "console",
        description = {
            "Measures every page of the console over a ledger with many disclosures: starts the demo, fills the",
            "ledger of us as if they had been recorded over the last 30 days, starts the demo again, and asks",
            "each page as an overseer, in turn. Prints median and p99 beside the goal of 300 ms. Needs 1.5 GB",
            "of disk for each million of --entries, and some minutes to fill it."
        })
final class BenchConsoleCommand implements Callable<Integer> {
    private static final long MIN_ENTRIES = 1_000;

    @Mixin private BenchCommand.Place place = new BenchCommand.Place();

    @Option(names = "--json", description = "Print one JSON document in place of a table.")
    private boolean isJson;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "20",
            description = "How often each page is asked. Default: ${DEFAULT-VALUE}")
    private int rounds = 20;

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many disclosures the ledger has. Default: ${DEFAULT-VALUE}")
    private long entries = 1_000_000;

    @Override
    public Integer call() {
        if (entries < MIN_ENTRIES || rounds < 1) {
            throw new CommandFailure(
                    "--entries is at least " + MIN_ENTRIES + ", --rounds at least 1",
                    ExitCode.USAGE);
        }
        Map<String, String> pages = new LinkedHashMap<>();
        Arrays.stream(Door.values())
                .filter(door -> door.kind() == Door.Kind.PAGE)
                .forEach(door -> pages.put(door.name().toLowerCase(Locale.ROOT), door.path()));
        Terminal terminal = new Terminal();
        try (ConsoleBench bench =
                new ConsoleBench(
                        place.keep(),
                        BenchCommand.launcher(),
                        rounds,
                        entries,
                        terminal::progress)) {
            Runtime.getRuntime().addShutdownHook(new Thread(bench::close, "stop-bench"));
            List<LedgerMeasure> lines = bench.run(pages);
            BenchCommand.print(terminal, isJson, lines);
        }
        return ExitCode.OK;
    }
}
