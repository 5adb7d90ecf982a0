package org.domicile.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs short programs to their end. */
final class Commands {
    private Commands() {}

    /** What a program ended with: its exit status, and its two outputs as one text. */
    record Result(int exitStatus, String output) {}

    static Result run(List<String> command) {
        try {
            Process process = builder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("interrupted while running " + command.getFirst(), e);
        }
    }

    /** The output of a program whose exit status does not matter; empty where there is none. */
    static String output(String... command) {
        try {
            return run(Arrays.asList(command)).output();
        } catch (UncheckedIOException e) {
            return "";
        }
    }

    static boolean succeeds(String... command) {
        try {
            return run(Arrays.asList(command)).exitStatus() == 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** A builder with messages in English and none of the caller's PostgreSQL settings. */
    static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        environment.put("LC_ALL", "C");
        return builder;
    }
}
