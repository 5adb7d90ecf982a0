package org.domicile.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The processes and servers that a measurement has started. Closing it ends them, last started
 * first; any thread may, and what starts afterwards is refused.
 */
final class Children implements AutoCloseable {
    private static final int STOP_SECONDS = 15;
    private static final int TAIL_CHARACTERS = 2_000;

    private final Path folder;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Programs that end by themselves; they go first, before what they use. */
    private final Set<Process> running = ConcurrentHashMap.newKeySet();

    private boolean isClosed;

    /**
     * @param folder for what they say
     */
    Children(Path folder) {
        this.folder = folder;
    }

    /** Takes charge of something started. */
    synchronized <T extends AutoCloseable> T opened(T part) {
        if (isClosed) {
            close(part);
            throw new BenchException("stopped");
        }
        opened.push(part);
        return part;
    }

    /** Starts a process that goes on; both its outputs go to a file. */
    synchronized Process start(String name, Map<String, String> environment, List<String> command) {
        if (isClosed) {
            throw new BenchException("stopped");
        }
        try {
            Process process =
                    builder(environment, command).redirectOutput(log(name).toFile()).start();
            process.getOutputStream().close();
            opened.push(() -> stop(process));
            return process;
        } catch (IOException e) {
            throw new BenchException("cannot start " + command.getFirst(), e);
        }
    }

    /** Runs a program to its end and returns what it said; it must succeed. */
    String run(Map<String, String> environment, String input, List<String> command) {
        Process process;
        synchronized (this) {
            if (isClosed) {
                throw new BenchException("stopped");
            }
            try {
                process = builder(environment, command).start();
            } catch (IOException e) {
                throw new BenchException("cannot start " + command.getFirst(), e);
            }
            running.add(process);
        }
        try {
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new BenchException(
                        isClosed()
                                ? "stopped"
                                : Path.of(command.getFirst()).getFileName()
                                        + " ended with status "
                                        + status
                                        + ":\n"
                                        + tail(output));
            }
            return output;
        } catch (IOException e) {
            throw new BenchException("cannot read what " + command.getFirst() + " says", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        } finally {
            running.remove(process);
        }
    }

    Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /** The end of what a started process said. */
    String said(String name) {
        try {
            return tail(Files.readString(log(name), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return "(its log cannot be read)";
        }
    }

    private static ProcessBuilder builder(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        return builder;
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - TAIL_CHARACTERS)).strip();
    }

    /** TERM, then KILL. */
    void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** Refuses where all of this is being ended. */
    void requireOpen() {
        if (isClosed()) {
            throw new BenchException("stopped");
        }
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    @Override
    public void close() {
        Deque<AutoCloseable> parts;
        synchronized (this) {
            isClosed = true;
            parts = new ArrayDeque<>(opened);
            opened.clear();
        }
        running.forEach(this::stop);
        parts.forEach(Children::close);
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new BenchException("something started did not end cleanly", e);
        }
    }
}
