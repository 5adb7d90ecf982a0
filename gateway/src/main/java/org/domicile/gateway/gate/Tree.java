package org.domicile.gateway.gate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
