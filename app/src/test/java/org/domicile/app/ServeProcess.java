package org.domicile.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running {@code ./domicile serve} on a free port. */
final class ServeProcess {
    private static final Pattern READY = Pattern.compile("(?m)^domicile is ready on [^:]+:(\\d+)");
    private static final int READY_SECONDS = 60;

    final int port;
    private final Process process;

    private ServeProcess(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    static ServeProcess start(Path policy, Path state) throws Exception {
        return start(
                state,
                "exec '%s' serve --policy '%s' --state '%s' --listen 127.0.0.1:0"
                        .formatted(Project.root().resolve("domicile"), policy, state));
    }

    /** Starts it by a shell's command line in a folder. */
    static ServeProcess start(Path folder, String commandLine) throws Exception {
        Path log = Files.createTempFile(folder.getParent(), "serve", ".log");
        Process process =
                new ProcessBuilder("bash", "-c", commandLine)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Instant deadline = Instant.now().plusSeconds(READY_SECONDS);
        while (true) {
            Matcher ready = READY.matcher(Files.readString(log));
            if (ready.find()) {
                return new ServeProcess(Integer.parseInt(ready.group(1)), process);
            }
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                process.destroyForcibly();
                throw new AssertionError("the gateway did not start:\n" + Files.readString(log));
            }
            Thread.sleep(50);
        }
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
