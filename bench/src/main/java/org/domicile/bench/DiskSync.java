package org.domicile.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What one {@code fdatasync} takes where the ledger lies. */
final class DiskSync {
    private static final int WRITES = 100;

    /** About one entry with its body. */
    private static final int BYTES = 2_048;

    private DiskSync() {}

    /** The median time to append to a file and sync it, in milliseconds. */
    static double medianMillis(Path folder) {
        Path file = folder.resolve("sync-probe");
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE)) {
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < WRITES; i++) {
                long start = System.nanoTime();
                channel.write(ByteBuffer.allocate(BYTES));
                channel.force(false);
                millis.add((System.nanoTime() - start) / 1e6);
            }
            return Samples.median(millis);
        } catch (IOException e) {
            throw new BenchException("cannot write to " + folder, e);
        }
    }
}
