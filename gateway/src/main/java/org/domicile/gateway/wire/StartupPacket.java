package org.domicile.gateway.wire;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a connection begins with: one of four packets that have no type byte. */
public sealed interface StartupPacket {
    /** Asks for TLS; the answer is one byte. */
    record SslRequest() implements StartupPacket {}

    /** Asks for GSSAPI encryption; likewise. */
    record GssEncRequest() implements StartupPacket {}

    /** Asks to cancel what another connection runs. Its sender gets no answer. */
    record CancelRequest(int processId, byte[] key) implements StartupPacket {
        public CancelRequest {
            key = key.clone();
        }

        @Override
        public byte[] key() {
            return key.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof CancelRequest that
                    && processId == that.processId
                    && Arrays.equals(key, that.key);
        }

        @Override
        public int hashCode() {
            return processId;
        }

        /** Keeps the key out of log lines. */
        @Override
        public String toString() {
            return "CancelRequest[" + processId + "]";
        }
    }

    /** Begins a session. {@code parameters} in the order sent. */
    record StartupMessage(int major, int minor, Map<String, String> parameters)
            implements StartupPacket {
        public StartupMessage {
            parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        }

        /** Keeps the user's name out of log lines. */
        @Override
        public String toString() {
            return "StartupMessage[" + major + "." + minor + "]";
        }
    }

    int CANCEL_REQUEST_CODE = 80877102;
    int SSL_REQUEST_CODE = 80877103;
    int GSS_ENC_REQUEST_CODE = 80877104;

    /** Four bytes in protocol 3.0, up to 256 from 3.2 on. */
    int MAX_CANCEL_KEY_BYTES = 256;

    /** Reads the body of a packet, which begins with the version or a request's code. */
    static StartupPacket decode(BodyReader body) {
        int code = body.int32();
        return switch (code) {
            case SSL_REQUEST_CODE -> {
                body.requireEnd();
                yield new SslRequest();
            }
            case GSS_ENC_REQUEST_CODE -> {
                body.requireEnd();
                yield new GssEncRequest();
            }
            case CANCEL_REQUEST_CODE -> {
                int processId = body.int32();
                if (body.remaining() < 4 || body.remaining() > MAX_CANCEL_KEY_BYTES) {
                    throw WireException.violation("invalid length of cancel key");
                }
                yield new CancelRequest(processId, body.bytes(body.remaining()));
            }
            default -> new StartupMessage(code >>> 16, code & 0xffff, parameters(body, code));
        };
    }

    private static Map<String, String> parameters(BodyReader body, int code) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (code >>> 16 != 3) {
            return parameters; // another major version's layout is unknown
        }
        while (true) {
            String name = body.string();
            if (name.isEmpty()) {
                body.requireEnd();
                return parameters;
            }
            // Which of two a reader takes is where proxies and servers have disagreed.
            if (parameters.put(name, body.string()) != null) {
                throw WireException.violation("a startup parameter appears twice");
            }
        }
    }

    /** Writes this packet, length word first. */
    default void writeTo(MessageBuffer out) {
        out.beginUntyped();
        switch (this) {
            case SslRequest() -> out.int32(SSL_REQUEST_CODE);
            case GssEncRequest() -> out.int32(GSS_ENC_REQUEST_CODE);
            case CancelRequest cancel ->
                    out.int32(CANCEL_REQUEST_CODE).int32(cancel.processId()).raw(cancel.key());
            case StartupMessage startup -> {
                out.int32(startup.major() << 16 | startup.minor());
                startup.parameters().forEach((name, value) -> out.string(name).string(value));
                out.int8((byte) 0);
            }
        }
        out.end();
    }
}
