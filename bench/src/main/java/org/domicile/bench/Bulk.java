package org.domicile.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * One long result, read and thrown away.
 *
 * @param bytes the messages that carry rows, as they are on the wire
 * @param clientCpuSeconds what the client itself took: far less than {@code seconds}, or it was
 *     what got measured
 */
record Bulk(long rows, long bytes, double seconds, double clientCpuSeconds) {
    private static final double BYTES_PER_MB = 1e6;

    static Bulk read(Endpoint endpoint, String sql) {
        try (WireClient client = WireClient.open(endpoint)) {
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long start = System.nanoTime();
            client.send(WireMessage.query(sql));
            long rows = 0;
            long bytes = 0;
            for (char type = client.next(); type != 'Z'; type = client.next()) {
                if (type == 'D' || type == 'd') {
                    rows++;
                    bytes += client.wireBytes();
                } else if (type == 'E') {
                    throw new WireClient.SqlError(client.body());
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
            client.terminate();
            return new Bulk(rows, bytes, seconds, cpu / 1e9);
        } catch (IOException e) {
            throw new BenchException("a long result broke off: " + e.getMessage(), e);
        }
    }

    double megabytesPerSecond() {
        return bytes / BYTES_PER_MB / seconds;
    }
}
