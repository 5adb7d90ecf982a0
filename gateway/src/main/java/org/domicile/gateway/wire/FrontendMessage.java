package org.domicile.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's message. The texts in it are the client's own and may hold personal data: they go to
 * no log line.
 */
public sealed interface FrontendMessage {
    /** What Describe and Close speak of. */
    enum Target {
        STATEMENT('S'),
        PORTAL('P');

        private final char code;

        Target(char code) {
            this.code = code;
        }

        private static Target of(byte code) {
            return switch (code) {
                case 'S' -> STATEMENT;
                case 'P' -> PORTAL;
                default -> throw WireException.violation("neither a statement nor a portal");
            };
        }
    }

    /**
     * Bind.
     *
     * @param parameterFormats none (all text), one for all, or one each; 0 text, 1 binary
     * @param parameters null elements are SQL NULL
     */
    record Bind(
            String portal,
            String statement,
            List<Integer> parameterFormats,
            List<byte @Nullable []> parameters,
            List<Integer> resultFormats)
            implements FrontendMessage {
        public Bind {
            parameterFormats = List.copyOf(parameterFormats);
            parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
            resultFormats = List.copyOf(resultFormats);
        }

        /** Whether one format, or none, stands for all columns of the result. */
        public boolean hasOneResultFormat() {
            return resultFormats.size() < 2;
        }

        /** The same for a statement that returns so many more columns, in text. */
        public Bind withMoreResults(int more) {
            List<Integer> formats = new ArrayList<>(resultFormats);
            formats.addAll(Collections.nCopies(more, 0));
            return new Bind(portal, statement, parameterFormats, parameters, formats);
        }

        @Override
        public String toString() {
            return "Bind[" + parameters.size() + " parameters]";
        }
    }

    record Close(Target target, String name) implements FrontendMessage {}

    /** CopyData, CopyDone or CopyFail: the gateway never asks for them. */
    record Copy() implements FrontendMessage {}

    record Describe(Target target, String name) implements FrontendMessage {}

    /** Execute. {@code maxRows} is 0 for all. */
    record Execute(String portal, int maxRows) implements FrontendMessage {}

    record Flush() implements FrontendMessage {}

    record FunctionCall() implements FrontendMessage {}

    record Parse(String name, String sql, List<Integer> parameterTypes) implements FrontendMessage {
        public Parse {
            parameterTypes = List.copyOf(parameterTypes);
        }

        @Override
        public String toString() {
            return "Parse[" + parameterTypes.size() + " types]";
        }
    }

    /** PasswordMessage, SASLInitialResponse or SASLResponse, as the state tells. */
    record Password(byte[] body) implements FrontendMessage {
        public Password {
            body = body.clone();
        }

        @Override
        public byte[] body() {
            return body.clone();
        }

        @Override
        public String toString() {
            return "Password[]";
        }

        /** A SASLInitialResponse. */
        public static Password ofSaslInitialResponse(String mechanism, String response) {
            byte[] data = response.getBytes(StandardCharsets.UTF_8);
            MessageBuffer out = new MessageBuffer();
            return new Password(out.string(mechanism).int32(data.length).raw(data).toByteArray());
        }

        /** Reads the body as SASLInitialResponse. */
        public SaslInitialResponse asSaslInitialResponse() {
            BodyReader reader = new BodyReader(body, 0, body.length);
            String mechanism = reader.string();
            int length = reader.int32();
            byte[] response = length == -1 ? new byte[0] : reader.bytes(length);
            reader.requireEnd();
            return new SaslInitialResponse(
                    mechanism, BodyReader.utf8(response, 0, response.length));
        }

        /** Reads the body as SASLResponse. */
        public String asSaslResponse() {
            return BodyReader.utf8(body, 0, body.length);
        }
    }

    /** The first message of a SASL exchange, as {@link Password} carried it. */
    record SaslInitialResponse(String mechanism, String response) {
        @Override
        public String toString() {
            return "SaslInitialResponse[" + mechanism + "]";
        }
    }

    record Query(String sql) implements FrontendMessage {
        @Override
        public String toString() {
            return "Query[]";
        }
    }

    record Sync() implements FrontendMessage {}

    record Terminate() implements FrontendMessage {}

    /** Reads a frame, all of it. */
    static FrontendMessage decode(Frame frame) {
        BodyReader body = frame.body();
        FrontendMessage message =
                switch (FrontendType.of(frame)) {
                    case BIND -> decodeBind(body);
                    case CLOSE -> new Close(Target.of(body.int8()), body.string());
                    case COPY_DATA, COPY_DONE, COPY_FAIL -> {
                        body.bytes(body.remaining());
                        yield new Copy();
                    }
                    case DESCRIBE -> new Describe(Target.of(body.int8()), body.string());
                    case EXECUTE -> new Execute(body.string(), body.int32());
                    case FLUSH -> new Flush();
                    case FUNCTION_CALL -> {
                        body.bytes(body.remaining());
                        yield new FunctionCall();
                    }
                    case PARSE -> decodeParse(body);
                    case PASSWORD -> new Password(body.bytes(body.remaining()));
                    case QUERY -> new Query(body.string());
                    case SYNC -> new Sync();
                    case TERMINATE -> new Terminate();
                };
        body.requireEnd();
        return message;
    }

    private static Bind decodeBind(BodyReader body) {
        String portal = body.string();
        String statement = body.string();
        List<Integer> parameterFormats = decodeFormats(body);
        int count = body.uint16();
        if (parameterFormats.size() > 1 && parameterFormats.size() != count) {
            throw WireException.violation("as many parameter formats as parameters, or one");
        }
        List<byte @Nullable []> parameters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = body.int32();
            parameters.add(length == -1 ? null : body.bytes(length));
        }
        return new Bind(portal, statement, parameterFormats, parameters, decodeFormats(body));
    }

    private static List<Integer> decodeFormats(BodyReader body) {
        List<Integer> formats = new ArrayList<>();
        int count = body.uint16();
        for (int i = 0; i < count; i++) {
            int format = body.uint16();
            if (format > 1) {
                throw WireException.violation("a format is neither text nor binary");
            }
            formats.add(format);
        }
        return formats;
    }

    private static Parse decodeParse(BodyReader body) {
        String name = body.string();
        String sql = body.string();
        List<Integer> types = new ArrayList<>();
        int count = body.uint16();
        for (int i = 0; i < count; i++) {
            types.add(body.int32());
        }
        return new Parse(name, sql, types);
    }

    /** Writes this message, framed. */
    default void writeTo(MessageBuffer out) {
        switch (this) {
            case Bind bind -> writeBind(bind, out);
            case Close(Target target, String name) ->
                    out.begin('C').int8((byte) target.code).string(name).end();
            case Copy() -> throw new IllegalArgumentException("no copying in is ever sent");
            case Describe(Target target, String name) ->
                    out.begin('D').int8((byte) target.code).string(name).end();
            case Execute(String portal, int maxRows) ->
                    out.begin('E').string(portal).int32(maxRows).end();
            case Flush() -> out.begin('H').end();
            case FunctionCall() -> throw new IllegalArgumentException("no call is ever sent");
            case Parse(String name, String sql, List<Integer> types) -> {
                out.begin('P').string(name).string(sql).int16(types.size());
                types.forEach(out::int32);
                out.end();
            }
            case Password password -> out.begin('p').raw(password.body()).end();
            case Query(String sql) -> out.begin('Q').string(sql).end();
            case Sync() -> out.begin('S').end();
            case Terminate() -> out.begin('X').end();
        }
    }

    private static void writeBind(Bind bind, MessageBuffer out) {
        out.begin('B').string(bind.portal()).string(bind.statement());
        out.int16(bind.parameterFormats().size());
        bind.parameterFormats().forEach(out::int16);
        out.int16(bind.parameters().size());
        for (byte @Nullable [] parameter : bind.parameters()) {
            if (parameter == null) {
                out.int32(-1);
            } else {
                out.int32(parameter.length).raw(parameter);
            }
        }
        out.int16(bind.resultFormats().size());
        bind.resultFormats().forEach(out::int16);
        out.end();
    }
}
