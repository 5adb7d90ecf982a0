package org.domicile.ledger.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A witness that is killed with SIGKILL while two histories of one log are pressed upon it: all
 * that ever left it is of one history, and it never forgets.
 */
final class WitnessKillTest {
    private static final int KILLS = Integer.getInteger("domicile.witness.kills", 6);
    private static final int CLIENTS = 4;
    private static final int FORK = 3;
    private static final int ENTRIES = 2_000;
    private static final int MAX_ALIVE_MILLIS = 400;
    private static final String ORIGIN = "example.com/log";

    @TempDir Path temporary;
    private VerifierKey witnessKey;
    private TestLog left;
    private TestLog right;
    private final Queue<Checkpoint> cosigned = new ConcurrentLinkedQueue<>();
    private final AtomicLong largest = new AtomicLong();

    @BeforeEach
    void prepare() throws Exception {
        LogSigner signer = LogSigner.generate(temporary.resolve("log"), ORIGIN);
        witnessKey =
                Cosigner.generate(
                                temporary.resolve("witness.key"),
                                "example.com/w",
                                VerifierKey.Type.COSIGNATURE_ED25519)
                        .verifierKey();
        left = new TestLog(signer, ENTRIES, FORK, "left");
        right = new TestLog(signer, ENTRIES, FORK, "right");
    }

    @Test
    void killedAgainAndAgainItSignsOneHistory() throws Exception {
        Random random = new Random(12);
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(random.nextInt(MAX_ALIVE_MILLIS), random.nextLong());
        }
        assertThat(cosigned).hasSizeGreaterThan(KILLS);
        assertThat(largest.get()).isGreaterThan(FORK);
        assertThat(
                        cosigned.stream().allMatch(left::hasRoot)
                                || cosigned.stream().allMatch(right::hasRoot))
                .as("all that it cosigned is of one history")
                .isTrue();
    }

    private void runAndKill(int aliveMillis, long seed) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Server.class.getName(),
                                temporary.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        AtomicBoolean isAlive = new AtomicBoolean(true);
        try (var out = child.inputReader(StandardCharsets.US_ASCII);
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            URI address = URI.create("http://127.0.0.1:" + out.readLine() + "/add-checkpoint");
            long remembered = seen(address);
            assertThat(remembered)
                    .as("what was answered before the kill is remembered")
                    .isGreaterThanOrEqualTo(largest.get());
            List<Future<?>> clients =
                    IntStream.range(0, CLIENTS)
                            .<Future<?>>mapToObj(client ->
                                    threads.submit(() -> {
                                        press(address, new Random(seed + client), isAlive);
                                        return null;
                                    }))
                            .toList();
            long before = cosigned.size();
            while (cosigned.size() == before) {
                Thread.sleep(1);
            }
            Thread.sleep(aliveMillis);
            child.toHandle().destroyForcibly();
            isAlive.set(false);
            for (Future<?> client : clients) {
                client.get();
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private long seen(URI address) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = post(http, address, left.request(0, 1));
            return answer.statusCode() == 409 ? Long.parseLong(answer.body().strip()) : 1;
        }
    }

    private static HttpResponse<String> post(HttpClient http, URI address, AddCheckpoint request)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(request.toBytes()))
                        .build(),
                BodyHandlers.ofString());
    }

    private void press(URI address, Random random, AtomicBoolean isAlive) throws Exception {
        int size = 1;
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (isAlive.get()) {
                TestLog log = random.nextBoolean() ? left : right;
                int next = Math.min(ENTRIES, size + random.nextInt(3));
                AddCheckpoint request = log.request(size, next);
                HttpResponse<String> answer = post(http, address, request);
                if (answer.statusCode() == 200) {
                    SignedNote asked = SignedNote.parse(request.note());
                    SignedNote answered =
                            new SignedNote(
                                    asked.text(),
                                    SignedNote.parseLines(
                                            answer.body().getBytes(StandardCharsets.UTF_8)));
                    assertThat(answered.lineOf(witnessKey)).isPresent();
                    cosigned.add(Checkpoint.parse(asked.text()));
                    largest.accumulateAndGet(next, Math::max);
                    size = next;
                } else if (answer.statusCode() == 409) {
                    size = Math.max(1, Integer.parseInt(answer.body().strip()));
                } else {
                    assertThat(answer.statusCode()).isEqualTo(422);
                }
            }
        } catch (IOException e) {
            // Killed: what was answered before is what counts.
            return;
        }
    }

    /** The process that is killed: prints its port. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws Exception {
            Path temporary = Path.of(arguments[0]);
            VerifierKey log = LogSigner.load(temporary.resolve("log")).verifierKey();
            Witness witness =
                    Witness.open(
                            temporary.resolve("witness"),
                            List.of(Cosigner.load(temporary.resolve("witness.key"))),
                            Map.of(ORIGIN, List.of(log)),
                            Clock.systemUTC());
            WitnessServer server =
                    WitnessServer.start(
                            witness, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println(server.address().getPort());
        }
    }
}
