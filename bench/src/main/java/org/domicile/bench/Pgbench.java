package org.domicile.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs of PostgreSQL's pgbench, always with scripts of our own. */
final class Pgbench {
    /** As many threads as the machines have cores that the goals were set on. */
    private static final int THREADS = 2;

    private static final Pattern RATE = Pattern.compile("(?m)^tps = ([0-9.]+)");
    private static final Pattern FAILED =
            Pattern.compile("(?m)^number of failed transactions: ([0-9]+)");
    private static final String ABORTED = "Run was aborted";

    /** How a run is made. */
    enum Mode {
        PREPARED,
        SIMPLE,
        /** A connection for each transaction. */
        RECONNECTING
    }

    private final Children children;
    private final Path folder;
    private final String program;

    Pgbench(Children children, Path folder) throws IOException {
        this.children = children;
        this.folder = Files.createDirectories(folder);
        this.program = Programs.PGBENCH.require().toString();
    }

    /** Writes a script and returns its file. */
    Path script(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name + ".sql"), text);
    }

    /** Transactions in a second, connections included where each has its own. */
    double rate(Endpoint endpoint, Path script, Mode mode, int clients, int seconds) {
        return rateOf(run(endpoint, command(script, mode, clients, seconds)));
    }

    /** Runs and forgets: until compilers have seen what is asked, a rate would say little. */
    void warmUp(Endpoint endpoint, Path script, Mode mode, int clients, int seconds) {
        run(endpoint, command(script, mode, clients, seconds));
    }

    /** The median time of a transaction of one client, in milliseconds. */
    double medianMillis(Endpoint endpoint, Path script, int seconds) {
        List<String> command = command(script, Mode.PREPARED, 1, seconds);
        Path prefix = folder.resolve("latency");
        command.addAll(List.of("-l", "--log-prefix", prefix.toString()));
        try {
            run(endpoint, command);
            List<Double> millis = new ArrayList<>();
            for (Path log : logs()) {
                for (String line : Files.readAllLines(log)) {
                    millis.add(millisOf(line));
                }
                Files.delete(log);
            }
            return Samples.median(millis);
        } catch (IOException e) {
            throw new BenchException("cannot read pgbench's log", e);
        }
    }

    private List<Path> logs() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("latency."))
                    .toList();
        }
    }

    private List<String> command(Path script, Mode mode, int clients, int seconds) {
        List<String> command = new ArrayList<>(List.of(program, "-n", "-f", script.toString()));
        command.addAll(List.of("-c", Integer.toString(clients)));
        command.addAll(List.of("-j", Integer.toString(Math.min(clients, THREADS))));
        command.addAll(List.of("-T", Integer.toString(seconds)));
        switch (mode) {
            case PREPARED -> command.addAll(List.of("-M", "prepared"));
            case SIMPLE -> command.addAll(List.of("-M", "simple"));
            case RECONNECTING -> command.addAll(List.of("-M", "simple", "-C"));
        }
        return command;
    }

    private String run(Endpoint endpoint, List<String> command) {
        return children.run(endpoint.environment(), "", command);
    }

    /** Reads what a run printed; one of which a part failed is not a measurement. */
    static double rateOf(String output) {
        Matcher failed = FAILED.matcher(output);
        if (output.contains(ABORTED) || (failed.find() && !failed.group(1).equals("0"))) {
            throw new BenchException("a pgbench run failed:\n" + output.strip());
        }
        Matcher rate = RATE.matcher(output);
        if (!rate.find()) {
            throw new BenchException(
                    "pgbench told no rate; its runs may be too short (--seconds):\n"
                            + output.strip());
        }
        return Double.parseDouble(rate.group(1));
    }

    /** Reads a line of the log: {@code client transaction microseconds script second fraction}. */
    static double millisOf(String line) {
        String[] fields = line.split(" ", -1);
        if (fields.length < 6) {
            throw new BenchException("pgbench's log has another form than known: " + line);
        }
        return Long.parseLong(fields[2]) / 1_000.0;
    }
}
