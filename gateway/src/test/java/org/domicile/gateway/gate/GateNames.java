package org.domicile.gateway.gate;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Names that the gate lets pass, for tests that make statements of them. */
public final class GateNames {
    private GateNames() {}

    public static List<String> functions() {
        return allowed(Lists.FUNCTIONS);
    }

    public static List<String> types() {
        return allowed(Lists.TYPES);
    }

    private static List<String> allowed(Map<String, Lists.Entry> entries) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().allowed())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Of PostgreSQL's own relations, as {@code schema.relation.column}. */
    public static Stream<String> catalogueColumns() {
        return Lists.RELATIONS.entrySet().stream()
                .flatMap(relation ->
                        relation.getValue().columns().stream()
                                .map(column -> relation.getKey() + "." + column));
    }
}
