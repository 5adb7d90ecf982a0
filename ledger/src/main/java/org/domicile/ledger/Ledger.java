package org.domicile.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.VerifierKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only transparency log in one directory, with its one writer.
 *
 * <p>Any number of threads append; each entry is encoded on its caller's thread. The thread {@code
 * ledger-writer} makes groups of them durable with one write and one fsync each, and answers. The
 * thread {@code ledger-integrator} puts what is durable into tiles, at an interval, and signs a
 * checkpoint; the directory's other files are written by it alone.
 *
 * <p>After a failed write or fsync the log stops: nothing more is acknowledged, and what can be
 * known of the last group is found out at the next opening (I7).
 */
public final class Ledger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    /** How often entries that wait for their release are looked at. */
    private static final long EXPIRY_MILLIS = 100;

    private final Path directory;
    private final Disk disk;
    private final VerifierKey verifierKey;
    private final DirectoryLock lock;
    private final Intake intake;
    private final Answers answers;
    private final WriteAhead writeAhead;
    private final Integrator integrator;
    private final ScheduledThreadPoolExecutor integratorThread;
    private final EntryWriter writer;
    private final AtomicReference<@Nullable LedgerException> failure = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile SignedCheckpoint newest;
    private volatile Runnable watcher = () -> {};
    private volatile @Nullable Thread integratorOnly;

    private Ledger(
            Path directory,
            Disk disk,
            LogSigner signer,
            LedgerOptions options,
            DirectoryLock lock,
            WriteAhead writeAhead,
            Integrator integrator) {
        this.directory = directory;
        this.disk = disk;
        this.verifierKey = signer.verifierKey();
        this.lock = lock;
        this.intake = new Intake(options.maxWaitingBytes());
        this.answers = new Answers(intake, options.release(), options.releasePatience());
        this.newest = integrator.written();
        this.writeAhead = writeAhead;
        this.integrator = integrator;
        this.integratorThread =
                new ScheduledThreadPoolExecutor(
                        1,
                        work -> {
                            Thread thread =
                                    Thread.ofPlatform()
                                            .daemon()
                                            .name("ledger-integrator")
                                            .unstarted(work);
                            integratorOnly = thread;
                            return thread;
                        });
        this.writer =
                new EntryWriter(
                        intake,
                        answers,
                        writeAhead,
                        options.clock(),
                        integrator.lastTimeMicros(),
                        () -> integratorThread.execute(this::integrateQuietly),
                        this::stop);
    }

    /**
     * Opens a ledger for writing, making it where the directory is new or empty. Entries that an
     * earlier process had made durable are put under a checkpoint first.
     *
     * @throws LedgerException when another writer has the ledger, the signer is not its own, or its
     *     files are damaged or cannot be written
     */
    public static Ledger open(Path directory, LogSigner signer, LedgerOptions options) {
        return open(directory, signer, options, new Disk());
    }

    static Ledger open(Path directory, LogSigner signer, LedgerOptions options, Disk disk) {
        DirectoryLock lock = null;
        try {
            disk.createDirectories(directory);
            lock = DirectoryLock.acquire(directory);
            Integrator integrator = Recovery.prepare(directory, disk, signer);
            WriteAhead writeAhead = Recovery.recover(directory, disk, integrator);
            Ledger ledger =
                    new Ledger(directory, disk, signer, options, lock, writeAhead, integrator);
            Optional<KeyChange> keyChange =
                    KeyChange.since(directory, signer, integrator.written());
            ledger.start(options);
            lock = null; // the ledger's own from here on
            keyChange.ifPresent(ledger::record);
            return ledger;
        } catch (IOException e) {
            throw new LedgerException("cannot open the ledger " + directory + ": " + e, e);
        } catch (LedgerDamage e) {
            throw new LedgerException(
                    "the ledger " + directory + " is damaged, verify it: " + e.getMessage(), e);
        } finally {
            release(lock);
        }
    }

    private static void release(@Nullable DirectoryLock lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            LOG.warn("the ledger's lock could not be given back before the process ends", e);
        }
    }

    private void start(LedgerOptions options) {
        long interval = options.checkpointInterval().toNanos();
        // It never fails: a failure stops the log.
        var _ =
                integratorThread.scheduleWithFixedDelay(
                        this::integrateQuietly, interval, interval, TimeUnit.NANOSECONDS);
        if (options.release() != Release.DURABLE) {
            var _ =
                    integratorThread.scheduleWithFixedDelay(
                            answers::expire, EXPIRY_MILLIS, EXPIRY_MILLIS, TimeUnit.MILLISECONDS);
        }
        writer.start();
    }

    /** Without waiting, since what release waits for may itself wait for this to return. */
    private void record(KeyChange change) {
        Runnable files = () -> integratorThread.execute(() -> writeFiles(change));
        if (change.fact().isEmpty()) {
            files.run();
            return;
        }
        AppendListener listener =
                new AppendListener() {
                    @Override
                    public void durable(long index) {
                        files.run();
                    }

                    @Override
                    public void failed(LedgerException reason) {
                        files.run(); // not released in time, but durable; or the log has stopped
                    }
                };
        if (!append(change.fact().get(), Map.of(), listener)) {
            throw new LedgerException("a ledger that was just opened takes no entry");
        }
    }

    private void writeFiles(KeyChange change) {
        integrateQuietly();
        if (failure.get() == null) {
            try {
                change.writeFiles(directory, disk);
            } catch (IOException e) {
                stop(e);
            }
        }
    }

    /**
     * Adds an entry; returns its index once it is durable, and as far as {@link
     * LedgerOptions#release} asks. Waits through interrupts, since whether an entry is durable must
     * be known.
     *
     * @param privateFields values that enter the tree only as salted digests; names are lower-case
     * @throws IllegalArgumentException naming the field, when the entry is over a bound of {@code
     *     docs/formats/entry.md} or has text that is not well-formed Unicode
     * @throws LedgerException when the log has stopped, and the entry may or may not be in it; or
     *     when what release waits for did not come in time
     */
    public long append(Fact fact, Map<String, String> privateFields) {
        writer.requireOtherThread();
        if (Thread.currentThread().equals(integratorOnly)) {
            throw new IllegalStateException("a listener may not wait for the ledger");
        }
        EntryWriter.Waiting waiting = new EntryWriter.Waiting();
        intake.submit(EntryEncoder.ofThread().encode(fact, privateFields, waiting));
        return waiting.await();
    }

    /**
     * Adds an entry without waiting; {@code listener} is told when it is durable. Entries that one
     * thread adds come in its order.
     *
     * @return false when {@link LedgerOptions#maxWaitingBytes} of entries wait for the disk
     *     already: this one was not taken and its listener will not be called; the caller adds it
     *     again a little later, before any other of its session, or refuses what it was for
     * @throws IllegalArgumentException as for {@link #append(Fact, Map)}
     * @throws LedgerException when the log has stopped or is closed; the entry is not in it
     */
    public boolean append(Fact fact, Map<String, String> privateFields, AppendListener listener) {
        return intake.offer(EntryEncoder.ofThread().encode(fact, privateFields, listener));
    }

    /**
     * Keeps a document that entries name by its digest; durable on return.
     *
     * @return lower-case hexadecimal SHA-256
     */
    public String putDocument(byte[] document) {
        if (document.length > Layout.MAX_DOCUMENT_BYTES) {
            throw new IllegalArgumentException(
                    "a document has at most " + Layout.MAX_DOCUMENT_BYTES + " bytes");
        }
        String digest = Layout.sha256Hex(document);
        onIntegratorThread(() -> {
            disk.createDirectories(directory.resolve(Layout.DOCUMENTS));
            disk.replaceFile(Layout.document(directory, digest), document);
            return digest;
        });
        return digest;
    }

    /** Puts every acknowledged entry under a signed checkpoint now. */
    public Checkpoint checkpoint() {
        return onIntegratorThread(this::integrate);
    }

    /** What this ledger made durable since it was opened. */
    public LedgerWrites writes() {
        return writer.writes();
    }

    /** The checkpoint that the directory has now. */
    public SignedCheckpoint newestCheckpoint() {
        return newest;
    }

    /** Runs {@code next} after each new checkpoint, on a thread that must not wait. */
    public void watchCheckpoints(Runnable next) {
        watcher = next;
    }

    /**
     * Keeps the cosignatures of a checkpoint with it, as long as there is no newer one; with a
     * quorum it is kept beside newer ones too, until the next has one.
     *
     * @param cosigned the note as it was signed here, with further lines
     * @param isQuorum whether the cosignatures are as many as release waits for
     */
    public void cosigned(SignedCheckpoint cosigned, boolean isQuorum) {
        if (!Checkpoint.open(cosigned.note(), verifierKey).equals(cosigned.checkpoint())) {
            throw new IllegalArgumentException("the note is of another checkpoint");
        }
        onIntegratorThread(() -> {
            integrator.writeCosigned(cosigned);
            newest = integrator.written();
            if (isQuorum) {
                integrator.writeWitnessed(cosigned);
                answers.reached(Release.WITNESSED, cosigned.size());
            }
            return cosigned;
        });
    }

    /** Where its files are. */
    public Path directory() {
        return directory;
    }

    /** What others verify this log with. */
    public VerifierKey verifierKey() {
        return verifierKey;
    }

    private Checkpoint integrate() throws IOException {
        WriteAhead.Taken taken = writeAhead.take();
        Checkpoint checkpoint = integrator.integrate(taken.first(), taken.entries());
        if (!taken.entries().isEmpty()) {
            writeAhead.integrated(taken, checkpoint.size());
            newest = integrator.written();
            answers.reached(Release.CHECKPOINTED, checkpoint.size());
            watcher.run();
        }
        return checkpoint;
    }

    private void integrateQuietly() {
        if (failure.get() == null) {
            try {
                ErasureRecord.takeRequest(directory, disk, intake, newest.size());
                integrate();
            } catch (IOException | RuntimeException e) {
                stop(e);
            }
        }
    }

    private <T> T onIntegratorThread(Callable<T> action) {
        try {
            Future<T> result =
                    integratorThread.submit(() -> {
                        LedgerException before = failure.get();
                        if (before != null) {
                            throw before;
                        }
                        try {
                            return action.call();
                        } catch (IOException | RuntimeException e) {
                            throw stop(e);
                        }
                    });
            return result.get();
        } catch (ExecutionException e) {
            throw LedgerException.from(e.getCause());
        } catch (RejectedExecutionException e) {
            throw new LedgerException("the ledger is closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerException("interrupted before it was known to be done", e);
        }
    }

    /** Ends all work but answering that it has ended. The first reason stays. */
    private LedgerException stop(Throwable cause) {
        LedgerException reason =
                new LedgerException(
                        "the ledger has stopped and accepts nothing until it is opened again: "
                                + cause.getMessage(),
                        cause);
        LedgerException before = failure.compareAndExchange(null, reason);
        if (before != null) {
            return before;
        }
        LOG.error("{}", reason.getMessage(), cause);
        intake.close(reason);
        writeAhead.stop();
        answers.end(reason);
        return reason;
    }

    /**
     * Answers who still waits, puts everything under a checkpoint, and gives the directory back. A
     * log that has stopped is left as it is.
     *
     * @throws LedgerException when the last checkpoint could not be written; no acknowledged entry
     *     is lost, the next opening writes it
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        intake.close(new LedgerException("the ledger is closed"));
        boolean interrupted = false;
        while (!integratorThread.isTerminated()) {
            try {
                writer.join();
                integratorThread.shutdown();
                integratorThread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            if (failure.get() == null) {
                integrate();
                writeAhead.dropAll();
            }
            answers.end(new LedgerException("the ledger was closed before the release"));
            writeAhead.close();
        } catch (IOException e) {
            throw new LedgerException("cannot close the ledger " + directory + ": " + e, e);
        } finally {
            release(lock);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
