package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps out of what a client reads of the catalogue the schemas that are none of its business,
 * those of second views and other audiences', and tells constants in place of columns that count
 * hidden rows or show people and code. The schemas' names and columns are no secret that rests on
 * this; a person who lists tables shall see their own.
 */
final class CatalogueFilter {
    private static final Pattern TEST =
            Pattern.compile("\\{(schema|namespace|relation|type|setting) (\\w+)}");

    /** The settings that SHOW may tell. */
    private static final String SETTINGS =
            Lists.SETTINGS.keySet().stream()
                    .filter(name -> !name.startsWith("domicile."))
                    .sorted()
                    .map(Sql::text)
                    .collect(Collectors.joining(", ", "(", ")"));

    private final String ownSchema;
    private final int storeMajor;
    private final SourceMap source;
    private final List<Edit> edits = new ArrayList<>();

    private CatalogueFilter(GateContext context, SourceMap source) {
        String schema = context.schema();
        this.ownSchema = schema == null ? "" : schema;
        this.storeMajor = context.storeMajor();
        this.source = source;
    }

    /** The edits that filter what one SelectStmt reads. */
    static List<Edit> edits(JsonNode select, GateContext context, SourceMap source)
            throws RefusedException {
        CatalogueFilter filter = new CatalogueFilter(context, source);
        List<JsonNode> references = select.findValues("ColumnRef");
        boolean tableOid =
                references.stream()
                        .anyMatch(one -> Tree.strings(one.path("fields")).contains("tableoid"));
        for (JsonNode range : select.findValues("RangeVar")) {
            filter.relation(range, select, tableOid);
        }
        if (!filter.edits.isEmpty()) {
            references.forEach(filter::unqualify);
        }
        return filter.edits;
    }

    /**
     * Refuses the COPY of a filtered relation by its name, where there is no text of a query that
     * could be edited.
     */
    static void checkCopied(JsonNode select) throws RefusedException {
        for (JsonNode range : select.findValues("RangeVar")) {
            if (filtered(range) != null) {
                throw RefusedException.unsupported(
                        "relation-not-allowed",
                        "relation " + range.path("relname").asText() + " cannot be copied by name",
                        "Write COPY (SELECT … FROM "
                                + range.path("relname").asText()
                                + ") TO STDOUT.");
            }
        }
    }

    private static @Nullable FilteredRelation filtered(JsonNode range) {
        String schema = range.has("schemaname") ? range.path("schemaname").asText() : "pg_catalog";
        return FilteredRelation.ALL.get(schema + "." + range.path("relname").asText());
    }

    private void relation(JsonNode range, JsonNode select, boolean tableOid)
            throws RefusedException {
        String name = range.path("relname").asText();
        boolean qualified = range.has("schemaname");
        FilteredRelation relation = filtered(range);
        if (relation == null) {
            return;
        }
        if (storeMajor == 0 && !relation.columns().isEmpty()) {
            throw RefusedException.unsupported(
                    "relation-not-allowed",
                    "relation " + name + " cannot be read before the store is known",
                    "Ask again once the session has begun.");
        }
        int at = source.tokenOf(range);
        int tokens = qualified ? 3 : 1;
        boolean hides =
                !qualified
                        && select.findParents("ctename").stream()
                                .anyMatch(with -> with.path("ctename").asText().equals(name));
        boolean plain =
                range.path("inh").asBoolean(false)
                        && source.isName(at)
                        && source.isName(at + tokens - 1)
                        && !source.isSymbol(at + tokens, '*');
        if (hides || !plain) {
            throw RefusedException.unsupported(
                    "relation-not-allowed",
                    "relation " + name + " cannot be read this way",
                    "Write its name in plain letters, without ONLY or *, and give no WITH query its"
                            + " name.");
        }
        String text = subquery(relation, tableOid) + (range.has("alias") ? "" : " AS " + name);
        boolean tableStatement = source.isWord(at - 1, "table");
        edits.add(
                tableStatement
                        ? new Edit(at - 1, tokens + 1, "SELECT * FROM " + text)
                        : new Edit(at, tokens, text));
    }

    private String subquery(FilteredRelation relation, boolean tableOid) {
        String selected = relation.selected(storeMajor);
        return switch (relation.kind()) {
            case NONE -> "(SELECT " + selected + " WHERE false)";
            case TABLE -> "(SELECT " + selected + (tableOid ? ", tableoid" : "") + from(relation);
            case VIEW -> "(SELECT " + selected + from(relation);
        };
    }

    private String from(FilteredRelation relation) {
        return " FROM " + relation.name() + " WHERE " + condition(relation) + ")";
    }

    /** {@code pg_catalog.pg_class.relname}: the subquery has no schema. */
    private void unqualify(JsonNode reference) {
        List<String> names = Tree.strings(reference.path("fields"));
        int at = source.tokenOf(reference);
        if (reference.path("fields").size() == 3
                && FilteredRelation.ALL.containsKey(names.get(0) + "." + names.get(1))
                && source.isSymbol(at + 1, '.')) {
            edits.add(new Edit(at, 2, ""));
        }
    }

    private String condition(FilteredRelation relation) {
        return TEST.matcher(relation.condition())
                .replaceAll(test -> Matcher.quoteReplacement(test(test)));
    }

    private String test(MatchResult test) {
        String what = test.group(2);
        return switch (test.group(1)) {
            case "schema" -> hidden(what) + " IS NOT TRUE";
            case "namespace" -> noneIn("pg_namespace domicile_n", "domicile_n.oid", what);
            case "relation" -> noneIn(inSchema("pg_class", "relnamespace"), "domicile_x.oid", what);
            case "setting" -> "pg_catalog.lower(" + what + ") IN " + SETTINGS;
            default -> noneIn(inSchema("pg_type", "typnamespace"), "domicile_x.oid", what);
        };
    }

    private static String inSchema(String relation, String schema) {
        return relation
                + " domicile_x JOIN pg_catalog.pg_namespace domicile_n ON domicile_n.oid = domicile_x."
                + schema;
    }

    private String noneIn(String relation, String oid, String what) {
        return "NOT EXISTS (SELECT FROM pg_catalog."
                + relation
                + " WHERE "
                + oid
                + " = "
                + what
                + " AND "
                + hidden("domicile_n.nspname")
                + ")";
    }

    private String hidden(String name) {
        return "(pg_catalog.starts_with("
                + name
                + "::text, 'dom_') AND "
                + name
                + "::text <> "
                + Sql.text(ownSchema)
                + ")";
    }
}
