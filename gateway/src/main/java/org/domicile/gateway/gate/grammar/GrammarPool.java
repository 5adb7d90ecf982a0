package org.domicile.gateway.gate.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A few platform threads, each with a deep stack and a {@link Grammar} of its own, and a bounded
 * queue before them. Callers, virtual threads included, wait for their answer.
 */
public final class GrammarPool implements AutoCloseable {
    /** Each instance holds 36 MiB, so more than a few would only cost memory. */
    private static final int MAX_THREADS = 4;

    /** As many texts may wait for a thread; the rest are told to come back. */
    static final int MAX_WAITING = 256;

    static final long MAX_WAIT_MILLIS = 10_000;

    /** Work of one caller; {@code reply} is always completed. */
    private record Task(String sql, boolean scan, CompletableFuture<String> reply) {}

    private final Semaphore places;
    private final BlockingQueue<Task> queue;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    public GrammarPool() {
        this(Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
    }

    GrammarPool(int size) {
        places = new Semaphore(MAX_WAITING, true);
        queue = new ArrayBlockingQueue<>(MAX_WAITING);
        for (int i = 0; i < size; i++) {
            Thread thread = new Thread(null, this::serve, "grammar-" + i, Grammar.STACK_BYTES);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** PostgreSQL's raw parse tree of a text, as JSON. */
    public String parse(String sql) throws GrammarException {
        return submit(sql, false);
    }

    /** PostgreSQL's tokens of a text, as JSON: for tests of a lexer. */
    String scan(String sql) throws GrammarException {
        return submit(sql, true);
    }

    private String submit(String sql, boolean scan) throws GrammarException {
        boolean placed = false;
        try {
            placed = places.tryAcquire(MAX_WAIT_MILLIS, TimeUnit.MILLISECONDS);
            if (!placed || closed) {
                throw busy();
            }
            Task task = new Task(sql, scan, new CompletableFuture<>());
            queue.add(task);
            return task.reply().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GrammarException cause) {
                throw new GrammarException(cause.kind(), String.valueOf(cause.getMessage()));
            }
            throw new IllegalStateException("the grammar failed", e.getCause());
        } finally {
            if (placed) {
                places.release();
            }
        }
    }

    private static GrammarException busy() {
        return new GrammarException(
                GrammarException.Kind.BUSY, "too many statements wait to be read");
    }

    private void serve() {
        Grammar grammar = null;
        while (!closed) {
            Task task = null;
            try {
                grammar = grammar == null ? new Grammar() : grammar;
                task = queue.take();
                String json = task.scan() ? grammar.scan(task.sql()) : grammar.parse(task.sql());
                task.reply().complete(json);
            } catch (InterruptedException e) {
                fail(task, busy());
            } catch (GrammarException e) {
                grammar = e.kind() == GrammarException.Kind.SYNTAX ? grammar : null;
                fail(task, e);
            } catch (RuntimeException | Error e) {
                grammar = null;
                fail(task, e);
            }
        }
        for (Task left = queue.poll(); left != null; left = queue.poll()) {
            fail(left, busy());
        }
    }

    private static void fail(@Nullable Task task, Throwable cause) {
        if (task != null) {
            task.reply().completeExceptionally(cause);
        }
    }

    /** Ends the threads; whoever waits is told that the pool is busy. */
    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }
}
