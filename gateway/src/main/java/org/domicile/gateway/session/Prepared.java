package org.domicile.gateway.session;

import java.util.List;
import org.domicile.gateway.disclosure.HeldResult;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.wire.FrontendMessage;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement the gate let pass; its verdict belongs to it as long as it lives.
 *
 * @param judged null for an empty statement
 * @param disclosing null where it returns no data; of a FETCH, what its cursor read when this was
 *     prepared
 */
record Prepared(String sql, @Nullable Judged judged, @Nullable Disclosing disclosing) {
    @Nullable Verdict verdict() {
        return judged == null ? null : judged.verdict();
    }

    /** Whether the store was sent another text. */
    boolean isRewritten() {
        return judged != null && judged.isRewritten();
    }

    @Override
    public String toString() {
        return "Prepared[" + judged + "]";
    }

    /**
     * A prepared statement bound to values.
     *
     * @param result null unless it returns data; it counts segments over several Executes
     */
    record Portal(Prepared prepared, @Nullable HeldResult result) {}

    /** The values of parameters are recorded up to this. */
    private static final int MAX_PARAMETERS_CHARS = 16 * 1024;

    /** The text to record for a query with these values: both say who was looked for. */
    String sqlWith(FrontendMessage.Bind bind) {
        if (bind.parameters().isEmpty()) {
            return sql;
        }
        StringBuilder text = new StringBuilder(sql).append("\n-- with");
        List<Integer> formats = bind.parameterFormats();
        int end = text.length() + MAX_PARAMETERS_CHARS;
        for (int i = 0; i < bind.parameters().size() && text.length() < end; i++) {
            byte[] value = bind.parameters().get(i);
            int format = formats.isEmpty() ? 0 : formats.get(formats.size() == 1 ? 0 : i);
            text.append(i == 0 ? " $" : ", $").append(i + 1).append(" = ");
            appendValue(text, value, format, end);
        }
        return text.toString();
    }

    private static void appendValue(
            StringBuilder text, byte @Nullable [] value, int format, int end) {
        if (value == null) {
            text.append("NULL");
            return;
        }
        int length = Math.min(value.length, Math.max(0, end - text.length()) / 2);
        if (format == 0) {
            text.append('\'')
                    .append(
                            new String(value, 0, length, java.nio.charset.StandardCharsets.UTF_8)
                                    .replace("'", "''"))
                    .append('\'');
        } else {
            text.append("'\\x")
                    .append(java.util.HexFormat.of().formatHex(value, 0, length))
                    .append('\'');
        }
        if (length < value.length) {
            text.append("...");
        }
    }
}
