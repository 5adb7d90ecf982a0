package org.domicile.ledger.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.domicile.ledger.Layout;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The edges of a witness's HTTP interface, over real sockets. */
final class WitnessServerTest {
    private static final String ORIGIN = "example.com/log";
    private static final String ADD = "/add-checkpoint";
    private static final String HALF_A_REQUEST =
            "POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nold 0";
    private static final int READ_TIMEOUT_MILLIS = 20_000;

    @TempDir Path temporary;
    private final HttpClient client = HttpClient.newHttpClient();
    private LogSigner signer;
    private Cosigner cosigner;
    private TestLog log;
    private Witness witness;
    private WitnessServer server;

    @BeforeEach
    void start() throws IOException {
        signer = LogSigner.generate(temporary.resolve("log"), ORIGIN);
        cosigner =
                Cosigner.generate(
                        temporary.resolve("w"),
                        "example.com/w",
                        VerifierKey.Type.COSIGNATURE_ED25519);
        log = new TestLog(signer, 20, 20, "");
        witness =
                Witness.open(
                        temporary.resolve("witness"),
                        List.of(cosigner),
                        Map.of(ORIGIN, List.of(signer.verifierKey())),
                        Clock.systemUTC());
        server =
                WitnessServer.start(
                        witness, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
        witness.close();
    }

    private HttpResponse<String> ask(String method, String path, byte[] body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return ask("GET", path, new byte[0]);
    }

    private HttpResponse<String> add(AddCheckpoint request) throws Exception {
        return ask("POST", ADD, request.toBytes());
    }

    private static String checkpointPath(String origin) {
        return "/" + Layout.sha256Hex(origin.getBytes(StandardCharsets.UTF_8)) + "/checkpoint";
    }

    @Test
    void tellsItsKeysAndWhatItCosigned() throws Exception {
        assertThat(get("/").body()).isEqualTo(cosigner.verifierKey().text() + "\n");
        assertThat(get(checkpointPath(ORIGIN)).statusCode()).isEqualTo(404);
        HttpResponse<String> cosigned = add(log.request(0, 9));
        assertThat(cosigned.statusCode()).isEqualTo(200);
        assertThat(cosigned.body()).startsWith("\u2014 example.com/w ").hasLineCount(1);
        HttpResponse<String> latest = get(checkpointPath(ORIGIN));
        assertThat(latest.statusCode()).isEqualTo(200);
        assertThat(latest.headers().firstValue("Content-Type"))
                .contains("text/plain; charset=utf-8");
        SignedNote note = SignedNote.parse(latest.body().getBytes(StandardCharsets.UTF_8));
        assertThat(note.lineOf(cosigner.verifierKey())).isPresent();
        assertThat(note.lineOf(signer.verifierKey())).isPresent();
        assertThat(get(checkpointPath("example.com/other")).statusCode()).isEqualTo(404);
    }

    /** The status of each refusal, as C2SP tlog-witness has it. */
    @Test
    void refusalsHaveTheirStatus() throws Exception {
        add(log.request(0, 9));
        HttpResponse<String> conflict = add(log.request(4, 12));
        assertThat(conflict.statusCode()).isEqualTo(409);
        assertThat(conflict.headers().firstValue("Content-Type")).contains("text/x.tlog.size");
        assertThat(conflict.body()).isEqualTo("9\n");
        TestLog fork = new TestLog(signer, 20, 5, "fork");
        assertThat(add(fork.request(9, 12)).statusCode()).isEqualTo(422);
        LogSigner other = LogSigner.generate(temporary.resolve("other"), ORIGIN);
        assertThat(add(new TestLog(other, 20, 20, "").request(9, 12)).statusCode()).isEqualTo(403);
        LogSigner unknown = LogSigner.generate(temporary.resolve("x"), "example.com/unknown");
        assertThat(add(new TestLog(unknown, 20, 20, "").request(0, 12)).statusCode())
                .isEqualTo(404);
        assertThat(add(log.request(9, 12)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})
    void aCheckpointIsPosted(String method) throws Exception {
        HttpResponse<String> answer = ask(method, ADD, new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void whatIsReadIsGot(String method) throws Exception {
        for (String path : List.of("/", checkpointPath(ORIGIN))) {
            HttpResponse<String> answer = ask(method, path, new byte[] {'x'});
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).contains("GET");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/add-checkpoint/",
                "/Add-Checkpoint",
                "//add-checkpoint",
                "/x/../add-checkpoint",
                "/checkpoint",
                "/0/checkpoint",
                "/ed25519.key",
                "/../ed25519.key",
                "/logs/",
                "/evidence/",
                "/%2e%2e/w"
            })
    void everythingElseIsNotThere(String target) throws Exception {
        String answer = raw("POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n");
        assertThat(answer).startsWith("HTTP/1.1 404 ");
    }

    /** Sends a head no client would; what was answered until the end. */
    private String raw(String head) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void whatIsTooLargeIsRefused() throws Exception {
        byte[] body = new byte[AddCheckpoint.MAX_BYTES + 1];
        Arrays.fill(body, (byte) 'x');
        HttpResponse<String> tooLarge = ask("POST", ADD, body);
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(tooLarge.body()).contains("at most " + AddCheckpoint.MAX_BYTES + " bytes");
        byte[] largest = Arrays.copyOf(body, AddCheckpoint.MAX_BYTES);
        assertThat(ask("POST", ADD, largest).statusCode()).isEqualTo(400);
        assertThat(add(log.request(0, 9)).statusCode()).isEqualTo(200);
    }

    /** One that says it has more than it sends waits for itself only. */
    @Test
    void aBodyThatNeverComesKeepsNobodyElseWaiting() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write(HALF_A_REQUEST.getBytes(StandardCharsets.US_ASCII));
            assertThat(add(log.request(0, 9)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void malformedBodiesAre400AndChangeNothing() throws Exception {
        byte[] good = log.request(0, 9).toBytes();
        String text = new String(good, StandardCharsets.UTF_8);
        for (String body :
                List.of(
                        "",
                        "\n\n",
                        "old 0",
                        "old 0\n\n",
                        text.replace("old 0", "old -1"),
                        text.replace("old 0", "old 00"),
                        text.replace("old 0", "old 0\n" + "A".repeat(43) + "!"),
                        text.replace("old 0", "old 10"),
                        text.replace("\n9\n", "\n09\n"),
                        text.replace("\n9\n", "\n99999999999999999999\n"))) {
            HttpResponse<String> answer = ask("POST", ADD, body.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).hasLineCount(1);
        }
        Random random = new Random(8);
        for (int i = 0; i < 2_000; i++) {
            byte[] changed = good.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            changed = Arrays.copyOf(changed, changed.length - random.nextInt(2));
            if (!Arrays.equals(changed, good)) {
                assertThat(ask("POST", ADD, changed).statusCode())
                        .as(HexFormat.of().formatHex(changed))
                        .isIn(400, 403, 404, 409);
            }
        }
        assertThat(get(checkpointPath(ORIGIN)).statusCode()).isEqualTo(404);
        assertThat(ask("POST", ADD, good).statusCode()).isEqualTo(200);
    }

    @Test
    void whatIsNoRequestHarmsNobody() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            try {
                String answer = raw(new String(noise, StandardCharsets.ISO_8859_1) + "\r\n");
                assertThat(answer).doesNotStartWith("HTTP/1.1 2");
            } catch (SocketException e) {
                assertThat(e).hasMessageMatching("(?s).*(reset|Broken pipe|aborted).*");
            }
        }
        assertThat(get("/").statusCode()).isEqualTo(200);
    }
}
