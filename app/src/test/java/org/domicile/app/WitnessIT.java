package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.Release;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.witness.WitnessPolicy;
import org.domicile.ledger.witness.Witnessing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./domicile witness} as a process of its own, and a log that is put back to an older state.
 */
class WitnessIT {
    private static final Pattern READY =
            Pattern.compile("(?m)^domicile witness is ready on [^:]+:(\\d+), logs example.com/us");
    private static final LedgerOptions OPTIONS =
            LedgerOptions.defaults()
                    .withCheckpointInterval(Duration.ofMillis(50))
                    .withRelease(Release.WITNESSED, Duration.ofSeconds(60));

    @TempDir Path directory;

    /** The log's process: adds so many entries, each once it is witnessed, and says so. */
    static final class LogProcess {
        private LogProcess() {}

        public static void main(String[] arguments) throws Exception {
            LogSigner signer = LogSigner.load(Path.of(arguments[0]));
            WitnessPolicy policy = WitnessPolicy.parse(Files.readAllBytes(Path.of(arguments[2])));
            try (Ledger ledger = Ledger.open(Path.of(arguments[1]), signer, OPTIONS);
                    Witnessing witnessing = Witnessing.start(ledger, policy)) {
                String plan = ledger.putDocument(Files.readAllBytes(Path.of(arguments[5])));
                for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
                    long index =
                            ledger.append(
                                    new Fact.PolicyApplied(i, plan, arguments[4].repeat(64)),
                                    Map.of());
                    System.out.println("witnessed " + index + " " + witnessing.hashCode());
                }
            }
        }
    }

    /** The example of docs/formats/plan.md. */
    private static String plan() throws IOException {
        Matcher example =
                Pattern.compile("```json plan\n(.*)\n```")
                        .matcher(Files.readString(Project.root().resolve("docs/formats/plan.md")));
        assertThat(example.find()).isTrue();
        return example.group(1);
    }

    @Test
    void aLogThatWasPutBackIsRefusedAndSaysWhy() throws Exception {
        Path key = directory.resolve("us.key");
        LogSigner signer = LogSigner.generate(key, "example.com/us");
        Path witnessOutput = directory.resolve("witness.log");
        Process witness =
                start(
                        witnessOutput,
                        Project.root().resolve("domicile").toString(),
                        "witness",
                        "--listen",
                        "127.0.0.1:0",
                        "--state",
                        directory.resolve("witness").toString(),
                        "--name",
                        "example.com/witness",
                        "--log",
                        signer.verifierKey().text());
        try {
            int port = Integer.parseInt(await(witness, witnessOutput, READY).group(1));
            List<String> keys = Files.readAllLines(witnessOutput);
            Path policy = directory.resolve("policy");
            Files.writeString(
                    policy,
                    "witness ed %s http://127.0.0.1:%d/\nwitness ml %s http://127.0.0.1:%d/\n"
                                    .formatted(keys.get(0), port, keys.get(1), port)
                            + "group both all ed ml\nquorum both\n");
            Files.writeString(directory.resolve("plan"), plan());
            Path ledger = directory.resolve("ledger");
            Path old = directory.resolve("old");
            log(key, ledger, policy, "3", "a", Pattern.compile("(?:witnessed .*\n){3}"), "log1");
            copy(ledger, old);
            log(key, ledger, policy, "30", "a", Pattern.compile("witnessed 3\\d "), "log2");
            Shell.Outcome verified =
                    Shell.run(
                            directory,
                            Map.of(),
                            Project.root().resolve("domicile").toString(),
                            "verify",
                            ledger.toString(),
                            "--key",
                            signer.verifierKey().text(),
                            "--policy",
                            policy.toString());
            assertThat(verified.exitCode()).as(verified.toString()).isZero();
            assertThat(verified.out()).contains("witness-found", " entries by a quorum");

            String said =
                    log(
                            key,
                            old,
                            policy,
                            "1",
                            "b",
                            Pattern.compile("(?m)^.*ERROR.*ALARM: witness .*$"),
                            "log3");
            assertThat(said).contains("which now has only ").doesNotContain("witnessed 3");
            assertThat(Files.readString(witnessOutput))
                    .doesNotContain("ERROR")
                    .contains("refused example.com/us: it signed size ")
                    .contains("the log was put back to an older state");
        } finally {
            witness.descendants().forEach(ProcessHandle::destroyForcibly);
            witness.destroyForcibly().waitFor();
        }
    }

    private String log(
            Path key,
            Path ledger,
            Path policy,
            String entries,
            String mark,
            Pattern until,
            String file)
            throws Exception {
        Path output = directory.resolve(file);
        Process process =
                start(
                        output,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogProcess.class.getName(),
                        key.toString(),
                        ledger.toString(),
                        policy.toString(),
                        entries,
                        mark,
                        directory.resolve("plan").toString());
        try {
            await(process, output, until);
        } finally {
            process.destroyForcibly().waitFor();
        }
        return Files.readString(output);
    }

    private Process start(Path output, String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static Matcher await(Process process, Path output, Pattern wanted) throws Exception {
        Instant deadline = Instant.now().plusSeconds(120);
        while (true) {
            Matcher found = wanted.matcher(Files.readString(output));
            if (found.find()) {
                return found;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError(wanted + " is not in:\n" + Files.readString(output));
            }
            if (!process.isAlive() && !wanted.matcher(Files.readString(output)).find()) {
                throw new AssertionError("it ended:\n" + Files.readString(output));
            }
            Thread.sleep(50);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
