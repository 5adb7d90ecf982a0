package org.domicile.gateway.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an ErrorResponse or NoticeResponse by their code letter (PostgreSQL documentation,
 * "Error and Notice Message Fields").
 */
public record ErrorFields(Map<Character, String> fields) {
    public static final char SEVERITY = 'S';

    /** The severity, never translated. */
    public static final char SEVERITY_PLAIN = 'V';

    public static final char SQL_STATE = 'C';
    public static final char MESSAGE = 'M';
    public static final char HINT = 'H';
    public static final char POSITION = 'P';

    /** The server's routine that reported; pgjdbc tells stale plans by it. */
    public static final char ROUTINE = 'R';

    public ErrorFields {
        fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** An error of the gateway's own. An empty hint is left out. */
    public static ErrorFields of(String severity, String sqlState, String message, String hint) {
        Map<Character, String> fields = new LinkedHashMap<>();
        fields.put(SEVERITY, severity);
        fields.put(SEVERITY_PLAIN, severity);
        fields.put(SQL_STATE, sqlState);
        fields.put(MESSAGE, message);
        if (!hint.isEmpty()) {
            fields.put(HINT, hint);
        }
        return new ErrorFields(fields);
    }

    /** Reads the body of an ErrorResponse or NoticeResponse. */
    public static ErrorFields decode(Frame frame) {
        BodyReader body = frame.body();
        Map<Character, String> fields = new LinkedHashMap<>();
        while (true) {
            byte code = body.int8();
            if (code == 0) {
                body.requireEnd();
                return new ErrorFields(fields);
            }
            fields.put((char) (code & 0xff), body.string());
        }
    }

    /** The same but for one field. */
    public ErrorFields without(char code) {
        Map<Character, String> others = new LinkedHashMap<>(fields);
        others.remove(code);
        return new ErrorFields(others);
    }

    void writeTo(MessageBuffer out) {
        fields.forEach((code, value) -> out.int8((byte) code.charValue()).string(value));
        out.int8((byte) 0);
    }

    public @Nullable String field(char code) {
        return fields.get(code);
    }

    /** The five characters, or {@code XX000} where a server left them out. */
    public String sqlState() {
        String state = fields.get(SQL_STATE);
        return state == null || !state.matches("[0-9A-Z]{5}") ? "XX000" : state;
    }

    /** Whether the connection ends with it. */
    public boolean isFatal() {
        String severity = fields.getOrDefault(SEVERITY_PLAIN, fields.get(SEVERITY));
        return "FATAL".equals(severity) || "PANIC".equals(severity);
    }

    /** Leaves the texts out: a message may repeat a person's data. */
    @Override
    public String toString() {
        return "ErrorFields[" + sqlState() + "]";
    }
}
