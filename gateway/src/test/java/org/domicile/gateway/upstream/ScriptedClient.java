package org.domicile.gateway.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.ErrorFields;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrameReader;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.gateway.wire.StartupPacket;
import org.jspecify.annotations.Nullable;

/** A client that sends exactly what a test says, and keeps every byte it is sent. */
public final class ScriptedClient implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final FrameReader reader = new FrameReader(BackendType::maxBodyBytes);
    private final byte[] chunk = new byte[8192];
    private boolean keeps = true;
    private BackendMessage.@Nullable BackendKeyData key;

    /** A message as it came. */
    public record Received(char type, byte[] body, @Nullable ErrorFields error) {
        /** The body's bytes as text. */
        public String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return error == null ? String.valueOf(type) : type + ":" + error.sqlState();
        }
    }

    public ScriptedClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    }

    /** Logs in; {@code parameters} are names and values beside user and database. */
    public static ScriptedClient login(
            int port, String user, String password, String database, String... parameters)
            throws IOException {
        ScriptedClient client = new ScriptedClient(port);
        client.startup(3, 0, user, database, parameters);
        client.authenticate(password);
        List<Received> rest = client.untilReady();
        if (rest.get(rest.size() - 1).type() != 'Z') {
            throw new IOException("not logged in: " + rest);
        }
        return client;
    }

    public void startup(int major, int minor, String user, String database, String... parameters)
            throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("user", user);
        all.put("database", database);
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        send(new StartupPacket.StartupMessage(major, minor, all));
    }

    /** Answers AuthenticationSASL, up to the proof. */
    public void authenticate(String password) throws IOException {
        ScramClient scram = new ScramClient(password);
        expect('R');
        send(
                FrontendMessage.Password.ofSaslInitialResponse(
                        ScramClient.MECHANISM, scram.clientFirst()));
        Received next = expect('R');
        try {
            String serverFirst =
                    new String(next.body(), 4, next.body().length - 4, StandardCharsets.US_ASCII);
            send(
                    new FrontendMessage.Password(
                            scram.clientFinal(serverFirst).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    public void send(StartupPacket packet) throws IOException {
        MessageBuffer buffer = new MessageBuffer();
        packet.writeTo(buffer);
        buffer.drainTo(socket.getOutputStream());
    }

    /** Sends a packet and bytes after it in one write, as somebody in between would. */
    public void sendWithMore(StartupPacket packet, byte... more) throws IOException {
        MessageBuffer buffer = new MessageBuffer();
        packet.writeTo(buffer);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        buffer.drainTo(all);
        all.write(more);
        socket.getOutputStream().write(all.toByteArray());
    }

    /** Sends all of them in one write. */
    public void send(FrontendMessage... messages) throws IOException {
        MessageBuffer buffer = new MessageBuffer();
        for (FrontendMessage message : messages) {
            message.writeTo(buffer);
        }
        buffer.drainTo(socket.getOutputStream());
    }

    public void sendBytes(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** A single byte, as answers to encryption requests are. */
    public int readByte() throws IOException {
        return socket.getInputStream().read();
    }

    /** The next message, or null when the gateway has closed the connection. */
    public @Nullable Received next() throws IOException {
        Frame frame = reader.next();
        while (frame == null) {
            int count = socket.getInputStream().read(chunk);
            if (count < 0) {
                reader.requireEnd();
                return null;
            }
            if (keeps) {
                received.write(chunk, 0, count);
            }
            reader.feed(ByteBuffer.wrap(chunk, 0, count));
            frame = reader.next();
        }
        byte[] body =
                java.util.Arrays.copyOfRange(
                        frame.buffer(), frame.start() + Frame.HEADER_BYTES, frame.end());
        boolean isError = frame.type() == 'E' || frame.type() == 'N';
        if (frame.type() == 'K') {
            key = BackendMessage.decodeBackendKeyData(frame);
        }
        return new Received((char) frame.type(), body, isError ? ErrorFields.decode(frame) : null);
    }

    public Received expect(char type) throws IOException {
        Received next = next();
        if (next == null || next.type() != type) {
            throw new IOException("expected " + type + " and got " + next);
        }
        return next;
    }

    /** Everything up to ReadyForQuery, or to the connection's end. */
    public List<Received> untilReady() throws IOException {
        List<Received> all = new ArrayList<>();
        for (Received next = next(); next != null; next = next()) {
            all.add(next);
            if (next.type() == 'Z') {
                break;
            }
        }
        return all;
    }

    /** The answer to a simple query. */
    public List<Received> query(String sql) throws IOException {
        send(new FrontendMessage.Query(sql));
        return untilReady();
    }

    public BackendMessage.BackendKeyData key() {
        if (key == null) {
            throw new IllegalStateException("no key was given");
        }
        return key;
    }

    /** How long an answer may take from now on. */
    public void waitAtMost(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** Stops keeping what is received. */
    public void keepNothing() {
        keeps = false;
    }

    /** Lets go of what was received so far. */
    public void forget() {
        received.reset();
    }

    /** Every byte received since it was last told to forget, as text. */
    public String everything() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
