package org.domicile.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A running {@code ./domicile demo}, started as a newcomer starts it. */
final class DemoProcess implements AutoCloseable {
    static final Duration READY_TIMEOUT = Duration.ofMinutes(3);
    static final int STOP_SECONDS = 10;

    final Path data;
    final int port;
    private final Process process;
    private final Path log;

    /** Servers that outlive a killed demo. */
    private final List<ProcessHandle> orphans = new ArrayList<>();

    private DemoProcess(Path data, int port, Process process, Path log) {
        this.data = data;
        this.port = port;
        this.process = process;
        this.log = log;
    }

    static DemoProcess start(Path data, String... options) throws Exception {
        int port = freePort();
        Path log = data.resolveSibling(data.getFileName() + ".log");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Project.root().resolve("domicile").toString(),
                                "demo",
                                "--data",
                                data.toString(),
                                "--port",
                                Integer.toString(port),
                                "--console-port",
                                "0"));
        command.addAll(List.of(options));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        DemoProcess demo = new DemoProcess(data, port, process, log);
        Instant deadline = Instant.now().plus(READY_TIMEOUT);
        while (!demo.output().contains("\nCtrl-C stops it.")) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                process.destroyForcibly();
                throw new AssertionError("the demo did not become ready:\n" + demo.output());
            }
            Thread.sleep(100);
        }
        return demo;
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    /** Somebody's password, at the gateway and the console. */
    String password(String person) throws IOException {
        return Files.readAllLines(data.resolve("pgpass")).stream()
                .map(line -> line.split(":"))
                .filter(fields -> fields[3].equals(person))
                .findFirst()
                .orElseThrow()[4];
    }

    /** Where its console is. */
    URI console() throws IOException {
        Matcher address = Pattern.compile("(?m)^  (http://localhost:\\d+)$").matcher(output());
        if (!address.find()) {
            throw new AssertionError("the demo has no console:\n" + output());
        }
        return URI.create(address.group(1));
    }

    /** Writes lines under somebody's name in the organisation's file, as a custodian does. */
    void addToOrganisation(String person, String lines) throws IOException {
        Path organisation = data.resolve("organisation.yaml");
        String text = Files.readString(organisation);
        Matcher entry = Pattern.compile("(?m)^  " + person + ":.*\n").matcher(text);
        if (!entry.find()) {
            throw new AssertionError("there is no " + person);
        }
        Files.writeString(
                organisation, new StringBuilder(text).insert(entry.end(), lines).toString());
    }

    /** One statement by psql, unaligned, without headers. */
    Shell.Outcome psql(String user, String database, String purpose, String... more) {
        Map<String, String> environment =
                purpose.isEmpty()
                        ? Map.of()
                        : Map.of("PGOPTIONS", "-c domicile.purpose=" + purpose);
        return psql(environment, user, database, more);
    }

    Shell.Outcome psql(
            Map<String, String> environment, String user, String database, String... more) {
        List<String> command =
                new ArrayList<>(List.of("psql", "-X", "-w", "-At", "-U", user, "-d", database));
        command.addAll(List.of(more));
        Map<String, String> all = new java.util.HashMap<>();
        all.put("PGPASSFILE", data.resolve("pgpass").toString());
        all.put("PGHOST", "127.0.0.1");
        all.put("PGPORT", Integer.toString(port));
        all.putAll(environment);
        return Shell.run(data, all, command);
    }

    Shell.Outcome domicile(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Project.root().resolve("domicile").toString());
        command.addAll(List.of(arguments));
        return Shell.run(data, Map.of(), command);
    }

    /** Sends TERM, as an init system does; true when everything ended in time. */
    boolean stop() {
        process.destroy();
        try {
            return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** As {@code kill -9}: of all that runs only the PostgreSQL servers go on. */
    void kill() throws Exception {
        try (Stream<Path> files = Files.walk(data.resolve("stores"))) {
            for (Path file :
                    files.filter(f -> f.getFileName().toString().equals("postmaster.pid"))
                            .toList()) {
                ProcessHandle.of(Long.parseLong(Files.readAllLines(file).get(0).strip()))
                        .ifPresent(orphans::add);
            }
        }
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        orphans.forEach(ProcessHandle::destroy);
        if (!stop()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
