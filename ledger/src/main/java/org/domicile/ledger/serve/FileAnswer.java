package org.domicile.ledger.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.domicile.ledger.serve.Conditions.ByteRange;

/** The answer to one request for a file that is there, on the request's own thread. */
final class FileAnswer {
    private static final int BUFFER_BYTES = 256 * 1024;

    /** The files that change are signed notes and keys; no larger one is read for its tag. */
    private static final int CHANGING_BYTES = 64 * 1024;

    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final HttpExchange exchange;
    private final PublicFile file;
    private final FileChannel channel;

    FileAnswer(HttpExchange exchange, PublicFile file, FileChannel channel) {
        this.exchange = exchange;
        this.file = file;
        this.channel = channel;
    }

    void send(Instant modified) throws IOException {
        Conditions conditions = new Conditions(etag(modified), modified);
        Conditions.Fields fields =
                name -> {
                    List<String> values = exchange.getRequestHeaders().get(name);
                    return values == null ? List.of() : values;
                };
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", file.contentType());
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("ETag", conditions.etag());
        headers.set("Last-Modified", conditions.lastModified());
        headers.set("Cache-Control", caching());
        headers.set("Accept-Ranges", "bytes");
        switch (conditions.judge(fields)) {
            case NOT_MODIFIED -> exchange.sendResponseHeaders(NOT_MODIFIED, -1);
            case PRECONDITION_FAILED -> exchange.sendResponseHeaders(PRECONDITION_FAILED, -1);
            case SEND -> sendContent(conditions, fields);
        }
    }

    private String caching() {
        return switch (file) {
            case PublicFile.SignedCheckpoint _, PublicFile.Key _ -> "no-cache";
            case PublicFile.Tile _, PublicFile.Document _, PublicFile.Handover _ ->
                    "public, max-age=31536000, immutable";
        };
    }

    /** What changes is tagged by its content, and what never does by its size and its time. */
    private String etag(Instant modified) throws IOException {
        return switch (file) {
            case PublicFile.SignedCheckpoint _, PublicFile.Key _ ->
                    '"' + digest(read(channel, CHANGING_BYTES)) + '"';
            case PublicFile.Tile _, PublicFile.Document _, PublicFile.Handover _ ->
                    "\"%x-%x\"".formatted(channel.size(), modified.toEpochMilli());
        };
    }

    private static String digest(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, digest.length / 2);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The first bytes of a file, at most so many; the channel stays where it is. */
    static byte[] read(FileChannel channel, int maxBytes) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), maxBytes));
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = channel.read(bytes, bytes.position());
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private void sendContent(Conditions conditions, Conditions.Fields fields) throws IOException {
        long length = channel.size();
        Headers headers = exchange.getResponseHeaders();
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", String.valueOf(length));
            exchange.sendResponseHeaders(OK, -1);
            return;
        }
        Optional<ByteRange> range = conditions.range(fields, length);
        if (range.isPresent() && range.get().isUnsatisfiable()) {
            headers.set("Content-Range", "bytes */" + length);
            headers.set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(RANGE_NOT_SATISFIABLE, -1);
            return;
        }
        ByteRange sent = range.orElse(new ByteRange(0, length));
        if (range.isPresent()) {
            headers.set(
                    "Content-Range",
                    "bytes " + sent.start() + "-" + (sent.end() - 1) + "/" + length);
        }
        long bytes = sent.end() - sent.start();
        exchange.sendResponseHeaders(
                range.isPresent() ? PARTIAL_CONTENT : OK, bytes == 0 ? -1 : bytes);
        if (bytes > 0) {
            copy(sent, exchange.getResponseBody());
        }
    }

    private void copy(ByteRange range, OutputStream out) throws IOException {
        long bytes = range.end() - range.start();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(bytes, BUFFER_BYTES));
        long position = range.start();
        while (position < range.end()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), range.end() - position));
            int read = channel.read(buffer, position);
            if (read < 0) {
                throw new IOException("the file became shorter while it was sent");
            }
            out.write(buffer.array(), 0, read);
            position += read;
        }
    }
}
