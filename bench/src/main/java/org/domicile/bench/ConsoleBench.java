package org.domicile.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.domicile.ledger.note.LogSigner;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * The console's pages, timed where the ledger behind them is large: the demo, started once to have
 * its plan and keys, then again over a ledger that {@link DisclosureFill} has made. Pages are asked
 * over one connection, as an overseer; the time is that of the client, to the last byte.
 */
public final class ConsoleBench implements AutoCloseable {
    private static final String VISITOR = "overseer";
    private static final int WARM_UPS = 3;
    private static final double PAGE_GOAL_MILLIS = 300;

    /** A console lets nobody ask more often in a minute. */
    private static final int MAX_ASKED_A_MINUTE = 1_000;

    private static final int POLL_MILLIS = 250;

    private final Path root;
    private final boolean isKept;
    private final int rounds;
    private final long disclosures;
    private final Consumer<String> progress;
    private final Children children;
    private final DemoRun demo;

    /**
     * @param keep where everything stays; among the temporary files and deleted afterwards where
     *     null
     */
    public ConsoleBench(
            @Nullable Path keep,
            String launcher,
            int rounds,
            long disclosures,
            Consumer<String> progress) {
        this.root = Site.place(keep);
        this.isKept = keep != null;
        this.rounds = rounds;
        this.disclosures = disclosures;
        this.progress = progress;
        this.children = new Children(root);
        this.demo = new DemoRun(root, launcher, children);
    }

    /**
     * Measures.
     *
     * @param pages the address of every page by its name, with parameters in braces
     */
    public List<LedgerMeasure> run(Map<String, String> pages) {
        try {
            progress.accept("the demo, for its keys and its plan …");
            Process first = demo.start();
            demo.ask();
            DemoRun.stop(first);
            Plan plan = demo.plan();
            demo.register();
            // What follows from the ledger goes with it.
            for (String kept : List.of("ledger", "meters", "freezes")) {
                Site.delete(demo.directory().resolve(kept).resolve(DemoRun.JURISDICTION));
            }
            Files.deleteIfExists(
                    demo.directory().resolve("ledger").resolve(DemoRun.JURISDICTION + ".index"));
            long entries =
                    DisclosureFill.make(
                            demo.directory().resolve("ledger").resolve(DemoRun.JURISDICTION),
                            LogSigner.load(
                                    demo.directory()
                                            .resolve("keys")
                                            .resolve(DemoRun.JURISDICTION + ".key")),
                            plan,
                            disclosures,
                            progress);
            progress.accept("the demo again, over %,d entries …".formatted(entries));
            long startNanos = System.nanoTime();
            Process process = demo.start();
            double seconds = secondsSince(startNanos);
            List<LedgerMeasure> measures = new ArrayList<>();
            measures.add(LedgerMeasure.of("entries", (double) entries, ""));
            measures.add(LedgerMeasure.of("ready, meters counted again", seconds, "s"));
            measure(addresses(pages, plan, entries, demo.fileRequest()), measures);
            DemoRun.stop(process);
            return measures;
        } catch (IOException e) {
            throw new BenchException("cannot work in " + root + ": " + e.getMessage(), e);
        }
    }

    /** What is asked, by what it is called. */
    private static Map<String, String> addresses(
            Map<String, String> pages, Plan plan, long entries, String request) {
        Map<String, String> addresses = new LinkedHashMap<>();
        pages.forEach((name, path) ->
                addresses.put(
                        name,
                        path.replace("{jurisdiction}", DemoRun.JURISDICTION)
                                .replace("{entry}", Long.toString(entries / 2))
                                .replace("{person}", DemoRun.REQUESTER)
                                .replace("{request}", request)));
        Plan.Audience audience = plan.audiences().getLast();
        LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(DisclosureFill.DAYS / 2);
        String found = "/disclosures?jurisdiction=" + DemoRun.JURISDICTION + "&type=";
        String ofAudience =
                "disclosure&counterparty="
                        + audience.counterparty()
                        + "&purpose="
                        + audience.purposes().getFirst();
        String table =
                "&table=" + ConsoleClient.encoded(audience.views().getLast().table().toString());
        addresses.put("disclosures, in the middle", found + "disclosure&before=" + entries / 2);
        addresses.put("disclosures, of one audience", found + ofAudience);
        addresses.put(
                "disclosures, by everything",
                found + ofAudience + table + "&from=" + day + "&to=" + day.plusDays(1));
        addresses.put(
                "disclosures, of one old day", found + "&from=" + day + "&to=" + day.plusDays(1));
        addresses.put("disclosures, the rarest kind", found + "policy-applied");
        addresses.put("disclosures, none found", found + "disclosure&counterparty=nobody");
        return addresses;
    }

    private void measure(Map<String, String> addresses, List<LedgerMeasure> measures)
            throws IOException {
        try (ConsoleClient client =
                new ConsoleClient(demo.console(), VISITOR, demo.password(VISITOR))) {
            makeIndex(client, measures);
            Map<String, List<Double>> millis = new LinkedHashMap<>();
            for (int round = -WARM_UPS; round < rounds; round++) {
                progress.accept("round %d of %d".formatted(Math.max(0, round + 1), rounds));
                long startNanos = System.nanoTime();
                for (Map.Entry<String, String> page : addresses.entrySet()) {
                    double taken = millis(client, page.getValue());
                    if (round >= 0) {
                        millis.computeIfAbsent(page.getKey(), _ -> new ArrayList<>()).add(taken);
                    }
                }
                pace(addresses.size(), startNanos);
            }
            millis.forEach((name, taken) -> {
                measures.add(LedgerMeasure.of(name, Samples.median(taken), "ms"));
                measures.add(
                        LedgerMeasure.atMost(
                                "  " + name + ", p99", p99(taken), "ms", PAGE_GOAL_MILLIS));
            });
        }
    }

    /** The index is new; how long it takes to be made, and what a page takes meanwhile. */
    private void makeIndex(ConsoleClient client, List<LedgerMeasure> measures) {
        progress.accept("the index is made …");
        long startNanos = System.nanoTime();
        List<Double> meanwhile = new ArrayList<>();
        boolean isMade = false;
        while (!isMade) {
            long asked = System.nanoTime();
            isMade = !client.get("/api/overview").contains("watch.indexing");
            meanwhile.add((System.nanoTime() - asked) / 1e6);
            Pause.millis(POLL_MILLIS);
        }
        measures.add(
                LedgerMeasure.of("index made, after the start", secondsSince(startNanos), "s"));
        measures.add(LedgerMeasure.of("  overview meanwhile, p99", p99(meanwhile), "ms"));
    }

    private static double millis(ConsoleClient client, String address) {
        long startNanos = System.nanoTime();
        client.get(address);
        return (System.nanoTime() - startNanos) / 1e6;
    }

    private static void pace(int asked, long startNanos) {
        long shortest = TimeUnit.MINUTES.toMillis(1) * asked / MAX_ASKED_A_MINUTE;
        Pause.millis(
                Math.max(
                        0,
                        shortest - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos)));
    }

    private static double p99(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100));
    }

    private static double secondsSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** Ends what was started, and deletes what is not to be kept; harmless when called again. */
    @Override
    public synchronized void close() {
        children.close();
        if (!isKept) {
            try {
                Site.delete(root);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("cannot delete " + root, e);
            }
        }
    }
}
