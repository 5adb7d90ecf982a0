package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.domicile.ledger.note.LogSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed with SIGKILL, again and again on the same ledger. */
final class LedgerKillTest {
    /** {@code -Ddomicile.ledger.kills=500} for a campaign. */
    private static final int KILLS = Integer.getInteger("domicile.ledger.kills", 20);

    private static final int MAX_ACKNOWLEDGED = 400;
    private static final int WRITERS = 8;

    @TempDir Path temporary;

    @Test
    void whatAKilledProcessAcknowledgedIsThere() throws Exception {
        LogSigner signer = Samples.signer(temporary);
        Path directory = temporary.resolve("ledger");
        Random random = new Random(11);
        Map<Long, Long> acknowledged = new HashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(directory, random.nextInt(MAX_ACKNOWLEDGED), acknowledged);
            requireAll(directory, signer, acknowledged);
        }
        Ledger.open(directory, signer, Samples.MANUAL).close();
        assertThat(requireAll(directory, signer, acknowledged).pending()).isZero();
        assertThat(acknowledged).isNotEmpty();
    }

    private void runAndKill(Path directory, int lines, Map<Long, Long> acknowledged)
            throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Writer.class.getName(),
                                directory.toString(),
                                temporary.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = child.inputReader(StandardCharsets.US_ASCII)) {
            for (int line = 0; ; line++) {
                if (line == lines) {
                    // Not child.destroyForcibly(), which would also close what it still has to say.
                    child.toHandle().destroyForcibly();
                }
                String text = out.readLine();
                if (text == null) {
                    break;
                }
                // The last line may be cut short by the kill; a whole one ends in a full stop.
                if (text.endsWith(".")) {
                    String[] words = text.split(" ");
                    acknowledged.put(Long.parseLong(words[0]), Long.parseLong(words[1]));
                }
            }
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private static Verification requireAll(
            Path directory, LogSigner signer, Map<Long, Long> acknowledged) throws Exception {
        Map<Long, Long> found = new HashMap<>();
        Verification verification =
                LedgerVerifier.verify(
                        directory,
                        signer.verifierKey(),
                        entry -> {
                            if (entry.fact() instanceof Fact.PolicyApplied applied) {
                                found.put(entry.index(), applied.version());
                            }
                        });
        assertThat(found).containsAllEntriesOf(acknowledged);
        return verification;
    }

    /** The process that is killed: prints each acknowledged index and its entry's number. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            Ledger ledger =
                    Ledger.open(
                            Path.of(arguments[0]),
                            Samples.signer(Path.of(arguments[1])),
                            LedgerOptions.defaults().withCheckpointInterval(Duration.ofMillis(10)));
            ledger.putDocument(Samples.PLAN);
            for (int writer = 0; writer < WRITERS; writer++) {
                long start = writer * 1_000_000L;
                Thread.ofPlatform()
                        .start(() -> {
                            for (long i = start; ; i++) {
                                long index = ledger.append(Samples.applied(i), Samples.privates(i));
                                System.out.println(index + " " + i + " .");
                            }
                        });
            }
        }
    }
}
