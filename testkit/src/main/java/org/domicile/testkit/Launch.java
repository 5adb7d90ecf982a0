package org.domicile.testkit;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts a server's process and waits until it accepts connections. */
final class Launch {
    /** Replaying the log after a crash may take long. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final long POLL_MILLIS = 10;

    /** A free port may be taken by another program before the server gets to it. */
    private static final int PORT_ATTEMPTS = 5;

    /** The processes of a killed server take a moment to notice. */
    private static final Duration LEFTOVER_LIMIT = Duration.ofSeconds(10);

    private static final int LOG_TAIL_CHARACTERS = 2000;

    private static final InetAddress LOOPBACK = Inet4Address.ofLiteral("127.0.0.1");

    private static final boolean SETSID = Commands.succeeds("setsid", "true");

    private Launch() {}

    static EmbeddedStore launch(
            PostgresBinaries binaries,
            StoreDirectory directory,
            int portOr0,
            Map<String, String> settings,
            RunAs runAs)
            throws IOException {
        runAs.requireReachable(binaries.binDirectory());
        runAs.requireReachable(directory.root());
        Postmaster.stopLeftServing(directory.data(), runAs);
        boolean durable = !"off".equals(settings.get("fsync"));
        String password = directory.prepare(binaries, runAs, durable);
        long deadline = System.nanoTime() + LEFTOVER_LIMIT.toNanos();
        for (int attempt = 1; ; ) {
            int port = portOr0 == 0 ? freePort() : portOr0;
            List<String> command = serverCommand(binaries, directory, port, settings, runAs);
            Postmaster postmaster = await(command, directory);
            if (postmaster != null) {
                return new EmbeddedStore(directory, postmaster, port, password);
            }
            String log = logTail(directory);
            if (log.contains("pre-existing shared memory block") && System.nanoTime() < deadline) {
                pause();
            } else if (!log.contains("could not bind IPv4 address")) {
                throw new TestkitException(
                        "PostgreSQL did not start in %s:%n%s".formatted(directory.root(), log));
            } else if (portOr0 != 0 || attempt++ >= PORT_ATTEMPTS) {
                throw new TestkitException(
                        "port %d of 127.0.0.1 is in use; choose another".formatted(port));
            }
        }
    }

    private static List<String> serverCommand(
            PostgresBinaries binaries,
            StoreDirectory directory,
            int port,
            Map<String, String> settings,
            RunAs runAs) {
        List<String> words =
                new ArrayList<>(
                        List.of(binaries.program("postgres"), "-D", directory.data().toString()));
        Map<String, String> all = new TreeMap<>(settings);
        all.put("listen_addresses", "127.0.0.1");
        all.put("port", Integer.toString(port));
        all.put("unix_socket_directories", "");
        all.put("logging_collector", "off");
        all.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
        List<String> command = new ArrayList<>();
        // Ctrl-C reaches every process of a terminal's foreground group; in a session of its own
        // the server is stopped by us alone, after those who use it.
        if (SETSID) {
            command.add("setsid");
        }
        command.addAll(runAs.command(words));
        return command;
    }

    /** The server once it accepts connections; null where it ended before. */
    private static @Nullable Postmaster await(List<String> command, StoreDirectory directory)
            throws IOException {
        Process process =
                Commands.builder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.newLog().toFile())
                        .start();
        Postmaster launched = new Postmaster(process.toHandle());
        // Until there is a store to be stopped, Java may be told to end.
        Thread hook = new Thread(launched::stop, "stop-starting-store");
        boolean accepts = false;
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            process.getOutputStream().close();
            Optional<Postmaster> postmaster = accepting(process, directory);
            accepts = postmaster.isPresent();
            return postmaster.orElse(null);
        } catch (IllegalStateException e) {
            throw new TestkitException("Java is ending, so no store is started", e);
        } finally {
            if (!accepts) {
                launched.stop();
            }
            removeHook(hook);
        }
    }

    private static Optional<Postmaster> accepting(Process process, StoreDirectory directory)
            throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (process.isAlive()) {
            Optional<Postmaster> postmaster = Postmaster.accepting(directory.data());
            if (postmaster.isPresent() && postmaster.get().isOf(process)) {
                return postmaster;
            }
            if (System.nanoTime() > deadline) {
                throw new TestkitException(
                        "PostgreSQL in %s did not accept connections within %d s:%n%s"
                                .formatted(
                                        directory.root(),
                                        START_LIMIT.toSeconds(),
                                        logTail(directory)));
            }
            pause();
        }
        return Optional.empty();
    }

    static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // Java is shutting down, and the hook has run or is running.
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("interrupted while starting PostgreSQL", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    private static String logTail(StoreDirectory directory) throws IOException {
        String log = Files.readString(directory.log(), StandardCharsets.ISO_8859_1).strip();
        return log.substring(Math.max(0, log.length() - LOG_TAIL_CHARACTERS));
    }
}
