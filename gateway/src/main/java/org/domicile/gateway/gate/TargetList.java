package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;

/** Finds where a SELECT's list of columns ends, which the parse tree does not say. */
final class TargetList {
    private final SourceMap source;

    TargetList(SourceMap source) {
        this.source = source;
    }

    /**
     * The token of the list's FROM, or -1 where anything is not as it should be. FROM is a reserved
     * word: without quotes it stands in an expression only within brackets, after IS [NOT]
     * DISTINCT, and where a label may be, after AS or a full stop.
     */
    int end(JsonNode select) {
        JsonNode targets = select.path("targetList");
        int first = source.tokenOf(targets.path(0).path("ResTarget"));
        int before = source.isWord(first - 1, "all") ? first - 2 : first - 1;
        if (first < 0 || !source.isWord(before, "select")) {
            return -1;
        }
        int depth = 0;
        int found = 1;
        boolean afterDistinct = false;
        for (int i = first; i < source.size() && depth >= 0; i++) {
            boolean label = i > first && isBeforeLabel(i - 1);
            if (source.isSymbol(i, '(') || source.isSymbol(i, '[')) {
                depth++;
            } else if (source.isSymbol(i, ')') || source.isSymbol(i, ']')) {
                depth--;
            } else if (depth == 0 && source.isSymbol(i, ',')) {
                found++;
                if (found > targets.size()
                        || source.tokenOf(targets.path(found - 1).path("ResTarget")) != i + 1) {
                    return -1;
                }
            } else if (depth == 0 && !label && !afterDistinct && source.isWord(i, "from")) {
                return found == targets.size() ? i : -1;
            }
            afterDistinct = !label && source.isWord(i, "distinct");
        }
        return -1;
    }

    /** Whether what follows is a label: after AS that is none itself, or after a full stop. */
    private boolean isBeforeLabel(int token) {
        if (source.isSymbol(token, '.')) {
            return true;
        }
        return source.isWord(token, "as") && !isBeforeLabel(token - 1);
    }
}
