package org.domicile.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.domicile.bench.BenchReport;
import org.domicile.bench.GatewayBench;
import org.domicile.bench.LedgerBench;
import org.domicile.bench.LedgerMeasure;
import org.domicile.bench.Soak;
import org.domicile.bench.SoakReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code domicile bench}: measures this checkout on this machine. */
@Command(
        name = "bench",
        description = "Measures what this is on this machine; everything runs on 127.0.0.1.",
        subcommands = {
            BenchCommand.Gateway.class,
            BenchCommand.SoakGateway.class,
            BenchCommand.LedgerAlone.class,
            BenchConsoleCommand.class
        })
final class BenchCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new CommandFailure("say which: gateway, soak, ledger or console", ExitCode.USAGE);
    }

    /** What every measurement is told. */
    static final class Place {
        @Option(
                names = "--keep",
                paramLabel = "DIR",
                description =
                        "Work in this directory and leave store, ledger and logs there; a second run"
                                + " takes its store up. Default: a temporary one, deleted afterwards.")
        private @Nullable Path keep;

        @Nullable Path keep() {
            return keep;
        }
    }

    /** How often and how long, and how it is told. */
    static final class Sampling {
        @Option(names = "--json", description = "Print one JSON document in place of a table.")
        private boolean isJson;

        @Option(
                names = "--rounds",
                paramLabel = "N",
                defaultValue = "5",
                description = "How often everything is measured. Default: ${DEFAULT-VALUE}")
        private int rounds = 5;

        @Option(
                names = "--seconds",
                paramLabel = "S",
                defaultValue = "5",
                description = "How long each timed run takes. Default: ${DEFAULT-VALUE}")
        private int seconds = 5;

        private void requireUsable() {
            if (rounds < 1 || seconds < 1) {
                throw new CommandFailure("--rounds and --seconds are at least 1", ExitCode.USAGE);
            }
        }
    }

    /** {@code domicile bench gateway}. */
    @Command(
            name = "gateway",
            description = {
                "Measures the gateway beside PostgreSQL itself and PgBouncer: one store with a million",
                "impressions, the same views and login roles, taking turns. Prints medians, ratios and",
                "the goals; exits with 0 whether or not they are met. Takes some 15 minutes.",
                "",
                "Needs pgbench and pgbouncer. The machine should have nothing else to do."
            })
    static final class Gateway implements Callable<Integer> {
        @picocli.CommandLine.Mixin private Place place = new Place();

        @picocli.CommandLine.Mixin private Sampling sampling = new Sampling();

        @Override
        public Integer call() {
            sampling.requireUsable();
            Terminal terminal = new Terminal();
            try (GatewayBench bench =
                    new GatewayBench(
                            sampling.rounds,
                            sampling.seconds,
                            place.keep,
                            launcher(),
                            terminal::progress)) {
                Runtime.getRuntime().addShutdownHook(new Thread(bench::close, "stop-bench"));
                BenchReport report = bench.run(Demo.files());
                if (sampling.isJson) {
                    terminal.print(Json.text(report.document()));
                } else {
                    report.lines().forEach(terminal::print);
                }
            }
            return ExitCode.OK;
        }
    }

    /** {@code domicile bench soak}. */
    @Command(
            name = "soak",
            description = {
                "Runs 64 clients against a gateway in a small heap: they ask at random, leave in the",
                "middle, cancel, and lose their backends. Exits with 1 unless in the end no backend is",
                "left, memory did not grow, the ledger verifies and every row that a client was sent is",
                "in it."
            })
    static final class SoakGateway implements Callable<Integer> {
        private static final int SECONDS_PER_MINUTE = 60;

        @picocli.CommandLine.Mixin private Place place = new Place();

        @Option(
                names = "--minutes",
                paramLabel = "M",
                defaultValue = "10",
                description = "How long. Default: ${DEFAULT-VALUE}")
        private double minutes = 10;

        @Option(
                names = "--seed",
                paramLabel = "SEED",
                defaultValue = "1",
                description = "Which random choices. Default: ${DEFAULT-VALUE}")
        private long seed = 1;

        @Override
        public Integer call() {
            int seconds = (int) (minutes * SECONDS_PER_MINUTE);
            if (seconds < 1) {
                throw new CommandFailure("--minutes is more than 0", ExitCode.USAGE);
            }
            Terminal terminal = new Terminal();
            try (Soak soak = new Soak(seconds, seed, place.keep, launcher(), terminal::progress)) {
                Runtime.getRuntime().addShutdownHook(new Thread(soak::close, "stop-soak"));
                SoakReport report = soak.run(Demo.files());
                report.lines().forEach(terminal::print);
                return report.isClean() ? ExitCode.OK : ExitCode.FAILED;
            }
        }
    }

    /** {@code domicile bench ledger}. */
    @Command(
            name = "ledger",
            description = {
                "Measures the ledger beside the disk alone: durable entries of 64 writers against syncs",
                "of as many bytes, latency at half of that load, verifying; a mirror beside a plain copy of",
                "the same files; and a large log: memory, opening, inclusion proofs. Needs some GB of disk,",
                "and 0.6 GB for each million of --entries. The machine should have nothing else to do."
            })
    static final class LedgerAlone implements Callable<Integer> {
        private static final long MIN_ENTRIES = 1_000;

        @picocli.CommandLine.Mixin private Sampling sampling = new Sampling();

        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description =
                        "An existing directory on the disk to measure. Default: that of temporary files.")
        private @Nullable Path directory;

        @Option(
                names = "--entries",
                paramLabel = "N",
                defaultValue = "1000000",
                description = "How many the large log has. Default: ${DEFAULT-VALUE}")
        private long entries = 1_000_000;

        @Override
        public Integer call() throws IOException {
            sampling.requireUsable();
            if (entries < MIN_ENTRIES) {
                throw new CommandFailure("--entries is at least " + MIN_ENTRIES, ExitCode.USAGE);
            }
            Terminal terminal = new Terminal();
            List<LedgerMeasure> lines =
                    LedgerBench.measure(
                            directory,
                            sampling.rounds,
                            sampling.seconds,
                            entries,
                            terminal::progress);
            print(terminal, sampling.isJson, lines);
            return ExitCode.OK;
        }
    }

    /** Prints what was measured, as lines or as one document. */
    static void print(Terminal terminal, boolean isJson, List<LedgerMeasure> lines) {
        if (isJson) {
            terminal.print(
                    Json.text(
                            Map.of(
                                    "measures",
                                    lines.stream().map(BenchCommand::document).toList())));
        } else {
            lines.forEach(line -> terminal.print(text(line)));
        }
    }

    private static Map<String, Object> document(LedgerMeasure line) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", line.name().strip());
        document.put("median", line.value());
        document.put("unit", line.unit());
        if (!line.goal().isEmpty()) {
            document.put("goal", line.goal());
            document.put("met", line.isMet());
        }
        return document;
    }

    private static String text(LedgerMeasure line) {
        String goal =
                line.goal().isEmpty() ? "" : line.goal() + (line.isMet() ? ", met" : ", NOT met");
        return String.format(
                        Locale.ROOT,
                        line.value() >= 100 ? "%-38s %,12.0f %-4s  %s" : "%-38s %,12.3f %-4s  %s",
                        line.name(),
                        line.value(),
                        line.unit(),
                        goal)
                .stripTrailing();
    }

    /** The program by which this one was started; what is measured is started by it too. */
    static String launcher() {
        String launcher = System.getProperty("domicile.launcher");
        if (launcher == null) {
            throw new CommandFailure("start this by ./domicile: it starts that itself");
        }
        return launcher;
    }
}
