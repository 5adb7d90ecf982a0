package org.domicile.ledger.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.domicile.ledger.Layout;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TileTree;

/**
 * A web server for the public files of one ledger's directory, also while it is being written. GET
 * and HEAD only; each request has a virtual thread.
 *
 * <p>A tile is served once the checkpoint covers it: before, its file may be half written, and
 * caches keep what they once got for good.
 */
public final class LedgerServer implements AutoCloseable {
    /** Requests that are answered at once; others wait. */
    static final int MAX_REQUESTS = 64;

    /** After so long a wait a request is turned away with 503. */
    static final int MAX_WAIT_SECONDS = 10;

    private static final int CHECKPOINT_BYTES = 64 * 1024;

    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    /** The JDK's server reads its limits from these, once in a process. */
    private static final List<String> LIMITS =
            List.of(
                    "jdk.httpserver.maxConnections=512",
                    "sun.net.httpserver.maxReqHeaders=100",
                    "sun.net.httpserver.maxReqTime=20",
                    "sun.net.httpserver.maxRspTime=600",
                    "sun.net.httpserver.nodelay=true");

    private final Path directory;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore slots = new Semaphore(MAX_REQUESTS, true);
    private volatile long knownSize;

    private LedgerServer(Path directory, HttpServer server) {
        this.directory = directory;
        this.server = server;
    }

    /** Serves a directory until {@link #close}; port 0 takes a free one. */
    public static LedgerServer start(Path directory, InetSocketAddress address) throws IOException {
        for (String limit : LIMITS) {
            int split = limit.indexOf('=');
            if (System.getProperty(limit.substring(0, split)) == null) {
                System.setProperty(limit.substring(0, split), limit.substring(split + 1));
            }
        }
        LedgerServer served =
                new LedgerServer(directory.toRealPath(), HttpServer.create(address, 0));
        served.server.setExecutor(served.threads);
        served.server.createContext("/", served::handle);
        served.server.start();
        return served;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Stops at once; requests under way are cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!slots.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                exchange.getResponseHeaders().set("Retry-After", String.valueOf(MAX_WAIT_SECONDS));
                refuse(exchange, UNAVAILABLE, "busy, come again");
                return;
            }
            try {
                answer(exchange);
            } finally {
                slots.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (!head && !exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            refuse(exchange, METHOD_NOT_ALLOWED, "GET and HEAD only");
            return;
        }
        String path = exchange.getRequestURI().getRawPath();
        Optional<PublicFile> file = path == null ? Optional.empty() : PublicFile.of(path);
        if (file.isEmpty() || !isComplete(file.get())) {
            refuse(exchange, NOT_FOUND, "not found");
            return;
        }
        try (FileChannel channel = open(file.get().name())) {
            new FileAnswer(exchange, file.get(), channel).send(modified(file.get()));
        } catch (NoSuchFileException | NotDirectoryException e) {
            refuse(exchange, NOT_FOUND, "not found");
        }
    }

    /** Opens a regular file that lies where its name says, with no symbolic link on the way. */
    private FileChannel open(String name) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || !file.toRealPath().equals(file)) {
            throw new NoSuchFileException(name);
        }
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    private boolean isComplete(PublicFile file) throws IOException {
        return !(file instanceof PublicFile.Tile(TilePath path))
                || isCovered(path, knownSize)
                || isCovered(path, readSize());
    }

    private static boolean isCovered(TilePath path, long size) {
        long full = TileTree.fullTiles(size, path.level());
        return path.tile() < full
                || (path.tile() == full
                        && path.width() <= TileTree.partialWidth(size, path.level()));
    }

    /** How many entries the checkpoint claims; its signature is for the clients to check. */
    private long readSize() throws IOException {
        try (FileChannel channel = open(Layout.CHECKPOINT)) {
            byte[] start = FileAnswer.read(channel, CHECKPOINT_BYTES);
            String[] lines = new String(start, StandardCharsets.UTF_8).split("\n", 3);
            knownSize = lines.length < 2 ? 0 : Long.parseLong(lines[1]);
            return knownSize;
        } catch (NoSuchFileException | NumberFormatException e) {
            return 0;
        }
    }

    private Instant modified(PublicFile file) throws IOException {
        return Files.getLastModifiedTime(directory.resolve(file.name())).toInstant();
    }

    private static void refuse(HttpExchange exchange, int status, String text) throws IOException {
        byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, line.length);
            exchange.getResponseBody().write(line);
        }
    }
}
