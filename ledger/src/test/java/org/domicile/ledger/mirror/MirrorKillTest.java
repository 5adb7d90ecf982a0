package org.domicile.ledger.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.TestLedger;
import org.domicile.ledger.Verification;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.serve.LedgerServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mirror in a process of its own, killed with SIGKILL or short of disk, while the log grows. */
final class MirrorKillTest {
    private static final int KILLS = 12;

    /** Of what a mirror says while it works, one for each bundle that came. */
    private static final int MAX_LINES = 200;

    private static final int FIRST_ENTRIES = 80_000;

    /** Blocks of 1 KiB that a file may have: less than a bundle. */
    private static final int FILE_BLOCKS = 24;

    @TempDir Path temporary;
    private Path directory;
    private Path copy;
    private VerifierKey key;
    private LedgerServer server;

    @BeforeEach
    void start() throws IOException {
        directory = temporary.resolve("ledger");
        copy = temporary.resolve("copy");
        key = TestLedger.key(temporary);
        TestLedger.grow(directory, temporary, FIRST_ENTRIES);
        server =
                LedgerServer.start(
                        directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Process mirror(Path log, String prefix) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", prefix + " exec \"$@\"", "mirror"));
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        "http://127.0.0.1:" + server.address().getPort(),
                        copy.toString(),
                        key.text()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private Verification verified() throws Exception {
        return LedgerVerifier.verify(copy, key, entry -> {});
    }

    @Test
    void aKilledMirrorLosesNothing() throws Exception {
        Random random = new Random(17);
        AtomicBoolean done = new AtomicBoolean();
        Path output = temporary.resolve("output");
        long size = 0;
        int unfinished = 0;
        try (TestLedger ledger = TestLedger.open(directory, temporary, Duration.ofMillis(50))) {
            Thread writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (long i = 0; !done.get(); i++) {
                                    ledger.append(i);
                                }
                            });
            try {
                for (int kill = 0; kill < KILLS; kill++) {
                    Process child = mirror(output, "");
                    waitForLines(output, random.nextInt(MAX_LINES));
                    child.destroyForcibly();
                    assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
                    assertThat(Files.readString(output)).doesNotContain("Exception");
                    unfinished += Files.exists(copy.resolve("mirror/pending")) ? 1 : 0;
                    if (Files.exists(copy.resolve("checkpoint"))) {
                        long now = verified().checkpoint().size();
                        assertThat(now).isGreaterThanOrEqualTo(size);
                        size = now;
                    }
                }
            } finally {
                done.set(true);
                writer.join();
            }
        }
        assertThat(unfinished).as("kills in the middle of a copy").isPositive();
        try (Mirror mirror =
                Mirror.open(
                        URI.create("http://127.0.0.1:" + server.address().getPort()),
                        copy,
                        key,
                        Mirror.Options.defaults())) {
            mirror.sync((entries, of) -> {});
        }
        assertThat(copy.resolve("checkpoint"))
                .hasSameBinaryContentAs(directory.resolve("checkpoint"));
        assertThat(verified().checkpoint().size()).isGreaterThan(FIRST_ENTRIES);
    }

    @Test
    void aFullDiskIsSaidAndMadeUpForLater() throws Exception {
        Path output = temporary.resolve("output");
        Process child = mirror(output, "ulimit -f " + FILE_BLOCKS + ";");
        waitFor(output, "File too large");
        child.destroyForcibly();
        assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(copy.resolve("checkpoint")).doesNotExist();
        child = mirror(output, "");
        waitFor(output, "size " + FIRST_ENTRIES);
        child.destroyForcibly();
        assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(verified().checkpoint().size()).isEqualTo(FIRST_ENTRIES);
    }

    private static void waitFor(Path output, String text) throws Exception {
        for (int i = 0; i < 600; i++) {
            if (Files.exists(output)
                    && Files.readString(output, StandardCharsets.UTF_8).contains(text)) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no \"" + text + "\" in\n" + Files.readString(output));
    }

    private static void waitForLines(Path output, int count) throws Exception {
        for (int i = 0; i < 6000; i++) {
            if (Files.exists(output) && Files.readAllLines(output).size() >= count) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("not " + count + " lines in\n" + Files.readString(output));
    }

    /** The process that is killed. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            try (Mirror mirror =
                    Mirror.open(
                            URI.create(arguments[0]),
                            Path.of(arguments[1]),
                            VerifierKey.parse(arguments[2]),
                            Mirror.Options.defaults())) {
                while (true) {
                    System.out.println(
                            mirror.sync((entries, of) -> System.out.println(entries)).checkpoint());
                }
            }
        }
    }
}
