package org.domicile.ledger.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.domicile.ledger.TestLedger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a ledger of 600 entries, which is open for writing, shows to clients. */
final class LedgerServerTest {
    private static final int REQUESTS = 20_000;
    private static final int READ_TIMEOUT_MILLIS = 10_000;

    @TempDir Path temporary;
    private TestLedger ledger;
    private Path directory;
    private LedgerServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws IOException {
        directory = temporary.resolve("ledger");
        ledger = TestLedger.open(directory, temporary);
        ledger.fill(600);
        ledger.checkpoint();
        server =
                LedgerServer.start(
                        directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
        ledger.close();
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return ask("GET", path, headers);
    }

    private HttpResponse<byte[]> ask(String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.address().getPort() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** Sends a request line no HTTP client would; returns the status. */
    private int raw(String target) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(
                            ("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).as(target).startsWith("HTTP/1.1 ");
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    @Test
    void everyPublicFileIsServedAsItIs() throws Exception {
        List<String> names = new ArrayList<>();
        for (Path file : TestLedger.filesOf(directory)) {
            String name = directory.relativize(file).toString();
            boolean isPublic =
                    name.equals("checkpoint")
                            || name.equals("log.vkey")
                            || name.startsWith("tile/")
                            || name.startsWith("documents/");
            HttpResponse<byte[]> answer = get("/" + name);
            assertThat(answer.statusCode()).as(name).isEqualTo(isPublic ? 200 : 404);
            if (isPublic) {
                assertThat(answer.body()).as(name).isEqualTo(Files.readAllBytes(file));
                names.add(name);
            }
        }
        assertThat(names)
                .contains(
                        "checkpoint",
                        "log.vkey",
                        "tile/0/000",
                        "tile/0/002.p/88",
                        "tile/1/000.p/2",
                        "tile/entries/001",
                        "tile/entries/002.p/88");
    }

    @Test
    void headersAreThoseOfTlogTiles() throws Exception {
        var checkpoint = get("/checkpoint").headers();
        assertThat(checkpoint.firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(checkpoint.firstValue("Cache-Control")).contains("no-cache");
        for (String immutable :
                List.of("/tile/0/000", "/tile/entries/000", "/tile/entries/002.p/88")) {
            var tile = get(immutable).headers();
            assertThat(tile.firstValue("Content-Type")).contains("application/octet-stream");
            assertThat(tile.firstValue("Cache-Control"))
                    .contains("public, max-age=31536000, immutable");
            assertThat(tile.firstValue("Accept-Ranges")).contains("bytes");
        }
        HttpResponse<byte[]> missing = get("/tile/0/777");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void conditionsAndRangesAreHeld() throws Exception {
        for (String name : List.of("/checkpoint", "/tile/entries/000")) {
            HttpResponse<byte[]> whole = get(name);
            String tag = whole.headers().firstValue("ETag").orElseThrow();
            String date = whole.headers().firstValue("Last-Modified").orElseThrow();
            HttpResponse<byte[]> known = get(name, "If-None-Match", tag);
            assertThat(known.statusCode()).isEqualTo(304);
            assertThat(known.body()).isEmpty();
            assertThat(known.headers().firstValue("ETag")).contains(tag);
            assertThat(get(name, "If-Modified-Since", date).statusCode()).isEqualTo(304);
            assertThat(get(name, "If-Match", "\"x\"").statusCode()).isEqualTo(412);
            HttpResponse<byte[]> part = get(name, "Range", "bytes=3-9", "If-Range", tag);
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 3, 10));
            assertThat(part.headers().firstValue("Content-Range"))
                    .contains("bytes 3-9/" + whole.body().length);
            HttpResponse<byte[]> beyond = get(name, "Range", "bytes=99999999-");
            assertThat(beyond.statusCode()).isEqualTo(416);
            assertThat(beyond.headers().firstValue("Content-Range"))
                    .contains("bytes */" + whole.body().length);
            HttpResponse<byte[]> head = ask("HEAD", name);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValueAsLong("Content-Length"))
                    .hasValue(whole.body().length);
        }
        String before = get("/checkpoint").headers().firstValue("ETag").orElseThrow();
        ledger.fill(3);
        ledger.checkpoint();
        assertThat(get("/checkpoint", "If-None-Match", before).statusCode()).isEqualTo(200);
    }

    @Test
    void theLastCheckpointWithAQuorumIsServedLikeTheNewest() throws Exception {
        Files.copy(directory.resolve("checkpoint"), directory.resolve("checkpoint.witnessed"));
        HttpResponse<byte[]> answer = get("/checkpoint.witnessed");
        assertThat(answer.body())
                .isEqualTo(Files.readAllBytes(directory.resolve("checkpoint.witnessed")));
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("text/plain; charset=utf-8");
    }

    /** Whoever sends what is no HTTP gets an error or an end, and others are served. */
    @Test
    void whatIsNoRequestHarmsNobody() throws Exception {
        Random random = new Random(6);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[random.nextInt(300)];
            random.nextBytes(noise);
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
                socket.setSoTimeout(READ_TIMEOUT_MILLIS);
                socket.getOutputStream().write(noise);
                socket.getOutputStream().write("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                String answer =
                        new String(
                                socket.getInputStream().readAllBytes(),
                                StandardCharsets.ISO_8859_1);
                assertThat(answer).doesNotStartWith("HTTP/1.1 2");
            } catch (java.net.SocketException e) {
                assertThat(e).hasMessageMatching("(?s).*(reset|Broken pipe|aborted).*");
            }
        }
        assertThat(get("/checkpoint").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"})
    void otherMethodsAreRefused(String method) throws Exception {
        HttpResponse<byte[]> answer = ask(method, "/checkpoint");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "/tile",
                "/tile/",
                "/tile/0/",
                "/documents/",
                "/bodies/000",
                "/bodies/002.p/88",
                "/tile/../bodies/000",
                "/tile/0/../../bodies/000",
                "/tile/%2e%2e/bodies/000",
                "/tile%2f0%2f000",
                "/tile/0%2F000",
                "/tile/0/000%00",
                "/checkpoint%00",
                "/%63heckpoint",
                "/./checkpoint",
                "//checkpoint",
                "/checkpoint/",
                "/checkpoint;x",
                "/bodies%2f000",
                "/..%2fledger%2fcheckpoint",
                "/../log.key",
                "/%2e%2e/log.key",
                "/..\\log.key",
                "/lock",
                "/wal/0000000000000000600",
                "/mirror/checkpoints",
                "/checkpoint.tmp",
                "/checkpoint.witnessed",
                "/checkpoint.witnessed.tmp",
                "/tile/0/0",
                "/tile/00/000",
                "/tile/8/000",
                "/tile/0/002.p/088",
                "/documents/x.json",
                "/documents/../log.vkey"
            })
    void everythingElseIsNotThere(String target) throws Exception {
        Files.createDirectories(directory.resolve("mirror"));
        Files.writeString(directory.resolve("mirror/checkpoints"), "x");
        assertThat(raw(target)).isIn(400, 404);
    }

    @Test
    void anUnfinishedTileIsNotThereBeforeItsCheckpoint() throws Exception {
        Path early = directory.resolve("tile/0/002.p/99");
        Files.write(early, new byte[99 * 32]);
        assertThat(get("/tile/0/002.p/99").statusCode()).isEqualTo(404);
        ledger.fill(11);
        ledger.checkpoint();
        assertThat(get("/tile/0/002.p/99").statusCode()).isEqualTo(200);
    }

    @Test
    void noSymbolicLinkIsFollowed() throws Exception {
        Path elsewhere = Files.writeString(temporary.resolve("elsewhere"), "secret");
        Path tile = directory.resolve("tile/0/000");
        Files.move(tile, temporary.resolve("moved"));
        Files.createSymbolicLink(tile, elsewhere);
        assertThat(get("/tile/0/000").statusCode()).isEqualTo(404);
        Path entries = directory.resolve("tile/entries");
        Files.move(entries, temporary.resolve("entries"));
        Files.createSymbolicLink(entries, temporary.resolve("entries"));
        assertThat(get("/tile/entries/000").statusCode()).isEqualTo(404);
    }

    /** Fuzz: whatever is asked for, nothing but public files comes back. */
    @Test
    void noSpellingReachesWhatIsNotPublic() {
        Random random = new Random(5);
        String[] parts = {
            "checkpoint",
            "tile",
            "bodies",
            "entries",
            "documents",
            "000",
            "001",
            "x001",
            "002.p",
            "88",
            "0",
            "1",
            "..",
            ".",
            "",
            "%2e%2e",
            "%2f",
            "\u0000",
            "mirror",
            "wal",
            "log.vkey",
            "é",
            "\\",
            "lock",
            ";",
            "?",
            "#",
            "c".repeat(64) + ".json"
        };
        for (int i = 0; i < REQUESTS; i++) {
            StringBuilder path = new StringBuilder();
            for (int part = random.nextInt(6); part >= 0; part--) {
                path.append('/').append(parts[random.nextInt(parts.length)]);
            }
            PublicFile.of(path.toString())
                    .ifPresent(file ->
                            assertThat(file.name())
                                    .isEqualTo(path.substring(1))
                                    .matches(
                                            "checkpoint|log\\.vkey|documents/c{64}\\.json"
                                                    + "|tile/(0|1|entries)/(x001/)*00[0-2](\\.p/(1|88))?"));
        }
    }

    @Test
    void manyClientsAtOnceAreAnswered() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 3 * LedgerServer.MAX_REQUESTS; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    statuses.add(get("/tile/entries/000").statusCode());
                                } catch (Exception e) {
                                    statuses.add(0);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(statuses).hasSize(threads.size()).containsOnly(200);
    }
}
