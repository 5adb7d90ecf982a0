package org.domicile.control.access;

import com.cedarpolicy.BasicAuthorizationEngine;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Cedar's native library, and a thread with room enough for its parser. */
final class NativeCedar {
    /**
     * Its parser and validator recurse with a policy's nesting and length. Within {@link
     * PolicyText}'s bounds this is many times what they need; a usual thread's 1 MiB is not enough.
     */
    private static final long STACK_BYTES = 64 << 20;

    private NativeCedar() {}

    /** The engine; the first to ask loads the library. */
    static BasicAuthorizationEngine engine() {
        return Loaded.ENGINE;
    }

    /**
     * Does a work in a thread of its own, and waits for it.
     *
     * @throws IllegalStateException when it failed
     */
    static <T> T call(Callable<T> work) {
        Result<T> result = new Result<>();
        Thread thread =
                new Thread(
                        null,
                        () -> {
                            try {
                                result.value = work.call();
                            } catch (Exception | LinkageError e) {
                                result.failure = e;
                            }
                        },
                        "cedar",
                        STACK_BYTES);
        thread.start();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true; // it ends soon by itself
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (result.failure instanceof RuntimeException failure) {
            throw failure;
        }
        T value = result.value;
        if (value == null) {
            throw new IllegalStateException("Cedar cannot be asked", result.failure);
        }
        return value;
    }

    private static final class Result<T> {
        private @Nullable T value;
        private @Nullable Throwable failure;
    }

    private static final class Loaded {
        static final BasicAuthorizationEngine ENGINE = new BasicAuthorizationEngine();
    }
}
