package org.domicile.gateway.wire;

/** The message types a server may send, in the order of PostgreSQL's "Message Formats". */
public enum BackendType {
    AUTHENTICATION('R'),
    BACKEND_KEY_DATA('K'),
    BIND_COMPLETE('2'),
    CLOSE_COMPLETE('3'),
    COMMAND_COMPLETE('C'),
    COPY_DATA('d'),
    COPY_DONE('c'),
    COPY_IN_RESPONSE('G'),
    COPY_OUT_RESPONSE('H'),
    COPY_BOTH_RESPONSE('W'),
    DATA_ROW('D'),
    EMPTY_QUERY_RESPONSE('I'),
    ERROR_RESPONSE('E'),
    FUNCTION_CALL_RESPONSE('V'),
    NEGOTIATE_PROTOCOL_VERSION('v'),
    NO_DATA('n'),
    NOTICE_RESPONSE('N'),
    NOTIFICATION_RESPONSE('A'),
    PARAMETER_DESCRIPTION('t'),
    PARAMETER_STATUS('S'),
    PARSE_COMPLETE('1'),
    PORTAL_SUSPENDED('s'),
    READY_FOR_QUERY('Z'),
    ROW_DESCRIPTION('T');

    /** Of any body: one row of a result is held whole, so this bounds a session's memory. */
    public static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

    private static final BackendType[] BY_CODE = new BackendType[128];

    static {
        for (BackendType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final char code;

    BackendType(char code) {
        this.code = code;
    }

    public char code() {
        return code;
    }

    /**
     * The type of a frame that a reader with {@link #maxBodyBytes(int)} let through.
     *
     * @throws WireException when there is none
     */
    public static BackendType of(Frame frame) {
        byte code = frame.type();
        if (maxBodyBytes(code) < 0) {
            throw WireException.violation("unknown message type");
        }
        return BY_CODE[code];
    }

    /** A bound for {@link FrameReader}: negative for an unknown type. */
    public static int maxBodyBytes(int code) {
        return code < 0 || BY_CODE[code] == null ? -1 : MAX_BODY_BYTES;
    }
}
