package org.domicile.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.mirror.Mirror;
import org.domicile.ledger.mirror.MirrorAlarm;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.serve.LedgerServer;

/**
 * A verified copy of a log beside a plain copy of the same files, from the same web server over
 * loopback with as many connections, in turn.
 */
final class MirrorBench {
    /** The mirror's speed is to be at least so much of the plain copy's. */
    private static final double GOAL = 0.7;

    private static final int PARALLEL = Mirror.Options.defaults().parallel();
    private static final byte[] PLAN = "{}".getBytes(StandardCharsets.UTF_8);
    private static final double MEGA = 1e6;
    private static final int ENTRIES = 60_000;

    private final Path directory;
    private final Consumer<String> progress;

    /**
     * @param directory an empty one; it has the ledger and the copies afterwards
     */
    MirrorBench(Path directory, Consumer<String> progress) {
        this.directory = directory;
        this.progress = progress;
    }

    /** Makes the ledger, then copies it both ways, once for warming up and {@code rounds} times. */
    List<LedgerMeasure> run(int rounds) {
        try {
            Path ledger = directory.resolve("ledger");
            LogSigner signer =
                    LogSigner.generate(directory.resolve("log.key"), "example.com/bench");
            fill(ledger, signer);
            List<String> names = publicFiles(ledger);
            List<Double> copies = new ArrayList<>();
            List<Double> mirrors = new ArrayList<>();
            try (LedgerServer server =
                            LedgerServer.start(
                                    ledger,
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    HttpClient client = HttpClient.newHttpClient()) {
                URI url = URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
                for (int round = -1; round < rounds; round++) {
                    progress.accept("mirror, round " + (round + 1) + " of " + rounds);
                    double copy = copy(client, url, names, round);
                    double mirror = mirror(url, signer, round);
                    if (round >= 0) {
                        copies.add(copy);
                        mirrors.add(mirror);
                    }
                }
            }
            long bytes = 0;
            for (String name : names) {
                bytes += Files.size(ledger.resolve(name));
            }
            double copy = bytes / MEGA / Samples.median(copies);
            double mirror = bytes / MEGA / Samples.median(mirrors);
            return List.of(
                    LedgerMeasure.of("mirror, over loopback HTTP", mirror, "MB/s"),
                    LedgerMeasure.of("  plain copy of the files", copy, "MB/s"),
                    LedgerMeasure.atLeast("  ratio", mirror / copy, "x", GOAL));
        } catch (IOException | LedgerDamage | MirrorAlarm e) {
            throw new BenchException("cannot measure the mirror: " + e.getMessage(), e);
        }
    }

    private void fill(Path ledger, LogSigner signer) {
        progress.accept("mirror: writing a ledger of " + ENTRIES + " entries");
        try (Ledger open = Ledger.open(ledger, signer, LedgerOptions.defaults())) {
            String plan = open.putDocument(PLAN);
            Map<String, String> fields = Map.of("a", "1", "b", "2", "c", "3", "d", "4");
            AppendListener nobody =
                    new AppendListener() {
                        @Override
                        public void durable(long index) {}

                        @Override
                        public void failed(LedgerException reason) {}
                    };
            for (int i = 0; i < ENTRIES; i++) {
                Fact fact = new Fact.PolicyApplied(i, plan, plan);
                // Where the line is full, the blocking append waits.
                if (!open.append(fact, fields, nobody)) {
                    open.append(fact, fields);
                }
            }
        }
    }

    private static List<String> publicFiles(Path ledger) throws IOException {
        List<String> names = new ArrayList<>(List.of("checkpoint", "log.vkey"));
        for (String folder : List.of("tile", "documents")) {
            Files.walkFileTree(
                    ledger.resolve(folder),
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
                            names.add(ledger.relativize(file).toString());
                            return FileVisitResult.CONTINUE;
                        }
                    });
        }
        return names;
    }

    private double copy(HttpClient client, URI url, List<String> names, int round)
            throws IOException {
        Path target = directory.resolve("copy" + round);
        for (String name : names) {
            Files.createDirectories(target.resolve(name).getParent());
        }
        ConcurrentLinkedQueue<String> left = new ConcurrentLinkedQueue<>(names);
        long start = System.nanoTime();
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(PARALLEL)) {
            for (int i = 0; i < PARALLEL; i++) {
                workers.add(
                        threads.submit(() -> {
                            for (String name = left.poll(); name != null; name = left.poll()) {
                                HttpRequest request =
                                        HttpRequest.newBuilder(url.resolve(name)).build();
                                client.send(request, BodyHandlers.ofFile(target.resolve(name)));
                            }
                            return null;
                        }));
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        for (Future<?> worker : workers) {
            if (worker.state() == Future.State.FAILED) {
                throw new IOException(worker.exceptionNow());
            }
        }
        return seconds;
    }

    private double mirror(URI url, LogSigner signer, int round)
            throws IOException, LedgerDamage, MirrorAlarm {
        long start = System.nanoTime();
        try (Mirror mirror =
                Mirror.open(
                        url,
                        directory.resolve("mirror" + round),
                        signer.verifierKey(),
                        Mirror.Options.defaults())) {
            mirror.sync((copied, of) -> {});
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
