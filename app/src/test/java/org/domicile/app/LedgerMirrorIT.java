package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.note.LogSigner;
import org.domicile.plan.Plan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./domicile ledger serve} and {@code ledger mirror} as an overseer uses them. */
class LedgerMirrorIT {
    private static final Pattern SERVED = Pattern.compile("is served at (http://\\S+/)");
    private static final byte[] PLAN =
            new Plan(
                            "us",
                            "custodian",
                            List.of(new Plan.Entity("custodian", "US")),
                            List.of(),
                            List.of())
                    .toJson()
                    .getBytes(StandardCharsets.UTF_8);

    @TempDir Path directory;
    private final List<Process> processes = new ArrayList<>();
    private Path ledger;
    private Path copy;
    private LogSigner signer;
    private String url;

    @BeforeEach
    void start() throws Exception {
        ledger = directory.resolve("ledger");
        copy = directory.resolve("copy");
        signer = LogSigner.generate(directory.resolve("us.key"), "example.com/ledger/us");
        grow(300);
        Path log = directory.resolve("serve.log");
        start(log, "ledger", "serve", ledger.toString(), "--listen", "127.0.0.1:0");
        url = waitFor(log, SERVED);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private void grow(int entries) {
        try (Ledger open =
                Ledger.open(
                        ledger,
                        signer,
                        LedgerOptions.defaults().withCheckpointInterval(Duration.ofDays(1)))) {
            String plan = open.putDocument(PLAN);
            for (int i = 0; i < entries; i++) {
                open.append(
                        new Fact.PolicyApplied(i, plan, "c".repeat(64)),
                        Map.of("roster", "r" + System.nanoTime()));
            }
        }
    }

    private Process start(Path log, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Project.root().resolve("domicile").toString()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        processes.add(process);
        return process;
    }

    private static String waitFor(Path log, Pattern pattern) throws Exception {
        for (int i = 0; i < 1200; i++) {
            Matcher matcher = pattern.matcher(Files.readString(log));
            if (matcher.find()) {
                return matcher.group(matcher.groupCount());
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no \"" + pattern + "\" in\n" + Files.readString(log));
    }

    private Shell.Outcome domicile(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(Project.root().resolve("domicile").toString()));
        command.addAll(List.of(arguments));
        return Shell.run(directory, Map.of(), command);
    }

    private Shell.Outcome mirrorOnce() {
        return domicile(
                "ledger",
                "mirror",
                url,
                copy.toString(),
                "--once",
                "--json",
                "--key",
                signer.verifierKey().text());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    @Test
    void aLogThatIsPutBackIsAnAlarm() throws Exception {
        Path old = directory.resolve("old");
        copy(ledger, old);
        Path log = directory.resolve("mirror.log");
        Process mirror =
                start(
                        log,
                        "ledger",
                        "mirror",
                        url,
                        copy.toString(),
                        "--key",
                        signer.verifierKey().text(),
                        "--interval",
                        "1");
        waitFor(log, Pattern.compile("(mirrored example.com/ledger/us: 300 entries)"));
        grow(200);
        waitFor(log, Pattern.compile("(mirrored example.com/ledger/us: 500 entries, 200 new)"));

        Shell.Outcome verified = domicile("verify", copy.toString(), "--json");
        assertThat(verified.exitCode()).as(verified.toString()).isZero();
        assertThat(verified.out())
                .contains("\"bodies\" : false", "\"kept_checkpoints\" : 2", "\"alarms\" : 0");
        assertThat(domicile("verify", copy.toString()).out())
                .contains("bodies    none here: private values were not looked at");

        mirror.destroyForcibly().waitFor();
        Files.move(ledger, directory.resolve("newer"));
        copy(old, ledger);
        grow(700);
        Shell.Outcome alarm = domicile("ledger", "mirror", url, copy.toString());
        assertThat(alarm.exitCode()).as(alarm.toString()).isEqualTo(3);
        assertThat(alarm.err())
                .containsPattern(
                        "(?m)^domicile: ALARM: the log's 1000 entries do not begin with the 500 it"
                                + " had signed for before: its history was rewritten; both signed"
                                + " checkpoints are in .*/mirror/alarms/[0-9a-f]{16}$");
        Shell.Outcome again = mirrorOnce();
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.out()).contains("\"kept_size\":500,\"claimed_size\":1000");
        Shell.Outcome still = domicile("verify", copy.toString());
        assertThat(still.exitCode()).as(still.toString()).isZero();
        assertThat(still.out())
                .contains("size      500", "alarms    1: the log contradicted what it had signed");
    }

    @Test
    void whatIsServedButNotSignedIsNamed() throws Exception {
        Path bundle = ledger.resolve("tile/entries/000");
        byte[] intact = Files.readAllBytes(bundle);
        byte[] flipped = intact.clone();
        flipped[intact.length / 2] ^= 1;
        Files.write(bundle, flipped);
        Shell.Outcome failed = mirrorOnce();
        assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
        assertThat(failed.err()).contains("domicile: NOT mirrored: tile/entries/000, entry ");
        Files.write(bundle, intact);
        Shell.Outcome repaired = mirrorOnce();
        assertThat(repaired.exitCode()).as(repaired.toString()).isZero();
        assertThat(repaired.out()).contains("\"size\":300");
        assertThat(domicile("ledger", "serve", directory.toString()).err())
                .contains("has no checkpoint, so it is no ledger");
        assertThat(domicile("ledger", "mirror", "ftp://x/", copy.toString()).exitCode())
                .isEqualTo(64);
    }
}
