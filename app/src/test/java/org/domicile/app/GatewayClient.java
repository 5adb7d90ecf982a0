package org.domicile.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import org.domicile.gateway.transport.Transport;
import org.domicile.gateway.upstream.StoreAddress;
import org.domicile.gateway.upstream.StoreConnection;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.gateway.wire.WireException;

/**
 * A client that takes note of each row it is sent, also of a result that an error or the gateway's
 * death ends, where a driver would give nothing of it to its caller.
 */
record GatewayClient(int port, String user, String password, String options) {
    private static final int READ_TIMEOUT_MILLIS = 60_000;

    /** What to do with a row once it has arrived. */
    interface OnRow {
        void arrived(int rows) throws InterruptedException;
    }

    /**
     * What arrived.
     *
     * @param numbers the first column's values, which are numbers
     * @param error what the gateway said, empty where nothing, or where it died
     * @param isWhole whether the answer has an end
     */
    record Answer(int rows, BitSet numbers, String error, boolean isWhole) {}

    Answer ask(String sql) throws Exception {
        return ask(sql, _ -> {});
    }

    /** By the simple query protocol, in a session of its own. */
    Answer ask(String sql, OnRow onRow) throws Exception {
        BitSet numbers = new BitSet();
        int rows = 0;
        String error = "";
        try (Transport transport = Transport.start(1);
                StoreConnection connection =
                        StoreConnection.open(
                                transport,
                                new StoreAddress("127.0.0.1", port, "us"),
                                user,
                                password,
                                Map.of("options", options))) {
            connection.send(new FrontendMessage.Query(sql));
            while (true) {
                Frame frame = connection.await(READ_TIMEOUT_MILLIS);
                if (frame == null) {
                    return new Answer(rows, numbers, error, false);
                }
                BackendType type = BackendType.of(frame);
                if (type == BackendType.DATA_ROW) {
                    numbers.set(firstNumber(frame));
                    onRow.arrived(++rows);
                } else if (type == BackendType.ERROR_RESPONSE) {
                    error =
                            Objects.requireNonNull(
                                    ErrorFields.decode(frame).field(ErrorFields.MESSAGE));
                } else if (type == BackendType.READY_FOR_QUERY) {
                    return new Answer(rows, numbers, error, true);
                }
            }
        } catch (IOException | WireException e) {
            if (rows == 0) {
                throw e;
            }
            // The gateway was killed: what matters is what had come by then.
            return new Answer(rows, numbers, error, false);
        }
    }

    /** A DataRow has the count of its columns (2 bytes), then of each its length (4) and value. */
    private static int firstNumber(Frame frame) {
        ByteBuffer row =
                ByteBuffer.wrap(frame.buffer(), frame.start(), frame.size())
                        .position(frame.start() + Frame.HEADER_BYTES + 2);
        byte[] value = new byte[row.getInt()];
        row.get(value);
        return Integer.parseInt(new String(value, StandardCharsets.US_ASCII));
    }
}
