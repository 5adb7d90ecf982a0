package org.domicile.control.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.LedgerReader;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exports of 1,000 devices and more by a process that is killed with SIGKILL: two small ones and a
 * large one, wherever it is, and the snapshot too.
 */
class MeterKillTest {
    /** {@code -Ddomicile.meter.kills=200} for a campaign. */
    private static final int KILLS = Integer.getInteger("domicile.meter.kills", 10);

    private static final String READ = "places.latitude";
    private static final int SEGMENT = 10;

    @TempDir Path temporary;

    private final Random random = new Random(12);

    @Test
    void noKillLetsOneMorePassAndTheRebuiltMeterIsRight() throws Exception {
        LogSigner signer = LogSigner.generate(temporary.resolve("log.key"), "example.org/us");
        long released = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            // The first between two snapshots, among people that no later entry shows again.
            released = Math.max(released, run(kill == 0 ? 40 : random.nextInt(150)));
            assertThat(countedIn(signer)).isBetween(released, 1_000L);
        }
        assertThat(run(Integer.MAX_VALUE)).as("all 1,000 passed").isEqualTo(1_000);
        assertThat(countedIn(signer)).isEqualTo(1_000);
    }

    /** Lets the process go on until it has said so many lines; how many people it has released. */
    private long run(int lines) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Exporter.class.getName(),
                                temporary.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        long released = 0;
        boolean isRefused = false;
        try (BufferedReader out = child.inputReader(StandardCharsets.US_ASCII);
                OutputStream in = child.getOutputStream()) {
            for (int line = 0; ; line++) {
                String text = out.readLine();
                if (text == null) {
                    break;
                }
                if (line <= lines) {
                    goOn(in);
                }
                if (line == lines) {
                    Thread.sleep(0, random.nextInt(999_999)); // somewhere in the next step
                    child.toHandle().destroyForcibly();
                }
                if (text.startsWith("released ") && text.endsWith(".")) {
                    released = Long.parseLong(text.substring(9, text.length() - 1));
                }
                isRefused |= text.equals("refused.");
            }
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(isRefused || lines < Integer.MAX_VALUE).as("it ends with a refusal").isTrue();
        return released;
    }

    private static void goOn(OutputStream in) {
        try {
            in.write('\n');
            in.flush();
        } catch (IOException e) {
            // The process had said its last.
        }
    }

    /** From the ledger three times: by a snapshot as it was left, without, and by a plain set. */
    private long countedIn(LogSigner signer) throws Exception {
        Path directory = temporary.resolve("ledger");
        Ledger.open(directory, signer, LedgerOptions.defaults()).close();
        Set<Long> people = new HashSet<>();
        LedgerReader.open(directory, signer.verifierKey())
                .read(
                        0,
                        entry -> {
                            if (entry.fact() instanceof Fact.Disclosure) {
                                for (long one :
                                        BulkMeters.people(entry.privateValues().orElseThrow())) {
                                    people.add(one);
                                }
                            }
                        });
        Instant now = Instant.now();
        List<BulkMeters.Reading> whole =
                MeterRebuild.of(directory, signer.verifierKey(), Fixture.RULES, now, null, _ -> {})
                        .readings(now);
        assertThat(
                        MeterRebuild.of(
                                        directory,
                                        signer.verifierKey(),
                                        Fixture.RULES,
                                        now,
                                        temporary.resolve("snapshot"),
                                        _ -> {})
                                .readings(now))
                .isEqualTo(whole);
        assertThat(whole.stream().mapToLong(BulkMeters.Reading::count).sum())
                .isEqualTo(people.size());
        return people.size();
    }

    /** The process: starts as a gateway does, and exports until it is refused. */
    static final class Exporter {
        private Exporter() {}

        public static void main(String[] arguments) throws Exception {
            Path temporary = Path.of(arguments[0]);
            LogSigner signer = LogSigner.load(temporary.resolve("log.key"));
            try (Ledger ledger =
                    Ledger.open(temporary.resolve("ledger"), signer, LedgerOptions.defaults())) {
                ledger.putDocument(Fixture.PLAN.toJson().getBytes(StandardCharsets.UTF_8));
                BulkMeters meters = count(ledger, temporary.resolve("snapshot"));
                export(ledger, meters, 0, 300);
                export(ledger, meters, 200, 500);
                meters = count(ledger, temporary.resolve("snapshot"));
                export(ledger, meters, 0, 1_000);
                export(ledger, meters, 900, 1_001);
            }
        }

        /** Waits until it may go on. */
        private static void say(String line) throws IOException {
            System.out.println(line);
            if (System.in.read() < 0) {
                throw new IOException("nobody is there");
            }
        }

        private static BulkMeters count(Ledger ledger, Path snapshot) throws Exception {
            say("snapshot");
            ledger.checkpoint();
            BulkMeters meters =
                    MeterRebuild.andSnapshot(
                            ledger.directory(),
                            ledger.verifierKey(),
                            Fixture.RULES,
                            Instant.now(),
                            snapshot,
                            _ -> {});
            say("snapshot written");
            return meters;
        }

        private static void export(Ledger ledger, BulkMeters meters, int from, int to)
                throws IOException {
            for (int first = from; first < to; first += SEGMENT) {
                int last = Math.min(to, first + SEGMENT);
                Fact.Disclosure segment = Fixture.told(last - first, READ);
                Map<String, String> privateFields =
                        Map.of("accessor", "analyst", "subjects", Fixture.tokens(first, last));
                try {
                    meters.admit(
                            Fixture.PLAN,
                            segment,
                            Fixture.people(first, last),
                            Instant.now(),
                            () -> ledger.append(segment, privateFields));
                    say("released " + last + ".");
                } catch (OverThreshold over) {
                    say("refused.");
                    return;
                }
            }
        }
    }
}
