package org.domicile.gateway.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A cursor over one message's body. Every read checks what is left. */
public final class BodyReader {
    private final byte[] buffer;
    private final int end;
    private int position;

    BodyReader(byte[] buffer, int start, int end) {
        this.buffer = buffer;
        this.position = start;
        this.end = end;
    }

    public int remaining() {
        return end - position;
    }

    byte int8() {
        require(1);
        return buffer[position++];
    }

    /** Counts are unsigned: Bind takes up to 65,535 parameters. */
    int uint16() {
        require(2);
        int value = (buffer[position] & 0xff) << 8 | (buffer[position + 1] & 0xff);
        position += 2;
        return value;
    }

    int int32() {
        require(4);
        int value =
                (buffer[position] & 0xff) << 24
                        | (buffer[position + 1] & 0xff) << 16
                        | (buffer[position + 2] & 0xff) << 8
                        | (buffer[position + 3] & 0xff);
        position += 4;
        return value;
    }

    byte[] bytes(int length) {
        if (length < 0) {
            throw WireException.violation("negative length inside a message");
        }
        require(length);
        byte[] value = new byte[length];
        System.arraycopy(buffer, position, value, 0, length);
        position += length;
        return value;
    }

    /** The protocol's String: ends with a NUL. */
    String string() {
        int nul = position;
        while (nul < end && buffer[nul] != 0) {
            nul++;
        }
        if (nul == end) {
            throw WireException.violation("a string in a message has no end");
        }
        String value = utf8(buffer, position, nul - position);
        position = nul + 1;
        return value;
    }

    private static boolean isAscii(byte[] buffer, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (buffer[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /** A message with bytes left over was not understood. */
    void requireEnd() {
        if (position != end) {
            throw WireException.violation("a message is longer than its format");
        }
    }

    private void require(int length) {
        if (length > end - position) {
            throw WireException.violation("a message is shorter than its format");
        }
    }

    static String utf8(byte[] buffer, int start, int length) {
        if (isAscii(buffer, start, length)) {
            return new String(buffer, start, length, StandardCharsets.ISO_8859_1);
        }
        try {
            // A fresh decoder reports what is malformed; String's constructor would replace it.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new WireException(WireException.NOT_UTF_8, "text in a message is not UTF-8");
        }
    }
}
