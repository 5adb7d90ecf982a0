package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.domicile.plan.StoreNames;

/** The names the gate itself gives to columns, which no client may write. */
final class ReservedNames {
    private ReservedNames() {}

    /** Looks at every name of a statement; what stands in a literal is none. */
    static void check(JsonNode node) throws RefusedException {
        if (node.isTextual() && node.asText().startsWith(StoreNames.SUBJECT_COLUMN_PREFIX)) {
            throw RefusedException.forbidden(
                    "name-reserved",
                    "names that begin with "
                            + StoreNames.SUBJECT_COLUMN_PREFIX
                            + " are the gateway's own",
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
