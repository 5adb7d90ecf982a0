package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.domicile.plan.StoreNames;
import org.jspecify.annotations.Nullable;

/** Writes a SELECT's list of columns: stars written out, and the people's columns at its end. */
final class SelectColumns {
    private final SourceMap source;
    private final List<Edit> edits;
    private final Set<JsonNode> expandedStars = Collections.newSetFromMap(new IdentityHashMap<>());
    private int given;

    SelectColumns(SourceMap source, List<Edit> edits) {
        this.source = source;
        this.edits = edits;
    }

    /** The stars, as ColumnRefs, that are written out. */
    Set<JsonNode> expandedStars() {
        return expandedStars;
    }

    /** Appends each item's people; returns the columns as the SELECT around this one sees them. */
    List<HiddenColumn> append(JsonNode select, List<FromNode> from) throws MustStayPlain {
        List<FromNode.Item> level = from.stream().flatMap(FromNode::items).toList();
        List<HiddenColumn> handedUp = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (FromNode.Item item : level) {
            for (HiddenColumn hidden : item.hidden()) {
                String alias = item.alias();
                if (alias == null) {
                    throw new MustStayPlain(item.origin(), "no-alias");
                }
                String name = StoreNames.SUBJECT_COLUMN_PREFIX + ++given;
                text.append(", ")
                        .append(hidden.expression(alias, item.view()))
                        .append(" AS ")
                        .append(name);
                handedUp.add(new HiddenColumn(hidden.of(), name, null));
            }
        }
        int table = tableStatement(level);
        int end = new TargetList(source).end(select);
        if (table >= 0) {
            String star = FromNode.star(from);
            if (star == null) {
                throw new MustStayPlain(select, "star");
            }
            edits.add(new Edit(table, 1, "SELECT " + star + text + " FROM"));
        } else if (end >= 0) {
            expandStars(select, from, level);
            edits.add(new Edit(end, 0, text.append(' ').toString()));
        } else {
            throw new MustStayPlain(select, "unreadable");
        }
        return handedUp;
    }

    /** The key word of {@code TABLE users}, or -1. */
    private int tableStatement(List<FromNode.Item> level) {
        int at = level.size() == 1 ? source.tokenOf(level.get(0).origin()) : -1;
        return level.get(0).view() && source.isWord(at - 1, "table") ? at - 1 : -1;
    }

    private void expandStars(JsonNode select, List<FromNode> from, List<FromNode.Item> level)
            throws MustStayPlain {
        if (level.stream().noneMatch(FromNode.Item::widened)) {
            return;
        }
        for (JsonNode target : select.path("targetList")) {
            JsonNode reference = target.path("ResTarget").path("val").path("ColumnRef");
            JsonNode parts = reference.path("fields");
            List<String> qualifier = Tree.strings(parts);
            if (qualifier.size() == parts.size() || qualifier.size() > 1) {
                continue;
            }
            String star = FromNode.star(from);
            int tokens = 1;
            if (!qualifier.isEmpty()) {
                FromNode.Item item = called(qualifier.get(0), level);
                if (item == null || !item.widened()) {
                    continue;
                }
                star = item.star();
                tokens = 3;
            }
            int at = source.tokenOf(reference);
            if (star == null || !source.isSymbol(at + tokens - 1, '*')) {
                throw new MustStayPlain(select, "star");
            }
            expandedStars.add(reference);
            edits.add(new Edit(at, tokens, star));
        }
    }

    private static FromNode.@Nullable Item called(String alias, List<FromNode.Item> level) {
        return level.stream().filter(one -> alias.equals(one.alias())).findFirst().orElse(null);
    }

    /** What the columns the client knows are called, or null where one is not known. */
    static @Nullable List<String> names(JsonNode targets, List<FromNode> from) {
        List<String> names = new ArrayList<>();
        for (JsonNode target : targets) {
            JsonNode fields = target.path("ResTarget");
            JsonNode parts = fields.path("val").path("ColumnRef").path("fields");
            List<String> qualifier = Tree.strings(parts);
            if (qualifier.size() == parts.size()) {
                String name = FromReader.name(fields);
                if (name == null) {
                    return null;
                }
                names.add(name);
                continue;
            }
            List<FromNode> shown =
                    qualifier.isEmpty()
                            ? from
                            : List.copyOf(
                                    from.stream()
                                            .flatMap(FromNode::items)
                                            .filter(i -> qualifier.get(0).equals(i.alias()))
                                            .toList());
            List<FromNode.Column> columns = FromNode.columns(shown);
            if (columns == null || columns.isEmpty()) {
                return null;
            }
            columns.forEach(column -> names.add(column.name()));
        }
        return names;
    }
}
