package org.domicile.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A message to a server, while it is put together. */
final class WireMessage {
    private final int type;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private WireMessage(int type) {
        this.type = type;
    }

    static WireMessage of(char type) {
        return new WireMessage(type);
    }

    /** One of those that begin with their length. */
    static WireMessage untyped() {
        return new WireMessage(-1);
    }

    static WireMessage query(String sql) {
        return of('Q').string(sql);
    }

    static WireMessage parse(String name, String sql) {
        return of('P').string(name).string(sql).int16(0);
    }

    /** Binds a statement to the portal without a name; parameters and results are text. */
    static WireMessage bind(String statement, String... parameters) {
        WireMessage message = of('B').string("").string(statement).int16(0);
        message.int16(parameters.length);
        for (String parameter : parameters) {
            byte[] text = parameter.getBytes(StandardCharsets.UTF_8);
            message.int32(text.length).raw(text);
        }
        return message.int16(0);
    }

    static WireMessage execute(int maxRows) {
        return of('E').string("").int32(maxRows);
    }

    static WireMessage sync() {
        return of('S');
    }

    WireMessage int8(int value) {
        body.write(value);
        return this;
    }

    WireMessage int16(int value) {
        return int8(value >> 8).int8(value);
    }

    WireMessage int32(int value) {
        return int16(value >> 16).int16(value);
    }

    WireMessage raw(byte[] bytes) {
        body.writeBytes(bytes);
        return this;
    }

    WireMessage string(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8)).int8(0);
    }

    byte[] toBytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        if (type >= 0) {
            whole.write(type);
        }
        int length = body.size() + 4;
        whole.write(length >> 24);
        whole.write(length >> 16);
        whole.write(length >> 8);
        whole.write(length);
        whole.writeBytes(body.toByteArray());
        return whole.toByteArray();
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(toBytes());
    }
}
