package org.domicile.gateway.gate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Helpers over PostgreSQL's parse tree as libpg_query writes it: {@code {"Node": {fields}}}. */
final class Tree {
    /** Each operator adds two levels, each subquery about eight. */
    static final int MAX_DEPTH = 1_000;

    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxNestingDepth(MAX_DEPTH)
                                            .build())
                            .build());

    private Tree() {}

    /** The statements of a parse result, each {@code {"Node": {fields}}}. */
    static List<JsonNode> statements(String json) throws RefusedException {
        try {
            List<JsonNode> statements = new ArrayList<>();
            MAPPER.readTree(json)
                    .path("stmts")
                    .forEach(statement -> statements.add(statement.path("stmt")));
            return statements;
        } catch (JsonProcessingException e) {
            throw tooComplex();
        }
    }

    /**
     * The fields of the SELECT that reads what a COPY of a relation, or of columns of it, names.
     */
    static JsonNode selectOf(JsonNode copy) {
        ObjectNode select = MAPPER.createObjectNode();
        ArrayNode targets = select.putArray("targetList");
        if (copy.path("attlist").isEmpty()) {
            target(targets).addObject().putObject("A_Star");
        }
        copy.path("attlist").forEach(column -> target(targets).add(column));
        select.putArray("fromClause").addObject().set("RangeVar", copy.path("relation"));
        return select;
    }

    private static ArrayNode target(ArrayNode targets) {
        return targets.addObject()
                .putObject("ResTarget")
                .putObject("val")
                .putObject("ColumnRef")
                .putArray("fields");
    }

    static RefusedException tooComplex() {
        return new RefusedException(
                "54001",
                "too-complex",
                "the statement nests too deeply",
                "Write it with fewer nested brackets, operators or subqueries.");
    }

    /** The node's type and fields. */
    static Map.Entry<String, JsonNode> typed(JsonNode wrapped) {
        return wrapped.properties().iterator().next();
    }

    /** The strings of a list of String nodes, stopping at anything else. */
    static List<String> strings(JsonNode list) {
        List<String> strings = new ArrayList<>();
        for (JsonNode element : list) {
            if (!element.has("String")) {
                break;
            }
            strings.add(element.path("String").path("sval").asText());
        }
        return strings;
    }
}
