package org.domicile.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.LedgerWrites;
import org.domicile.ledger.note.LogSigner;
import org.jspecify.annotations.Nullable;

/**
 * The ledger measured beside the disk alone: durable entries of 64 writers against {@code
 * fdatasync} of as many bytes in as large groups, then latency at half of that load and
 * verification of what was written; then {@link MirrorBench} and {@link LargeLog}.
 */
public final class LedgerBench {
    private static final int WRITERS = 64;

    /** Makes a leaf of about 600 bytes, the size the goal speaks of. */
    private static final String STATEMENT = "SELECT id FROM users WHERE handle = $1".repeat(5);

    private static final byte[] PLAN = "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private static final double ENTRIES_GOAL = 10_000;
    private static final double DISK_GOAL = 0.5;
    private static final double P99_GOAL_MILLIS = 10;
    private static final double VERIFIED_GOAL = 400_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Path folder;
    private final int rounds;
    private final int seconds;
    private final Consumer<String> progress;

    private LedgerBench(Path folder, int rounds, int seconds, Consumer<String> progress) {
        this.folder = folder;
        this.rounds = rounds;
        this.seconds = seconds;
        this.progress = progress;
    }

    /**
     * Measures in a directory of its own, which is deleted.
     *
     * @param parent on the disk that is measured; among the temporary files where null
     * @param entries of the large log
     */
    public static List<LedgerMeasure> measure(
            @Nullable Path parent, int rounds, int seconds, long entries, Consumer<String> progress)
            throws IOException {
        Path folder =
                parent == null
                        ? Files.createTempDirectory("domicile-bench")
                        : Files.createTempDirectory(parent, "domicile-bench");
        try {
            List<LedgerMeasure> measures =
                    new ArrayList<>(new LedgerBench(folder, rounds, seconds, progress).run());
            Path mirror = Files.createDirectory(folder.resolve("mirror"));
            measures.addAll(new MirrorBench(mirror, progress).run(rounds));
            Site.delete(mirror);
            Path large = Files.createDirectory(folder.resolve("large"));
            measures.addAll(new LargeLog(large, entries, progress).run());
            return List.copyOf(measures);
        } finally {
            Site.delete(folder);
        }
    }

    private List<LedgerMeasure> run() {
        List<Round> all = new ArrayList<>();
        try {
            LogSigner signer = LogSigner.generate(folder.resolve("log.key"), "bench.example/log");
            progress.accept("warming up …");
            round(signer, 0);
            for (int i = 1; i <= rounds; i++) {
                progress.accept("round %d of %d".formatted(i, rounds));
                all.add(round(signer, i));
            }
        } catch (IOException e) {
            throw new BenchException("cannot write to " + folder, e);
        } catch (LedgerDamage e) {
            throw new BenchException("the ledger does not verify: " + e.getMessage(), e);
        }
        return lines(all);
    }

    private record Round(
            double rate,
            double diskRate,
            double group,
            double bytes,
            double p50,
            double p99,
            double verified,
            double verifiedOfCpu) {}

    private static List<LedgerMeasure> lines(List<Round> all) {
        return List.of(
                LedgerMeasure.atLeast(
                        "durable entries, 64 writers",
                        median(all, Round::rate),
                        "/s",
                        ENTRIES_GOAL),
                LedgerMeasure.of("  bytes of leaf and body", median(all, Round::bytes), "B"),
                LedgerMeasure.of("  entries for each sync", median(all, Round::group), ""),
                LedgerMeasure.of("  disk alone, same groups", median(all, Round::diskRate), "/s"),
                LedgerMeasure.atLeast(
                        "  ratio",
                        median(all, round -> round.rate() / round.diskRate()),
                        "x",
                        DISK_GOAL),
                LedgerMeasure.of("at half that load, p50", median(all, Round::p50), "ms"),
                LedgerMeasure.atMost(
                        "at half that load, p99", median(all, Round::p99), "ms", P99_GOAL_MILLIS),
                LedgerMeasure.atLeast(
                        "verified, of CPU time",
                        median(all, Round::verifiedOfCpu),
                        "/s",
                        VERIFIED_GOAL),
                LedgerMeasure.of("  of the clock", median(all, Round::verified), "/s"));
    }

    private static double median(
            List<Round> all, java.util.function.ToDoubleFunction<Round> value) {
        return Samples.median(all.stream().map(value::applyAsDouble).toList());
    }

    private Round round(LogSigner signer, int number) throws IOException, LedgerDamage {
        Path directory = folder.resolve("ledger-" + number);
        LedgerWrites before;
        LedgerWrites written;
        double rate;
        double[] latencies;
        try (Ledger ledger = Ledger.open(directory, signer, LedgerOptions.defaults())) {
            String plan = ledger.putDocument(PLAN);
            before = ledger.writes();
            rate = closedLoop(ledger, plan);
            written = ledger.writes();
            latencies = paced(ledger, plan, rate / 2);
        }
        long start = System.nanoTime();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long entries =
                LedgerVerifier.verify(directory, signer.verifierKey(), entry -> {}).entries();
        double verifiedOfCpu = entries * 1e9 / (THREADS.getCurrentThreadCpuTime() - cpu);
        double verified = entries * 1e9 / (System.nanoTime() - start);
        double group =
                (double) (written.entries() - before.entries())
                        / Math.max(1, written.groups() - before.groups());
        double bytes =
                (double) (written.bytes() - before.bytes())
                        / Math.max(1, written.entries() - before.entries());
        double diskRate = diskAlone((int) (group * bytes)) * group;
        Site.delete(directory);
        return new Round(
                rate,
                diskRate,
                group,
                bytes,
                percentile(latencies, 0.5),
                percentile(latencies, 0.99),
                verified,
                verifiedOfCpu);
    }

    private static double percentile(double[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))];
    }

    /** Each writer appends again as soon as its last entry is durable; entries a second. */
    private double closedLoop(Ledger ledger, String plan) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long start = System.nanoTime();
        long entries =
                all(
                                writer -> {
                                    long count = 0;
                                    while (System.nanoTime() < end) {
                                        append(ledger, plan, writer, count++);
                                    }
                                    return new double[] {count};
                                })
                        .stream()
                        .mapToLong(counts -> (long) counts[0])
                        .sum();
        return entries * 1e9 / (System.nanoTime() - start);
    }

    /** Each writer keeps to its times, whatever the ledger does; sorted milliseconds. */
    private double[] paced(Ledger ledger, String plan, double rate) {
        long pause = (long) (1e9 * WRITERS / rate);
        int count = (int) Math.max(1, TimeUnit.SECONDS.toNanos(seconds) / pause);
        long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
        List<double[]> latencies =
                all(writer -> {
                    double[] millis = new double[count];
                    for (int i = 0; i < count; i++) {
                        long due = start + i * pause + writer * pause / WRITERS;
                        long wait;
                        while ((wait = due - System.nanoTime()) > 0) {
                            LockSupport.parkNanos(wait);
                        }
                        append(ledger, plan, WRITERS + writer, i);
                        millis[i] = (System.nanoTime() - due) / 1e6;
                    }
                    return millis;
                });
        double[] sorted = latencies.stream().flatMapToDouble(Arrays::stream).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    @FunctionalInterface
    private interface Writer {
        double[] run(int writer);
    }

    private static List<double[]> all(Writer writer) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<double[]>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int number = i;
                running.add(threads.submit(() -> writer.run(number)));
            }
            List<double[]> results = new ArrayList<>();
            for (Future<double[]> one : running) {
                results.add(one.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        } catch (java.util.concurrent.ExecutionException e) {
            throw new BenchException("a writer failed: " + e.getCause(), e);
        }
    }

    private static void append(Ledger ledger, String plan, int session, long sequence) {
        Fact fact =
                new Fact.Refusal(
                        "%032x".formatted(session),
                        sequence,
                        plan,
                        "parent",
                        "parent_analytics",
                        "analytics",
                        "42501",
                        "purpose-unset",
                        STATEMENT);
        ledger.append(fact, Map.of("accessor", "parent_analyst"));
    }

    /** How many groups of so many bytes the disk takes a second, written and synced in turn. */
    private double diskAlone(int bytes) throws IOException {
        Path file = folder.resolve("disk-alone");
        ByteBuffer group = ByteBuffer.allocateDirect(Math.max(1, bytes));
        long count = 0;
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE)) {
            while (System.nanoTime() < end) {
                group.clear();
                while (group.hasRemaining()) {
                    channel.write(group);
                }
                channel.force(false);
                count++;
            }
        }
        Files.deleteIfExists(file);
        return count * 1e9 / (System.nanoTime() - start);
    }
}
