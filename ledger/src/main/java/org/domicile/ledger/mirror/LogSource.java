package org.domicile.ledger.mirror;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.domicile.ledger.Layout;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.LedgerFiles;
import org.domicile.ledger.tile.TilePath;
import org.jspecify.annotations.Nullable;

/**
 * A log's public files as its web server gives them: none larger than it may be, none waited for
 * without end, nothing believed. For any thread.
 */
final class LogSource implements AutoCloseable {
    /** How often a file is asked for when the connection breaks or the server is busy. */
    static final int MAX_ATTEMPTS = 3;

    /** An answer that comes slower than this runs out of time. */
    static final int SLOWEST_BYTES_PER_SECOND = 64 * 1024;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(300);

    private static final String GZIP = "gzip";
    private static final int PACKED_SHARE = 1000;
    private static final int PACKED_BYTES = 1024;

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;

    private final HttpClient client;
    private final String prefix;
    private final Duration patience;
    private final AtomicLong fetchedBytes = new AtomicLong();

    /** The server was there but has no time, or the connection broke: asking again may help. */
    private static final class TransientException extends IOException {
        private static final long serialVersionUID = 1;

        TransientException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * @param url the log's URL prefix
     * @param patience for a connection, and for an answer beside the time that its size takes
     */
    LogSource(URI url, Duration patience) {
        String text = url.toString();
        this.prefix = text.endsWith("/") ? text : text + "/";
        this.patience = patience;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(patience)
                        .build();
    }

    String prefix() {
        return prefix;
    }

    long fetchedBytes() {
        return fetchedBytes.get();
    }

    byte[] checkpoint() throws IOException, LedgerDamage {
        return required(Layout.CHECKPOINT, get(Layout.CHECKPOINT, LedgerFiles.MAX_SMALL_BYTES));
    }

    /** The last checkpoint that had a quorum; null where the log shows none. */
    byte @Nullable [] witnessed() throws IOException {
        return get(Layout.WITNESSED, LedgerFiles.MAX_SMALL_BYTES);
    }

    /** Null where the log does not show its key there. */
    byte @Nullable [] verifierKey() throws IOException {
        return get(Layout.VERIFIER_KEY, LedgerFiles.MAX_SMALL_BYTES);
    }

    /** Null where there was no such change of the log's key. */
    byte @Nullable [] handover(int number) throws IOException {
        return get(Layout.handover(number), LedgerFiles.MAX_SMALL_BYTES);
    }

    /** Null where there is none. */
    byte @Nullable [] document(String digest) throws IOException {
        return get(
                Layout.DOCUMENTS + "/" + digest + Layout.DOCUMENT_ENDING,
                Layout.MAX_DOCUMENT_BYTES);
    }

    byte[] required(TilePath path) throws IOException, LedgerDamage {
        return required(path.text(), get(path));
    }

    byte @Nullable [] get(TilePath path) throws IOException {
        return get(path.text(), LedgerFiles.maxBytes(path));
    }

    private static byte[] required(String name, byte @Nullable [] content) throws LedgerDamage {
        if (content == null) {
            throw new Unverified(Place.of(name), "is missing");
        }
        return content;
    }

    private byte @Nullable [] get(String name, int maxBytes) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                byte[] content = ask(name, maxBytes);
                fetchedBytes.addAndGet(content == null ? 0 : content.length);
                return content;
            } catch (TransientException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    private static void pause(int attempt) throws InterruptedIOException {
        try {
            Thread.sleep(BETWEEN_ATTEMPTS.multipliedBy(attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private byte @Nullable [] ask(String name, int maxBytes) throws IOException {
        HttpRequest.Builder asking =
                HttpRequest.newBuilder(URI.create(prefix + name))
                        .header("Accept-Encoding", "gzip, identity");
        if (name.equals(Layout.CHECKPOINT) || name.equals(Layout.WITNESSED)) {
            asking.header("Cache-Control", "no-cache");
        }
        HttpRequest request = asking.build();
        HttpResponse<byte[]> answer = await(request, maxBytes);
        int status = answer.statusCode();
        if (status == NOT_FOUND || status == GONE) {
            return null;
        } else if (status == TOO_MANY_REQUESTS || status >= SERVER_ERRORS) {
            throw new TransientException(request.uri() + " answers status " + status, null);
        } else if (status != OK) {
            throw new IOException(
                    request.uri()
                            + " answers status "
                            + status
                            + answer.headers()
                                    .firstValue("Location")
                                    .map(to -> " and points to " + to + "; give that address")
                                    .orElse(""));
        }
        String encoding = answer.headers().firstValue("Content-Encoding").orElse("identity");
        return switch (encoding) {
            case "identity" -> answer.body();
            case GZIP -> unpack(request.uri(), answer.body(), maxBytes);
            default ->
                    throw new IOException(
                            request.uri() + " is encoded as \"" + encoding + "\", not asked for");
        };
    }

    /** The answer, whole; the timeout of a request by itself would end with its head. */
    private HttpResponse<byte[]> await(HttpRequest request, int maxBytes) throws IOException {
        Duration limit = patience.plusSeconds(maxBytes / SLOWEST_BYTES_PER_SECOND);
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request,
                        head -> new BoundedBody(maxBytes(head, maxBytes), announced(head)));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(
                    request.uri() + " did not answer in full within " + limit.toSeconds() + " s",
                    e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof BoundedBody.TooLargeException) {
                throw new IOException(request.uri() + " " + cause.getMessage(), cause);
            }
            throw new TransientException(
                    "cannot read " + request.uri() + ": " + describe(cause), cause);
        }
    }

    private static long announced(HttpResponse.ResponseInfo head) {
        return head.headers().firstValueAsLong("Content-Length").orElse(0);
    }

    /** What does not get smaller by packing gets a little larger. */
    private static int maxBytes(HttpResponse.ResponseInfo head, int maxBytes) {
        boolean isPacked = head.headers().firstValue("Content-Encoding").equals(Optional.of(GZIP));
        return isPacked ? maxBytes + maxBytes / PACKED_SHARE + PACKED_BYTES : maxBytes;
    }

    private static String describe(Throwable cause) {
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : String.valueOf(cause.getMessage());
    }

    private static byte[] unpack(URI uri, byte[] packed, int maxBytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            byte[] content = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new BoundedBody.TooLargeException(maxBytes);
            }
            return content;
        } catch (IOException e) {
            throw new IOException(uri + ": " + describe(e), e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
