package org.domicile.ledger.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.domicile.ledger.TestLedger;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.witness.Witness;
import org.domicile.ledger.witness.WitnessServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that never finishes its request is cut off, by a ledger's server and by a witness's. In
 * a process of their own, since the JDK's server reads its limits once.
 */
final class SlowClientTest {
    private static final int LIMIT_SECONDS = 1;

    /** Much more than the limit, and less than what would be without one. */
    private static final int PATIENCE_MILLIS = 100_000;

    @TempDir Path temporary;

    /** Prints the ports of both and serves until it is killed. */
    static final class Serving {
        private Serving() {}

        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            Cosigner cosigner =
                    Cosigner.generate(
                            directory.resolve("w"),
                            "example.com/w",
                            VerifierKey.Type.COSIGNATURE_ED25519);
            Witness witness =
                    Witness.open(
                            directory.resolve("witness"),
                            List.of(cosigner),
                            Map.of("example.com/log", List.of(TestLedger.key(directory))),
                            Clock.systemUTC());
            System.out.println(
                    LedgerServer.start(directory.resolve("ledger"), any).address().getPort());
            System.out.println(WitnessServer.start(witness, any).address().getPort());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void isCutOff() throws Exception {
        try (TestLedger ledger = TestLedger.open(temporary.resolve("ledger"), temporary)) {
            ledger.fill(3);
        }
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Dsun.net.httpserver.maxReqTime=" + LIMIT_SECONDS,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Serving.class.getName(),
                                temporary.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader out = child.inputReader(StandardCharsets.US_ASCII)) {
            int ledger = Integer.parseInt(out.readLine());
            int witness = Integer.parseInt(out.readLine());
            requireCutOff(ledger, "GET /checkpoint HTTP/1.1\r\nHos");
            requireCutOff(witness, "GET / HTTP/1.1\r\nHos");
            requireCutOff(
                    witness,
                    "POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nold 0");
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private static void requireCutOff(int port, String beginning) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).doesNotStartWith("HTTP/1.1 2");
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset"); // cut off as well
        }
    }
}
