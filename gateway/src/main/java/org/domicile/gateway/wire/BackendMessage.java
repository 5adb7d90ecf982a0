package org.domicile.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A server's message that the gateway itself reads from a store or writes to a client. */
public sealed interface BackendMessage {
    /** A step of logging in. */
    sealed interface Authentication extends BackendMessage {}

    record AuthenticationOk() implements Authentication {}

    record AuthenticationSasl(List<String> mechanisms) implements Authentication {
        public AuthenticationSasl {
            mechanisms = List.copyOf(mechanisms);
        }
    }

    record AuthenticationSaslContinue(String data) implements Authentication {}

    record AuthenticationSaslFinal(String data) implements Authentication {}

    /** A method the gateway does not use; {@code code} is the protocol's. */
    record AuthenticationOther(int code) implements Authentication {}

    record BackendKeyData(int processId, byte[] key) implements BackendMessage {
        public BackendKeyData {
            key = key.clone();
        }

        @Override
        public byte[] key() {
            return key.clone();
        }

        @Override
        public String toString() {
            return "BackendKeyData[" + processId + "]";
        }
    }

    record CommandComplete(String tag) implements BackendMessage {}

    record ErrorResponse(ErrorFields error) implements BackendMessage {}

    record NoticeResponse(ErrorFields notice) implements BackendMessage {}

    /** The newest minor version spoken, and the {@code _pq_.} options not known. */
    record NegotiateProtocolVersion(int newestMinor, List<String> unknownOptions)
            implements BackendMessage {
        public NegotiateProtocolVersion {
            unknownOptions = List.copyOf(unknownOptions);
        }
    }

    record ParameterStatus(String name, String value) implements BackendMessage {}

    /** Ready. {@code status}: {@code I} idle, {@code T} in a transaction, {@code E} failed. */
    record ReadyForQuery(char status) implements BackendMessage {
        public ReadyForQuery {
            if (status != 'I' && status != 'T' && status != 'E') {
                throw WireException.violation("unknown transaction status");
            }
        }
    }

    static Authentication decodeAuthentication(Frame frame) {
        BodyReader body = frame.body();
        int code = body.int32();
        Authentication message =
                switch (code) {
                    case 0 -> new AuthenticationOk();
                    case 10 -> new AuthenticationSasl(decodeMechanisms(body));
                    case 11 -> new AuthenticationSaslContinue(rest(body));
                    case 12 -> new AuthenticationSaslFinal(rest(body));
                    default -> {
                        body.bytes(body.remaining());
                        yield new AuthenticationOther(code);
                    }
                };
        body.requireEnd();
        return message;
    }

    private static List<String> decodeMechanisms(BodyReader body) {
        List<String> mechanisms = new ArrayList<>();
        for (String name = body.string(); !name.isEmpty(); name = body.string()) {
            mechanisms.add(name);
        }
        return mechanisms;
    }

    private static String rest(BodyReader body) {
        byte[] bytes = body.bytes(body.remaining());
        return BodyReader.utf8(bytes, 0, bytes.length);
    }

    static BackendKeyData decodeBackendKeyData(Frame frame) {
        BodyReader body = frame.body();
        return new BackendKeyData(body.int32(), body.bytes(body.remaining()));
    }

    static ParameterStatus decodeParameterStatus(Frame frame) {
        BodyReader body = frame.body();
        ParameterStatus status = new ParameterStatus(body.string(), body.string());
        body.requireEnd();
        return status;
    }

    static ReadyForQuery decodeReadyForQuery(Frame frame) {
        BodyReader body = frame.body();
        ReadyForQuery ready = new ReadyForQuery((char) body.int8());
        body.requireEnd();
        return ready;
    }

    static CommandComplete decodeCommandComplete(Frame frame) {
        BodyReader body = frame.body();
        CommandComplete complete = new CommandComplete(body.string());
        body.requireEnd();
        return complete;
    }

    /** Writes this message, framed. */
    default void writeTo(MessageBuffer out) {
        switch (this) {
            case AuthenticationOk() -> out.begin('R').int32(0).end();
            case AuthenticationSasl(List<String> mechanisms) -> {
                out.begin('R').int32(10);
                mechanisms.forEach(out::string);
                out.int8((byte) 0).end();
            }
            case AuthenticationSaslContinue(String data) -> writeSasl(11, data, out);
            case AuthenticationSaslFinal(String data) -> writeSasl(12, data, out);
            case AuthenticationOther other ->
                    throw new IllegalArgumentException("never offered: " + other.code());
            case BackendKeyData key -> out.begin('K').int32(key.processId()).raw(key.key()).end();
            case CommandComplete(String tag) -> out.begin('C').string(tag).end();
            case ErrorResponse(ErrorFields error) -> {
                out.begin('E');
                error.writeTo(out);
                out.end();
            }
            case NoticeResponse(ErrorFields notice) -> {
                out.begin('N');
                notice.writeTo(out);
                out.end();
            }
            case NegotiateProtocolVersion(int newestMinor, List<String> unknownOptions) -> {
                // The documentation says "minor"; PostgreSQL sends, and libpq reads, both.
                out.begin('v').int32(3 << 16 | newestMinor).int32(unknownOptions.size());
                unknownOptions.forEach(out::string);
                out.end();
            }
            case ParameterStatus(String name, String value) ->
                    out.begin('S').string(name).string(value).end();
            case ReadyForQuery(char status) -> out.begin('Z').int8((byte) status).end();
        }
    }

    private static void writeSasl(int code, String data, MessageBuffer out) {
        out.begin('R').int32(code).raw(data.getBytes(StandardCharsets.UTF_8)).end();
    }
}
