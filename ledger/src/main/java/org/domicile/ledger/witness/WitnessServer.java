package org.domicile.ledger.witness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.SignedNote.SignatureLine;
import org.domicile.ledger.note.VerifierKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP interface of a {@link Witness}, C2SP tlog-witness: {@code POST /add-checkpoint}, and
 * {@code GET /<origin hash>/checkpoint}; {@code GET /} tells its keys. A virtual thread for each
 * request; the witness remains the caller's to close, after this.
 */
public final class WitnessServer implements AutoCloseable {
    /** Connections that wait to be accepted. */
    private static final int BACKLOG = 128;

    private static final int MAX_CONNECTIONS = 256;

    /** A slower request, or client, is cut off. */
    private static final int MAX_REQUEST_SECONDS = 30;

    /** How long requests under way may still take when it is closed. */
    private static final int CLOSE_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(WitnessServer.class);
    private static final Pattern CHECKPOINT = Pattern.compile("/([0-9a-f]{64})/checkpoint");
    private static final String ADD_CHECKPOINT = "/add-checkpoint";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String SIZE = "text/x.tlog.size";

    private final Witness witness;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private WitnessServer(Witness witness, HttpServer server) {
        this.witness = witness;
        this.server = server;
    }

    static {
        // Read once by the JDK's server, when the first one is made.
        setUnlessSet("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
        setUnlessSet("sun.net.httpserver.maxReqTime", MAX_REQUEST_SECONDS);
        setUnlessSet("sun.net.httpserver.maxRspTime", MAX_REQUEST_SECONDS);
    }

    private static void setUnlessSet(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    /** Serves from now on. */
    public static WitnessServer start(Witness witness, InetSocketAddress address)
            throws IOException {
        WitnessServer started = new WitnessServer(witness, HttpServer.create(address, BACKLOG));
        started.server.setExecutor(started.threads);
        started.server.createContext("/", started::handle);
        started.server.start();
        return started;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            try {
                route(exchange);
            } catch (IOException | RuntimeException e) {
                LOG.error("a request failed: {}", e.toString());
                answer(exchange, 500, TEXT, "the witness cannot tell what it has cosigned\n");
            }
        } catch (IOException e) {
            LOG.debug("a client left before its answer", e);
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher checkpoint = CHECKPOINT.matcher(path);
        boolean isPost = path.equals(ADD_CHECKPOINT);
        if (!isPost && !checkpoint.matches() && !path.equals("/")) {
            answer(exchange, 404, TEXT, "there is nothing here\n");
        } else if (!exchange.getRequestMethod().equals(isPost ? "POST" : "GET")) {
            exchange.getResponseHeaders().set("Allow", isPost ? "POST" : "GET");
            answer(exchange, 405, TEXT, isPost ? "POST a checkpoint here\n" : "GET this\n");
        } else if (isPost) {
            addCheckpoint(exchange);
        } else if (checkpoint.matches()) {
            Optional<byte[]> latest = witness.latest(checkpoint.group(1));
            if (latest.isPresent()) {
                answer(exchange, 200, TEXT, latest.get());
            } else {
                answer(exchange, 404, TEXT, "no checkpoint of that log was cosigned here\n");
            }
        } else {
            answer(
                    exchange,
                    200,
                    TEXT,
                    witness.verifierKeys().stream()
                            .map(VerifierKey::text)
                            .collect(Collectors.joining("\n", "", "\n")));
        }
    }

    private void addCheckpoint(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(AddCheckpoint.MAX_BYTES + 1);
        if (body.length > AddCheckpoint.MAX_BYTES) {
            answer(
                    exchange,
                    413,
                    TEXT,
                    "a request has at most " + AddCheckpoint.MAX_BYTES + " bytes\n");
            return;
        }
        try {
            List<SignatureLine> lines = witness.add(AddCheckpoint.parse(body));
            answer(
                    exchange,
                    200,
                    TEXT,
                    lines.stream().map(SignatureLine::text).collect(Collectors.joining()));
        } catch (NoteFormatException e) {
            answer(exchange, 400, TEXT, e.getMessage() + "\n");
        } catch (WitnessRefusal refusal) {
            boolean isSize = refusal.reason() == WitnessRefusal.Reason.CONFLICT;
            answer(
                    exchange,
                    refusal.reason().status(),
                    isSize ? SIZE : TEXT,
                    (isSize ? Long.toString(refusal.cosignedSize()) : refusal.getMessage()) + "\n");
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        answer(exchange, status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, isHead ? -1 : body.length);
        if (!isHead) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(CLOSE_SECONDS);
        threads.close();
    }
}
