package org.domicile.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;

/** A {@code domicile demo}, started and stopped as its users do. */
final class DemoRun {
    static final String JURISDICTION = "us";

    /** Somebody who asks: at the gateway, and for a grant. */
    static final String REQUESTER = "parent_analyst";

    private static final int USERS = 2_000;
    private static final long READY_MILLIS = 900_000;
    private static final long STOP_SECONDS = 120;
    private static final int POLL_MILLIS = 250;
    private static final Pattern CONSOLE = Pattern.compile("(?m)^  (http://localhost:\\d+)$");
    private static final Pattern REQUEST =
            Pattern.compile("\"request\"\\s*:\\s*\"([0-9a-f]{64})\"");

    private final Path root;
    private final String launcher;
    private final Children children;
    private int port;

    /**
     * @param root has its directory, and the key of whoever asks
     */
    DemoRun(Path root, String launcher, Children children) {
        this.root = root;
        this.launcher = launcher;
        this.children = children;
    }

    /** Starts it; returns when it is ready. */
    Process start() throws IOException {
        port = freePort();
        List<String> command =
                List.of(
                        launcher,
                        "demo",
                        "--data",
                        directory().toString(),
                        "--users",
                        Integer.toString(USERS),
                        "--port",
                        Integer.toString(port),
                        "--console-port",
                        "0");
        Process process = children.start("demo", Map.of(), command);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(READY_MILLIS);
        while (process.isAlive() && System.nanoTime() < deadline) {
            if (said().contains("\nCtrl-C stops it.")) {
                return process;
            }
            Pause.millis(POLL_MILLIS);
        }
        throw new BenchException("the demo did not start:\n" + children.said("demo"));
    }

    /** It has servers of its own to end, so it gets more time than other children. */
    static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new BenchException("the demo did not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    private String said() throws IOException {
        return Files.readString(children.log("demo"), StandardCharsets.UTF_8);
    }

    /** The plan that the demo's ledger has. */
    Plan plan() throws IOException {
        Path documents = directory().resolve("ledger").resolve(JURISDICTION).resolve("documents");
        try (Stream<Path> files = Files.list(documents)) {
            for (Path file : files.sorted().toList()) {
                try {
                    return Plan.fromJson(Files.readString(file));
                } catch (PlanFormatException e) {
                    // A document of another kind.
                }
            }
        }
        throw new BenchException("the demo's ledger has no plan");
    }

    /** One query, since the ledger keeps a plan from the first session under it on. */
    void ask() throws IOException {
        Endpoint gateway =
                new Endpoint(
                        port,
                        JURISDICTION,
                        REQUESTER,
                        password(REQUESTER),
                        "-c domicile.purpose=analytics");
        var _ = Bulk.read(gateway, "SELECT id FROM users");
    }

    /** Gives somebody a key, so that there is a request to show. */
    void register() throws IOException {
        Path organisation = directory().resolve("organisation.yaml");
        String text = Files.readString(organisation);
        if (Files.exists(key())) {
            return;
        }
        String line =
                children.run(
                                Map.of(),
                                "",
                                List.of(
                                        launcher,
                                        "approval-key",
                                        REQUESTER,
                                        "--out",
                                        key().toString()))
                        .lines()
                        .filter(said -> said.startsWith("approval_key: "))
                        .findFirst()
                        .orElseThrow(() -> new BenchException("no key was made"));
        String name = "  " + REQUESTER + ":\n";
        Files.writeString(organisation, text.replace(name, name + "    " + line + "\n"));
    }

    /** Asks for something in the name of {@link #REQUESTER}; the request's digest. */
    String fileRequest() {
        Matcher request =
                REQUEST.matcher(
                        children.run(
                                Map.of(),
                                "",
                                List.of(
                                        launcher,
                                        "request",
                                        "--policy",
                                        directory().resolve("domicile.yaml").toString(),
                                        "-j",
                                        JURISDICTION,
                                        "--as",
                                        REQUESTER,
                                        "--key",
                                        key().toString(),
                                        "--purpose",
                                        "analytics",
                                        "--ticket",
                                        "BENCH-1",
                                        "--columns",
                                        "users.email",
                                        "--subjects",
                                        "1,2",
                                        "--for",
                                        "30m",
                                        "--json")));
        if (!request.find()) {
            throw new BenchException("the request was not filed");
        }
        return request.group(1);
    }

    String password(String person) throws IOException {
        return Files.readAllLines(directory().resolve("pgpass")).stream()
                .map(line -> line.split(":"))
                .filter(fields -> fields[3].equals(person))
                .findFirst()
                .orElseThrow(() -> new BenchException("the demo has no " + person))[4];
    }

    /** Where it keeps everything. */
    Path directory() {
        return root.resolve("demo");
    }

    private Path key() {
        return root.resolve(REQUESTER + ".key");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Where its console is. */
    URI console() throws IOException {
        Matcher console = CONSOLE.matcher(said());
        if (!console.find()) {
            throw new BenchException("the demo has no console");
        }
        return URI.create(console.group(1));
    }
}
