package org.domicile.ledger.mirror;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server over a ledger's directory that misbehaves where a test wants it to. */
final class FaultyLog implements AutoCloseable {
    private final Path directory;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);

    /** How one file is answered for. */
    interface Answer {
        void give(HttpExchange exchange) throws IOException, InterruptedException;
    }

    FaultyLog(Path directory) throws IOException {
        this.directory = directory;
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void answer(String name, Answer answer) {
        answers.put(name, answer);
    }

    /** Answers for a file with other content. */
    void replace(String name, byte[] content) {
        answer(name, exchange -> send(exchange, content));
    }

    void behave() {
        answers.clear();
        left.set(Integer.MAX_VALUE);
    }

    /** Answers with status 400 after so many requests. */
    void stopAfter(int requests) {
        left.set(requests);
    }

    /** What was asked for since the last call. */
    List<String> takeAsked() {
        List<String> taken = List.copyOf(asked);
        asked.clear();
        return taken;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String name = exchange.getRequestURI().getPath().substring(1);
            asked.add(name);
            Path file = directory.resolve(name);
            Answer answer = answers.get(name);
            if (left.getAndDecrement() <= 0) {
                exchange.sendResponseHeaders(400, -1);
            } else if (answer != null) {
                answer.give(exchange);
            } else if (Files.isRegularFile(file)) {
                send(exchange, Files.readAllBytes(file));
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void send(HttpExchange exchange, byte[] content) throws IOException {
        exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
