package org.domicile.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server's main process, as its {@code postmaster.pid} tells of it.
 *
 * <p>Signals go through the shell: Java can send only SIGTERM, on which PostgreSQL would wait for
 * its clients to leave, and SIGKILL.
 */
record Postmaster(ProcessHandle process) {
    /** Clients are disconnected and a checkpoint is written. */
    private static final Duration FAST_SHUTDOWN_LIMIT = Duration.ofSeconds(6);

    /** Processes end at once; the next start replays the log. */
    private static final Duration IMMEDIATE_SHUTDOWN_LIMIT = Duration.ofSeconds(2);

    private static final Duration KILL_LIMIT = Duration.ofSeconds(1);

    private static final long POLL_MILLIS = 10;

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
     * Stops the server that a previous run, killed, left serving a data directory, and deletes its
     * pid file. One whose process is gone, or by now another program's, is deleted too: PostgreSQL
     * itself would refuse to start where the number was given to another process of the same user.
     */
    static void stopLeftServing(Path data, RunAs runAs) throws IOException {
        Optional<Postmaster> left = leftServing(data, runAs);
        if (left.isPresent()) {
            left.get().stop();
            if (!left.get().isRunning()) {
                Files.deleteIfExists(pidFile(data));
            }
        }
    }

    private static Optional<Postmaster> leftServing(Path data, RunAs runAs) throws IOException {
        long deadline = System.nanoTime() + KILL_LIMIT.toNanos();
        while (true) {
            Optional<Postmaster> named = running(pidFileLines(data));
            String directory = named.isPresent() ? named.get().workingDirectory(runAs) : "";
            if (data.toString().equals(directory)) {
                return named;
            }
            if (directory != null) {
                Files.deleteIfExists(pidFile(data));
                return Optional.empty();
            }
            // Not to be looked at: another user's, or one that is just about to end.
            if (System.nanoTime() > deadline) {
                return Optional.empty();
            }
            pause();
        }
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
                .map(Postmaster::new)
                .filter(Postmaster::isRunning);
    }

    /**
     * Whether the process still runs. A dead one that nobody has asked about stays listed, for ever
     * in a container whose first process asks about none.
     */
    boolean isRunning() {
        return process.isAlive() && !isZombie();
    }

    private boolean isZombie() {
        try {
            String status =
                    Files.readString(
                            Path.of("/proc", Long.toString(process.pid()), "stat"),
                            StandardCharsets.ISO_8859_1);
            return status.startsWith(" Z", status.lastIndexOf(')') + 1);
        } catch (IOException e) {
            return false;
        }
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
            new Postmaster(child).endsAfter("KILL", KILL_LIMIT);
        }
    }

    /** Kills the main process as a crash would; its children then end by themselves. */
    void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        endsAfter("KILL", KILL_LIMIT);
        for (ProcessHandle child : children) {
            Postmaster last = new Postmaster(child);
            if (!last.endsWithin(IMMEDIATE_SHUTDOWN_LIMIT)) {
                last.endsAfter("KILL", KILL_LIMIT);
            }
        }
    }

    private boolean endsAfter(String signal, Duration limit) {
        if (isRunning()) {
            Commands.output(
                    "sh", "-c", "kill -" + signal + " \"$1\"", "sh", Long.toString(process.pid()));
        }
        return endsWithin(limit);
    }

    private boolean endsWithin(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (isRunning()) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
