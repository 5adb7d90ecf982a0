package org.domicile.bench;

import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A client of the protocol that keeps nothing of what it is sent: it tells the type of each message
 * and skips what it is not asked for, so that it costs next to nothing beside a server. It shares
 * no code with the gateway. One thread reads; {@link #cancel} and {@link #reset} are for any.
 *
 * @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">Message
 *     Formats</a>
 */
final class WireClient implements AutoCloseable {
    private static final int VERSION_3_0 = 196_608;
    private static final int CANCEL_REQUEST = 80_877_102;
    private static final int AUTHENTICATION_OK = 0;
    private static final int AUTHENTICATION_SASL = 10;
    private static final int AUTHENTICATION_SASL_CONTINUE = 11;
    private static final int AUTHENTICATION_SASL_FINAL = 12;

    /** Longer silence is an error; a million rows over a loaded machine begin within it. */
    private static final int SILENCE_MILLIS = 120_000;

    private static final int BUFFER_BYTES = 1 << 18;

    /** No message that is kept whole is longer. */
    private static final int MAX_KEPT_BYTES = 1 << 20;

    private final Endpoint endpoint;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    /** Of the message {@link #next} told of, what was not read yet. */
    private int left;

    private int length;
    private int processId;
    private byte @Nullable [] cancelKey;

    private WireClient(Endpoint endpoint, Socket socket) throws IOException {
        this.endpoint = endpoint;
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** Connects and logs in. */
    static WireClient open(Endpoint endpoint) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(Endpoint.address(endpoint.port()), SILENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(SILENCE_MILLIS);
            WireClient client = new WireClient(endpoint, socket);
            client.logIn();
            return client;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void logIn() throws IOException {
        WireMessage startup = WireMessage.untyped().int32(VERSION_3_0);
        startup.string("user").string(endpoint.user());
        startup.string("database").string(endpoint.database());
        if (!endpoint.options().isEmpty()) {
            startup.string("options").string(endpoint.options());
        }
        send(startup.int8(0));
        ScramLogin scram = new ScramLogin(endpoint.password());
        for (char type = next(); type != 'Z'; type = next()) {
            switch (type) {
                case 'R' -> authenticate(body(), scram);
                case 'K' -> {
                    byte[] body = body();
                    processId = int32(body, 0);
                    cancelKey = java.util.Arrays.copyOfRange(body, 4, body.length);
                }
                case 'E' -> throw new SqlError(body());
                default -> {} // ParameterStatus, Notice: of no interest here
            }
        }
    }

    private void authenticate(byte[] body, ScramLogin scram) throws IOException {
        String data = new String(body, 4, body.length - 4, StandardCharsets.UTF_8);
        switch (int32(body, 0)) {
            case AUTHENTICATION_OK -> {}
            case AUTHENTICATION_SASL -> {
                byte[] first = scram.first().getBytes(StandardCharsets.UTF_8);
                send(WireMessage.of('p').string("SCRAM-SHA-256").int32(first.length).raw(first));
            }
            case AUTHENTICATION_SASL_CONTINUE ->
                    send(
                            WireMessage.of('p')
                                    .raw(scram.answer(data).getBytes(StandardCharsets.UTF_8)));
            case AUTHENTICATION_SASL_FINAL -> scram.check(data);
            default -> throw new IOException("an authentication other than SCRAM was asked for");
        }
    }

    void send(WireMessage... messages) throws IOException {
        for (WireMessage message : messages) {
            message.writeTo(out);
        }
    }

    /** Waits for the next message and tells its type; the one before is skipped. */
    char next() throws IOException {
        skipLeft();
        while (limit - position < 5) {
            fill();
        }
        char type = (char) buffer[position];
        length = int32(buffer, position + 1);
        left = length - 4;
        if (left < 0) {
            throw new IOException("a message shorter than its length");
        }
        position += 5;
        return type;
    }

    /** Of the current message with its type and length, as it is on the wire. */
    int wireBytes() {
        return length + 1;
    }

    /** The current message's content. */
    byte[] body() throws IOException {
        if (left > MAX_KEPT_BYTES) {
            throw new IOException("a message of " + left + " bytes where a short one belongs");
        }
        byte[] body = new byte[left];
        int done = 0;
        while (done < body.length) {
            if (position == limit) {
                fill();
            }
            int part = Math.min(limit - position, body.length - done);
            System.arraycopy(buffer, position, body, done, part);
            position += part;
            done += part;
        }
        left = 0;
        return body;
    }

    private void skipLeft() throws IOException {
        while (left > limit - position) {
            left -= limit - position;
            position = limit;
            fill();
        }
        position += left;
        left = 0;
    }

    private void fill() throws IOException {
        if (position > 0) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        limit += read;
    }

    /** Asks for the end of what runs, over a connection of its own. */
    void cancel() throws IOException {
        byte[] key = cancelKey;
        if (key == null) {
            return;
        }
        try (Socket other = new Socket()) {
            other.connect(Endpoint.address(endpoint.port()), SILENCE_MILLIS);
            DataOutputStream request = new DataOutputStream(other.getOutputStream());
            request.write(
                    WireMessage.untyped()
                            .int32(CANCEL_REQUEST)
                            .int32(processId)
                            .raw(key)
                            .toBytes());
        }
    }

    /** Ends the connection with a TCP reset, as a crashed client's machine does. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Says by TCP that nothing more is sent, and reads on. */
    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Takes leave as the protocol has it. */
    void terminate() throws IOException {
        send(WireMessage.of('X'));
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static int int32(byte[] bytes, int at) {
        return ((bytes[at] & 255) << 24)
                | ((bytes[at + 1] & 255) << 16)
                | ((bytes[at + 2] & 255) << 8)
                | (bytes[at + 3] & 255);
    }

    /** The server's ErrorResponse; of its texts only the code and the primary message. */
    static final class SqlError extends IOException {
        final String code;

        SqlError(byte[] body) {
            super(field(body, 'C') + " " + field(body, 'M'));
            code = field(body, 'C');
        }

        private static String field(byte[] body, char wanted) {
            for (int at = 0; at < body.length && body[at] != 0; ) {
                int end = at + 1;
                while (end < body.length && body[end] != 0) {
                    end++;
                }
                if (body[at] == wanted) {
                    return new String(body, at + 1, end - at - 1, StandardCharsets.UTF_8);
                }
                at = end + 1;
            }
            return "";
        }
    }
}
