package org.domicile.gateway.wire;

/** The message types a client may send, in the order of PostgreSQL's "Message Formats". */
public enum FrontendType {
    BIND('B', Bound.LARGE),
    CLOSE('C', Bound.SMALL),
    COPY_DATA('d', Bound.LARGE),
    COPY_DONE('c', Bound.SMALL),
    COPY_FAIL('f', Bound.SMALL),
    DESCRIBE('D', Bound.SMALL),
    EXECUTE('E', Bound.SMALL),
    FLUSH('H', Bound.SMALL),
    FUNCTION_CALL('F', Bound.LARGE),
    PARSE('P', Bound.LARGE),
    /** PasswordMessage, SASLInitialResponse and SASLResponse share it. */
    PASSWORD('p', Bound.SMALL),
    QUERY('Q', Bound.LARGE),
    SYNC('S', Bound.SMALL),
    TERMINATE('X', Bound.SMALL);

    /** Bounds of a body, as PostgreSQL has them for small messages; the large one is ours. */
    static final class Bound {
        static final int SMALL = 10_000;
        static final int LARGE = 16 * 1024 * 1024;

        private Bound() {}
    }

    private static final FrontendType[] BY_CODE = new FrontendType[128];

    static {
        for (FrontendType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final char code;
    private final int maxBodyBytes;

    FrontendType(char code, int maxBodyBytes) {
        this.code = code;
        this.maxBodyBytes = maxBodyBytes;
    }

    public char code() {
        return code;
    }

    /**
     * The type of a frame that a reader with {@link #maxBodyBytes(int)} let through.
     *
     * @throws WireException when there is none
     */
    public static FrontendType of(Frame frame) {
        byte code = frame.type();
        if (maxBodyBytes(code) < 0) {
            throw WireException.violation("unknown message type");
        }
        return BY_CODE[code];
    }

    /** A bound for {@link FrameReader}: negative for an unknown type. */
    public static int maxBodyBytes(int code) {
        return code < 0 || BY_CODE[code] == null ? -1 : BY_CODE[code].maxBodyBytes;
    }
}
