package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/** Whether each row of a SELECT comes from one row of each relation in its FROM, and no other. */
final class PlainSelect {
    /** Definitions of windows that build on each other. */
    private static final int MAX_WINDOW_CHAIN = 16;

    /** Syntax only aggregates have; {@code rank(1) WITHIN GROUP (ORDER BY x)} is one by it. */
    private static final List<String> AGGREGATE_FIELDS =
            List.of("agg_within_group", "agg_order", "agg_star", "agg_distinct", "agg_filter");

    private final GateContext context;
    private final Set<String> withNames;

    /**
     * @param withNames every name the statement gives in WITH
     */
    PlainSelect(GateContext context, Set<String> withNames) {
        this.context = context;
        this.withNames = withNames;
    }

    /** A stable word for why not, or null where it is plain but for its windows. */
    @Nullable String whyNot(JsonNode select) {
        if (!select.path("op").asText("SETOP_NONE").equals("SETOP_NONE")) {
            return "set-operation";
        }
        if (select.has("valuesLists")) {
            // Its rows are its own; only subqueries in them read relations.
            return "subquery";
        }
        if (select.has("distinctClause")) {
            return "distinct";
        }
        if (select.has("groupClause") || select.has("havingClause")) {
            return "aggregate";
        }
        if (select.path("targetList").isEmpty()) {
            return "no-columns";
        }
        boolean aggregates =
                aggregates(select.path("targetList"), null)
                        || aggregates(select.path("sortClause"), null)
                        || aggregates(select.path("windowClause"), null);
        return aggregates ? "aggregate" : null;
    }

    /**
     * Whether an expression sums up rows of the SELECT it stands in.
     *
     * @param inner the nearest SELECT inside that one, where an aggregate may belong to either
     */
    private boolean aggregates(JsonNode node, @Nullable JsonNode inner) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                JsonNode fields = entry.getValue();
                boolean found =
                        switch (entry.getKey()) {
                            case "SelectStmt" -> aggregates(fields, fields);
                            case "FuncCall", "JsonObjectAgg", "JsonArrayAgg", "GroupingFunc" ->
                                    (sumsUp(entry.getKey(), fields) && !isOf(inner, fields))
                                            || aggregates(fields, inner);
                            case "ColumnRef" -> isCalledLikeAField(fields.path("fields"));
                            case "A_Indirection" ->
                                    calls(fields.path("indirection")) || aggregates(fields, inner);
                            default -> aggregates(fields, inner);
                        };
                if (found) {
                    return true;
                }
            }
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                if (aggregates(element, inner)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean sumsUp(String type, JsonNode fields) {
        return switch (type) {
            case "FuncCall" -> {
                List<String> name = Tree.strings(fields.path("funcname"));
                boolean written = AGGREGATE_FIELDS.stream().anyMatch(fields::has);
                boolean named = !name.isEmpty() && Lists.isAggregate(name.get(name.size() - 1));
                yield !fields.has("over") && (written || named);
            }
            case "GroupingFunc" -> true;
            default -> !fields.path("constructor").has("over");
        };
    }

    /** {@code u.count} may call the function count on a row of u. */
    private static boolean isCalledLikeAField(JsonNode parts) {
        List<String> names = Tree.strings(parts);
        return names.size() > 1 && Lists.isAggregate(names.get(names.size() - 1));
    }

    private static boolean calls(JsonNode indirection) {
        for (JsonNode part : indirection) {
            if (Lists.isAggregate(part.path("String").path("sval").asText(""))) {
                return true;
            }
        }
        return false;
    }

    /** Whether an aggregate surely belongs to {@code select}: all it reads is in its FROM. */
    private boolean isOf(@Nullable JsonNode select, JsonNode aggregate) {
        if (select == null) {
            return false;
        }
        Set<String> aliases = new HashSet<>();
        Set<String> columns = new HashSet<>();
        select.path("fromClause").forEach(node -> names(node, aliases, columns));
        for (JsonNode reference : aggregate.findValues("ColumnRef")) {
            List<String> names = Tree.strings(reference.path("fields"));
            boolean local =
                    names.size() > 1
                            ? aliases.contains(names.get(0))
                            : names.size() == 1 && columns.contains(names.get(0));
            if (!local) {
                return false;
            }
        }
        return true;
    }

    /** What can be named of a part of FROM, as far as is sure. */
    private void names(JsonNode node, Set<String> aliases, Set<String> columns) {
        JsonNode join = node.path("JoinExpr");
        if (!join.isMissingNode() && !join.has("alias")) {
            names(join.path("larg"), aliases, columns);
            names(join.path("rarg"), aliases, columns);
        }
        JsonNode range = node.path("RangeVar");
        if (!range.isMissingNode()) {
            String name = range.path("relname").asText();
            JsonNode alias = range.path("alias");
            aliases.add(alias.path("aliasname").asText(name));
            Plan.Audience audience = context.audience();
            if (audience != null && alias.path("colnames").isEmpty() && !withNames.contains(name)) {
                audience.view(name)
                        .ifPresent(view ->
                                view.columns().forEach(column -> columns.add(column.name())));
            }
        }
    }

    /** Whether each window function sees, for one row, rows of the same people only. */
    static boolean windowsKeepApart(JsonNode select, List<FromNode.Item> level) {
        JsonNode windows = select.path("windowClause");
        return keepApart(select.path("targetList"), windows, level)
                && keepApart(select.path("sortClause"), windows, level);
    }

    private static boolean keepApart(JsonNode node, JsonNode windows, List<FromNode.Item> level) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                String name = entry.getKey();
                if (name.equals("SelectStmt")) {
                    continue;
                }
                if (name.equals("over") && !namesEverybody(entry.getValue(), windows, level)) {
                    return false;
                }
                if (!keepApart(entry.getValue(), windows, level)) {
                    return false;
                }
            }
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                if (!keepApart(element, windows, level)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean namesEverybody(
            JsonNode over, JsonNode windows, List<FromNode.Item> level) {
        JsonNode partition = partition(over, windows);
        for (FromNode.Item item : level) {
            for (HiddenColumn hidden : item.hidden()) {
                boolean named = false;
                for (JsonNode part : partition) {
                    List<String> names = Tree.strings(part.path("ColumnRef").path("fields"));
                    named |= isNamed(names, hidden.visible(), item, level.size() == 1);
                }
                if (!named) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isNamed(
            List<String> names, @Nullable String key, FromNode.Item item, boolean alone) {
        return key != null
                && (names.equals(List.of(String.valueOf(item.alias()), key))
                        || (alone && names.equals(List.of(key))));
    }

    /** The PARTITION BY of a window, which may stand in the one it builds on. */
    private static JsonNode partition(JsonNode over, JsonNode windows) {
        JsonNode window = over;
        String wanted = over.path("name").asText(over.path("refname").asText(""));
        for (int i = 0; i < MAX_WINDOW_CHAIN && window.path("partitionClause").isEmpty(); i++) {
            for (JsonNode defined : windows) {
                JsonNode definition = defined.path("WindowDef");
                if (definition.path("name").asText().equals(wanted)) {
                    window = definition;
                }
            }
            wanted = window.path("refname").asText("");
        }
        return window.path("partitionClause");
    }
}
