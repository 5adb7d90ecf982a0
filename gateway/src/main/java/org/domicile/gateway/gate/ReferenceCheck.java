package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * Looks through a whole statement for what would notice that a part of FROM has more columns than
 * the client knows: its whole row, or a name of the schema its view was in. Names are compared
 * without regard to scope, so it may find too much, never too little.
 */
final class ReferenceCheck {
    private final List<FromNode.Item> widened;
    private final Set<JsonNode> expandedStars;

    ReferenceCheck(List<FromNode.Item> widened, Set<JsonNode> expandedStars) {
        this.widened = widened;
        this.expandedStars = expandedStars;
    }

    void check(JsonNode statement) throws MustStayPlain {
        if (widened.isEmpty()) {
            return;
        }
        for (JsonNode reference : statement.findValues("ColumnRef")) {
            List<String> names = Tree.strings(reference.path("fields"));
            boolean star = names.size() < reference.path("fields").size();
            if (names.size() > 2 || (star && names.size() > 1)) {
                throw new MustStayPlain(statement, "qualified-name");
            }
            if (names.isEmpty() || expandedStars.contains(reference)) {
                continue;
            }
            for (FromNode.Item item : widened) {
                if (names.get(0).equals(item.alias()) && (star || isRow(names, item))) {
                    throw new MustStayPlain(item.origin(), "whole-row");
                }
            }
        }
    }

    /** {@code u} may be u's row, and {@code u.f} the function f called on it. */
    private static boolean isRow(List<String> names, FromNode.Item item) {
        if (names.size() == 1) {
            return true;
        }
        String column = names.get(1);
        List<String> known = item.names();
        return known == null
                ? Lists.FUNCTIONS.containsKey(column) || Lists.TYPES.containsKey(column)
                : !known.contains(column);
    }
}
