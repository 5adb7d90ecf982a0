package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs programs as a person at a terminal would, and keeps what they said. */
final class Shell {
    static final int TIMEOUT_SECONDS = 120;

    /** Set by {@code .ci/run}, which installs every client: a missing one is then a failure. */
    static final boolean ALL_REQUIRED = "1".equals(System.getenv("DOMICILE_ALL_CLIENTS"));

    private Shell() {}

    /** What a finished program left: its exit status and all it printed. */
    record Outcome(int exitCode, String out, String err) {
        @Override
        public String toString() {
            return "exit " + exitCode + "\n" + out + "\n" + err;
        }
    }

    static Outcome run(Path folder, Map<String, String> environment, String... command) {
        return run(folder, environment, List.of(command));
    }

    static Outcome run(Path folder, Map<String, String> environment, List<String> command) {
        try {
            Path out = Files.createTempFile("domicile-test", ".out");
            Path err = Files.createTempFile("domicile-test", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(command);
                builder.directory(folder.toFile());
                builder.environment().putAll(environment);
                builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
                builder.redirectOutput(out.toFile()).redirectError(err.toFile());
                Process process = builder.start();
                if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(
                            "still running after " + TIMEOUT_SECONDS + " s: " + command);
                }
                return new Outcome(
                        process.exitValue(),
                        Files.readString(out, StandardCharsets.UTF_8),
                        Files.readString(err, StandardCharsets.UTF_8));
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new AssertionError("cannot run " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** A command of Domicile's, in this process: faster than one of its own. */
    static Outcome domicile(String... words) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream noted = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(noted, true, StandardCharsets.UTF_8));
        try {
            int status = Domicile.execute(words);
            return new Outcome(
                    status,
                    said.toString(StandardCharsets.UTF_8),
                    noted.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** Skips where a program is not installed, but not where all must be. */
    static void require(String program, String... command) {
        // Through a shell, so that a program that is not there is an exit code.
        List<String> probe = new ArrayList<>(List.of("sh", "-c", "\"$0\" \"$@\""));
        probe.addAll(List.of(command));
        Outcome there = run(Path.of("").toAbsolutePath(), Map.of(), probe);
        if (ALL_REQUIRED) {
            assertThat(there.exitCode()).as("%s is not installed: %s", program, there).isZero();
        }
        Assumptions.assumeTrue(there.exitCode() == 0, program + " is not installed");
    }

    /**
     * Skips the test where psql is not installed: the product does not need it, only this test
     * does.
     */
    static void assumePsql() {
        boolean isThere =
                java.util.Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "psql")));
        Assumptions.assumeTrue(isThere, "psql is not installed");
    }
}
