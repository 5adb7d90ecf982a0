package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Keeps schemas that are none of a client's business out of what it reads of the catalogue: those
 * of second views, and other audiences'. Their names and columns are no secret that rests on this;
 * a person who lists tables shall see their own.
 */
final class CatalogueFilter {
    private static final Pattern TEST =
            Pattern.compile("\\{(schema|namespace|relation|type) (\\w+)}");

    /**
     * A relation's filter.
     *
     * @param table whether it has the column {@code tableoid}
     * @param named whether only the columns on the gate's list are read, as a store lets nobody
     *     read the others
     */
    private record Filter(boolean table, boolean named, String condition) {}

    private static final Map<String, Filter> FILTERS = filters();

    private final String ownSchema;
    private final SourceMap source;
    private final List<Edit> edits = new ArrayList<>();

    private CatalogueFilter(GateContext context, SourceMap source) {
        String schema = context.schema();
        this.ownSchema = schema == null ? "" : schema;
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

    /** The relations that are filtered, for the test that compares them with a server. */
    static Map<String, Boolean> relations() {
        Map<String, Boolean> relations = new HashMap<>();
        FILTERS.forEach((name, filter) -> relations.put(name, filter.table()));
        return relations;
    }

    private static Map<String, Filter> filters() {
        Map<String, Filter> filters = new HashMap<>();
        for (String line : Lists.lines("catalogue-filters.txt")) {
            String[] words = line.split(" +", 3);
            boolean named = words[0].equals("named");
            filters.put(words[1], new Filter(named || words[0].equals("table"), named, words[2]));
        }
        return Map.copyOf(filters);
    }

    private void relation(JsonNode range, JsonNode select, boolean tableOid)
            throws RefusedException {
        String name = range.path("relname").asText();
        boolean qualified = range.has("schemaname");
        String schema = qualified ? range.path("schemaname").asText() : "pg_catalog";
        Filter filter = FILTERS.get(schema + "." + name);
        if (filter == null) {
            return;
        }
        int at = source.tokenOf(range);
        int tokens = qualified ? 3 : 1;
        if (source.isWord(at - 1, "copy") || source.isWord(at - 1, "binary")) {
            // COPY of the relation itself; what is sent is a SELECT, judged apart.
            return;
        }
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
        String text =
                "(SELECT "
                        + (filter.named() ? listed(schema + "." + name) : "*")
                        + (filter.table() && tableOid ? ", tableoid" : "")
                        + " FROM "
                        + schema
                        + "."
                        + name
                        + " WHERE "
                        + condition(filter)
                        + ")"
                        + (range.has("alias") ? "" : " AS " + name);
        boolean tableStatement = source.isWord(at - 1, "table");
        edits.add(
                tableStatement
                        ? new Edit(at - 1, tokens + 1, "SELECT * FROM " + text)
                        : new Edit(at, tokens, text));
    }

    private static String listed(String relation) {
        return Objects.requireNonNull(Lists.RELATIONS.get(relation), relation).columns().stream()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** {@code pg_catalog.pg_class.relname}: the subquery has no schema. */
    private void unqualify(JsonNode reference) {
        List<String> names = Tree.strings(reference.path("fields"));
        int at = source.tokenOf(reference);
        if (reference.path("fields").size() == 3
                && FILTERS.containsKey(names.get(0) + "." + names.get(1))
                && source.isSymbol(at + 1, '.')) {
            edits.add(new Edit(at, 2, ""));
        }
    }

    private String condition(Filter filter) {
        return TEST.matcher(filter.condition())
                .replaceAll(test -> Matcher.quoteReplacement(test(test)));
    }

    private String test(MatchResult test) {
        String what = test.group(2);
        return switch (test.group(1)) {
            case "schema" -> hidden(what) + " IS NOT TRUE";
            case "namespace" -> noneIn("pg_namespace domicile_n", "domicile_n.oid", what);
            case "relation" -> noneIn(inSchema("pg_class", "relnamespace"), "domicile_x.oid", what);
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
