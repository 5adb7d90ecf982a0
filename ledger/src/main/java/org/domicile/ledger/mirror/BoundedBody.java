package org.domicile.ledger.mirror;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The content of an answer, given up as soon as it has more bytes than it may. */
final class BoundedBody implements BodySubscriber<byte[]> {
    private static final int FIRST_BYTES = 16 * 1024;

    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final int maxBytes;
    private byte[] bytes;
    private int length;
    private Flow.@Nullable Subscription subscription;

    /** An answer with more bytes than asked for. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;

        TooLargeException(int maxBytes) {
            super("answers more than " + maxBytes + " bytes, which is the most that this file has");
        }
    }

    /**
     * @param announced the length that the answer's head names, 0 where it names none
     */
    BoundedBody(int maxBytes, long announced) {
        this.maxBytes = maxBytes;
        this.bytes = new byte[(int) Math.min(maxBytes, announced > 0 ? announced : FIRST_BYTES)];
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            int more = piece.remaining();
            if (more > maxBytes - length) {
                if (subscription != null) {
                    subscription.cancel();
                }
                whole.completeExceptionally(new TooLargeException(maxBytes));
                return;
            }
            if (more > bytes.length - length) {
                bytes =
                        Arrays.copyOf(
                                bytes,
                                (int)
                                        Math.min(
                                                maxBytes,
                                                Math.max(2L * bytes.length, (long) length + more)));
            }
            piece.get(bytes, length, more);
            length += more;
        }
    }

    @Override
    public void onError(Throwable problem) {
        whole.completeExceptionally(problem);
    }

    @Override
    public void onComplete() {
        whole.complete(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    }
}
