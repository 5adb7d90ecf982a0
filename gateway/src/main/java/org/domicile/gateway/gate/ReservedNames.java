package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** The names the gate itself gives to columns, which no client may write. */
final class ReservedNames {
    private ReservedNames() {}

    /** Looks at every name of a statement; what stands in a literal is none. */
    static void check(JsonNode node) throws RefusedException {
        if (node.isTextual() && node.asText().startsWith(SubjectRewriter.HIDDEN)) {
            throw RefusedException.forbidden(
                    "name-reserved",
                    "names that begin with " + SubjectRewriter.HIDDEN + " are the gateway's own",
                    "Choose another name.");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getKey().equals("A_Const")) {
                check(field.getValue());
            }
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                check(element);
            }
        }
    }
}
