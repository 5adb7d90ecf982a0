package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;

/** Says of a part of a statement that it must not get columns, and why, in a stable word. */
final class MustStayPlain extends Exception {
    private static final long serialVersionUID = 1;

    private final transient JsonNode part;
    private final String why;

    MustStayPlain(JsonNode part, String why) {
        super(null, null, false, false);
        this.part = part;
        this.why = why;
    }

    JsonNode part() {
        return part;
    }

    String why() {
        return why;
    }
}
