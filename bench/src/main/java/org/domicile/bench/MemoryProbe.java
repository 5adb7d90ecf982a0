package org.domicile.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a Java process holds: its heap after a collection, and its resident memory. */
final class MemoryProbe {
    private static final double KIB_PER_MIB = 1_024;

    /** More than the half before by this factor and amount is growth; noise is less. */
    private static final double TOLERATED_FACTOR = 1.2;

    private static final double TOLERATED_HEAP_MIB = 16;
    private static final double TOLERATED_RESIDENT_MIB = 64;

    /** Fewer say nothing. */
    private static final int MIN_SAMPLES = 4;

    /** One moment's. */
    record Sample(double heapMib, double residentMib) {}

    private final Children children;
    private final String pid;
    private final List<Sample> samples = new ArrayList<>();

    MemoryProbe(Children children, Process process) {
        this.children = children;
        this.pid = Long.toString(process.pid());
    }

    Sample take() {
        tool("jcmd", pid, "GC.run");
        Sample sample = new Sample(heapMib(tool("jstat", "-gc", pid)), residentMib());
        samples.add(sample);
        return sample;
    }

    private String tool(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
        command.addAll(List.of(arguments));
        return children.run(Map.of(), "", command);
    }

    /** Reads jstat's table: what is used of the survivor spaces, eden and the old generation. */
    static double heapMib(String table) {
        String[] lines = table.strip().split("\n", -1);
        String[] names = lines[0].strip().split("\\s+", -1);
        String[] values = lines[lines.length - 1].strip().split("\\s+", -1);
        if (names.length != values.length) {
            throw new BenchException("jstat's table has another form than known:\n" + table);
        }
        double kib = 0;
        for (int i = 0; i < names.length; i++) {
            if (List.of("S0U", "S1U", "EU", "OU").contains(names[i])) {
                kib += Double.parseDouble(values[i]);
            }
        }
        return kib / KIB_PER_MIB;
    }

    private double residentMib() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", pid, "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Double.parseDouble(line.replaceAll("[^0-9]", "")) / KIB_PER_MIB;
                }
            }
        } catch (IOException e) {
            throw new BenchException("the gateway is gone", e);
        }
        throw new BenchException("this system tells no resident memory");
    }

    List<String> findings() {
        return findings(samples);
    }

    /** Where the second half's maximum is above the first's. */
    static List<String> findings(List<Sample> samples) {
        List<String> findings = new ArrayList<>();
        if (samples.size() < MIN_SAMPLES) {
            return findings;
        }
        List<Sample> first = samples.subList(0, samples.size() / 2);
        List<Sample> second = samples.subList(samples.size() / 2, samples.size());
        double heapBefore = first.stream().mapToDouble(Sample::heapMib).max().orElseThrow();
        double heapAfter = second.stream().mapToDouble(Sample::heapMib).max().orElseThrow();
        if (heapAfter > heapBefore * TOLERATED_FACTOR + TOLERATED_HEAP_MIB) {
            findings.add(
                    "the heap grew: at most %.0f MiB in the first half, %.0f in the second"
                            .formatted(heapBefore, heapAfter));
        }
        double residentBefore = first.stream().mapToDouble(Sample::residentMib).max().orElseThrow();
        double residentAfter = second.stream().mapToDouble(Sample::residentMib).max().orElseThrow();
        if (residentAfter > residentBefore * TOLERATED_FACTOR + TOLERATED_RESIDENT_MIB) {
            findings.add(
                    "resident memory grew: at most %.0f MiB in the first half, %.0f in the second"
                            .formatted(residentBefore, residentAfter));
        }
        return findings;
    }

    /** One line: each sample's heap and resident memory. */
    String text() {
        StringBuilder text = new StringBuilder("heap after a collection / resident, MiB:");
        samples.forEach(sample ->
                text.append(" %.0f/%.0f".formatted(sample.heapMib(), sample.residentMib())));
        return text.toString();
    }
}
