package org.domicile.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server's main process, as its {@code postmaster.pid} tells of it.
 *
 * <p>Signals go through the shell: Java can send only SIGTERM, on which PostgreSQL would wait for
 * its clients to leave, and SIGKILL.
 */
record Postmaster(ProcessHandle process) {
    private static final long POLL_MILLIS = 20;

    /** Clients are disconnected and a checkpoint is written. */
    private static final Duration FAST_SHUTDOWN_LIMIT = Duration.ofSeconds(6);

    /** Processes end at once; the next start replays the log. */
    private static final Duration IMMEDIATE_SHUTDOWN_LIMIT = Duration.ofSeconds(2);

    private static final Duration KILL_LIMIT = Duration.ofSeconds(1);

    private static final int STATUS_LINE = 7;

    static Path pidFile(Path data) {
        return data.resolve("postmaster.pid");
    }

    /** The one that accepts connections for a data directory, if there is one. */
    static Optional<Postmaster> accepting(Path data) throws IOException {
        List<String> lines = pidFileLines(data);
        return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready")
                ? running(lines)
                : Optional.empty();
    }

    /** Whether this is what a process became or started, rather than what an old file names. */
    boolean isOf(Process launched) {
        return process.pid() == launched.pid() || launched.descendants().anyMatch(process::equals);
    }

    /**
     * The one that a previous run, killed, left serving a data directory. A pid file whose process
     * is gone, or by now another program's, is deleted: PostgreSQL itself would refuse to start
     * where the number was given to another process of the same user.
     */
    static Optional<Postmaster> leftServing(Path data, RunAs runAs) throws IOException {
        Optional<Postmaster> named = running(pidFileLines(data));
        if (named.isEmpty()) {
            Files.deleteIfExists(pidFile(data));
            return named;
        }
        String directory = named.get().workingDirectory(runAs);
        if (directory == null || directory.equals(data.toString())) {
            return directory == null ? Optional.empty() : named;
        }
        Files.deleteIfExists(pidFile(data));
        return Optional.empty();
    }

    private static List<String> pidFileLines(Path data) throws IOException {
        try {
            return Files.readAllLines(pidFile(data), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Optional<Postmaster> running(List<String> pidFileLines) {
        if (pidFileLines.isEmpty() || !pidFileLines.getFirst().strip().matches("[1-9]\\d{0,9}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(pidFileLines.getFirst().strip()))
                .filter(ProcessHandle::isAlive)
                .map(Postmaster::new);
    }

    /** A postmaster's is its data directory; null where it may not be known. */
    private @Nullable String workingDirectory(RunAs runAs) {
        Path link = Path.of("/proc", Long.toString(process.pid()), "cwd");
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException | UnsupportedOperationException e) {
            // In a container root may not look at another user's process; that user may.
            Commands.Result answer =
                    Commands.run(runAs.command(List.of("readlink", link.toString())));
            return answer.exitStatus() == 0 ? answer.output().strip() : null;
        }
    }

    /** Ends the server and all its processes, the gentlest way that works in bounded time. */
    void stop() {
        List<ProcessHandle> children = process.descendants().toList();
        if (!endsAfter("INT", FAST_SHUTDOWN_LIMIT)
                && !endsAfter("QUIT", IMMEDIATE_SHUTDOWN_LIMIT)) {
            children = process.descendants().toList();
            endsAfter("KILL", KILL_LIMIT);
        }
        for (ProcessHandle child : children) {
            if (child.isAlive()) {
                new Postmaster(child).endsAfter("KILL", KILL_LIMIT);
            }
        }
    }

    /** Kills the main process as a crash would; its children then end by themselves. */
    void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        endsAfter("KILL", KILL_LIMIT);
        for (ProcessHandle child : children) {
            if (!ends(child, IMMEDIATE_SHUTDOWN_LIMIT)) {
                new Postmaster(child).endsAfter("KILL", KILL_LIMIT);
            }
        }
    }

    private boolean endsAfter(String signal, Duration limit) {
        if (process.isAlive()) {
            Commands.output(
                    "sh", "-c", "kill -" + signal + " \"$1\"", "sh", Long.toString(process.pid()));
        }
        return ends(process, limit);
    }

    /**
     * Looks itself: {@link ProcessHandle#onExit} notices a process that is no child late, by
     * seconds.
     */
    private static boolean ends(ProcessHandle process, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (process.isAlive() && System.nanoTime() - deadline < 0) {
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !process.isAlive();
    }
}
