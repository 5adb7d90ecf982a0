package org.domicile.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk of which one operation fails, and that counts what is asked of it afterwards. */
public final class FaultyDisk extends Disk {
    /** How the one operation fails. */
    public enum Mode {
        /** It did not happen. */
        FAILED,
        /** It happened, and reported failure. */
        FAILED_BUT_PERSISTED,
        /** A write put half of its bytes there; other operations did not happen. */
        TORN
    }

    private final AtomicInteger untilFailure;
    private final AtomicInteger afterFailure = new AtomicInteger();
    private final Mode mode;

    public FaultyDisk(int untilFailure, Mode mode) {
        this.untilFailure = new AtomicInteger(untilFailure);
        this.mode = mode;
    }

    public boolean hasFailed() {
        return untilFailure.get() < 0;
    }

    int afterFailure() {
        return afterFailure.get();
    }

    private interface Operation {
        void run() throws IOException;
    }

    private void run(Operation operation) throws IOException {
        int left = untilFailure.getAndDecrement();
        if (left > 0) {
            operation.run();
            return;
        }
        if (left < 0) {
            afterFailure.incrementAndGet();
        }
        if (left == 0 && mode == Mode.FAILED_BUT_PERSISTED) {
            operation.run();
        }
        throw new IOException("No space left on device");
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        FileChannel[] created = new FileChannel[1];
        try {
            run(() -> created[0] = super.create(file));
        } catch (IOException e) {
            if (created[0] != null) {
                created[0].close();
            }
            throw e;
        }
        return created[0];
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        if (untilFailure.get() == 0 && mode == Mode.TORN) {
            super.write(channel, bytes.slice(bytes.position(), bytes.remaining() / 2));
        }
        run(() -> super.write(channel, bytes));
    }

    @Override
    public void force(FileChannel channel) throws IOException {
        run(() -> super.force(channel));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        run(() -> super.rename(from, to));
    }

    @Override
    public void delete(Path file) throws IOException {
        run(() -> super.delete(file));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        run(() -> super.forceDirectory(directory));
    }
}
