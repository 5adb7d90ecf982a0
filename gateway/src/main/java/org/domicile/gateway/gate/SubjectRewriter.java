package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.domicile.plan.Plan;
import org.domicile.plan.StoreNames;
import org.jspecify.annotations.Nullable;

/**
 * Finds, for one query that may pass, whose rows it shows, and the edits that let the store say so:
 * a view whose keys are hidden becomes its second view, stars are written out, and each SELECT
 * hands the people's columns up to the one around it.
 *
 * <p>What it cannot do exactly it leaves as it is and calls an upper bound. Where it finds that a
 * part it has widened must stay plain, it notes that and begins again.
 */
final class SubjectRewriter {
    /** Each round keeps one more part plain; more than this many are not tried. */
    static final int MAX_ROUNDS = 64;

    /** What a SELECT gives to the one around it. */
    private record Shape(@Nullable List<String> names, List<HiddenColumn> hidden) {
        static final Shape UNKNOWN = new Shape(null, List.of());
    }

    /** A common table expression in force, and those before it. */
    private record With(String name, JsonNode select, Shape shape, @Nullable With before) {
        static @Nullable With find(@Nullable With from, String name) {
            With with = from;
            while (with != null && !with.name.equals(name)) {
                with = with.before;
            }
            return with;
        }
    }

    private final GateContext context;
    private final SourceMap source;
    private final IdentityHashMap<JsonNode, String> plain = new IdentityHashMap<>();
    private final List<Edit> edits = new ArrayList<>();
    private final Map<String, String> bounds = new HashMap<>();
    private final List<FromNode.Item> widened = new ArrayList<>();
    private PlainSelect plainSelect;
    private SelectColumns columns;

    SubjectRewriter(GateContext context, SourceMap source) {
        this.context = context;
        this.source = source;
        this.plainSelect = new PlainSelect(context, Set.of());
        this.columns = new SelectColumns(source, edits);
    }

    /** The edits of the last {@link #rewrite}, in no order. */
    List<Edit> edits() {
        return List.copyOf(edits);
    }

    /** Looks at a SelectStmt. */
    Subjects rewrite(JsonNode select) {
        Set<String> withNames = new HashSet<>();
        select.findParents("ctename").forEach(cte -> withNames.add(cte.path("ctename").asText()));
        plainSelect = new PlainSelect(context, withNames);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            clear();
            try {
                Shape shape = select(select, null);
                new ReferenceCheck(widened, columns.expandedStars()).check(select);
                return new Subjects(shape.hidden().stream().map(HiddenColumn::of).toList(), bounds);
            } catch (MustStayPlain found) {
                plain.putIfAbsent(found.part(), found.why());
            }
        }
        return bounded(select, "too-complex");
    }

    /** Calls everything a query reads an upper bound. */
    Subjects bounded(JsonNode select, String why) {
        clear();
        everyView(select, why);
        return new Subjects(List.of(), bounds);
    }

    private void clear() {
        edits.clear();
        bounds.clear();
        widened.clear();
        columns = new SelectColumns(source, edits);
    }

    private Shape select(JsonNode fields, @Nullable With outer) throws MustStayPlain {
        String why = plain.get(fields);
        if (why == null) {
            why = plainSelect.whyNot(fields);
        }
        if (why != null) {
            bound(fields, outer, why);
            return Shape.UNKNOWN;
        }
        With with = with(fields.path("withClause"), outer);
        List<FromNode> from = new ArrayList<>();
        for (JsonNode element : fields.path("fromClause")) {
            from.add(from(element, with));
        }
        for (String part :
                List.of(
                        "targetList",
                        "whereClause",
                        "sortClause",
                        "windowClause",
                        "limitOffset",
                        "limitCount")) {
            bound(fields.path(part), with, "subquery");
        }
        List<FromNode.Item> level = from.stream().flatMap(FromNode::items).toList();
        if (!PlainSelect.windowsKeepApart(fields, level)) {
            throw new MustStayPlain(fields, "window");
        }
        List<String> names = SelectColumns.names(fields.path("targetList"), from);
        if (level.stream().allMatch(item -> item.hidden().isEmpty())) {
            return new Shape(names, List.of());
        }
        if (sortsBeyond(fields.path("sortClause"), names)) {
            throw new MustStayPlain(fields, "order-by-position"); // and PostgreSQL refuses it
        }
        return new Shape(names, columns.append(fields, from));
    }

    private @Nullable With with(JsonNode clause, @Nullable With outer) throws MustStayPlain {
        boolean recursive = clause.path("recursive").asBoolean(false);
        With with = outer;
        for (JsonNode element : clause.path("ctes")) {
            JsonNode cte = element.path("CommonTableExpr");
            JsonNode select = cte.path("ctequery").path("SelectStmt");
            if (recursive) {
                plain.putIfAbsent(select, "recursive");
            }
            Shape shape = select(select, with);
            List<String> names = FromReader.renamed(shape.names(), cte.path("aliascolnames"));
            if (names == null
                    && !cte.path("aliascolnames").isEmpty()
                    && !shape.hidden().isEmpty()) {
                throw new MustStayPlain(select, "alias-columns");
            }
            with =
                    new With(
                            cte.path("ctename").asText(),
                            select,
                            new Shape(names, shape.hidden()),
                            with);
        }
        return with;
    }

    private FromNode from(JsonNode wrapped, @Nullable With with) throws MustStayPlain {
        Map.Entry<String, JsonNode> typed = Tree.typed(wrapped);
        JsonNode fields = typed.getValue();
        return switch (typed.getKey()) {
            case "RangeVar" -> relation(fields, with);
            case "RangeSubselect" -> {
                JsonNode select = fields.path("subquery").path("SelectStmt");
                Shape shape = select(select, with);
                yield derived(select, fields, "", shape);
            }
            case "JoinExpr" -> join(fields, with);
            default -> {
                bound(fields, with, "subquery");
                yield derived(fields, fields, functionName(fields), Shape.UNKNOWN);
            }
        };
    }

    /** Whether a position in ORDER BY is not one of the client's own columns. */
    private static boolean sortsBeyond(JsonNode sortClause, @Nullable List<String> names) {
        for (JsonNode sort : sortClause) {
            JsonNode position = sort.path("SortBy").path("node").path("A_Const").path("ival");
            if (!position.isMissingNode()
                    && (names == null || position.path("ival").asInt(0) > names.size())) {
                return true;
            }
        }
        return false;
    }

    /** In FROM, a function without an alias goes by its own name. */
    private static String functionName(JsonNode range) {
        List<JsonNode> calls = range.findValues("funcname");
        List<String> name = calls.size() == 1 ? Tree.strings(calls.get(0)) : List.of();
        return name.isEmpty() ? "" : name.get(name.size() - 1);
    }

    private FromNode.Item derived(JsonNode origin, JsonNode range, String name, Shape shape)
            throws MustStayPlain {
        JsonNode alias = range.path("alias");
        String called = alias.path("aliasname").asText(name);
        List<String> names = FromReader.renamed(shape.names(), alias.path("colnames"));
        boolean gives = !shape.hidden().isEmpty();
        if (names == null && !alias.path("colnames").isEmpty() && gives) {
            throw new MustStayPlain(origin, "alias-columns");
        }
        FromNode.Item item =
                new FromNode.Item(
                        origin,
                        called.isEmpty() ? null : called,
                        names,
                        shape.hidden(),
                        gives,
                        false);
        if (gives) {
            widened.add(item);
        }
        return item;
    }

    private FromNode relation(JsonNode range, @Nullable With outer) throws MustStayPlain {
        String name = range.path("relname").asText();
        With with = range.has("schemaname") ? null : With.find(outer, name);
        if (with != null) {
            return derived(with.select(), range, name, with.shape());
        }
        Plan.View view = FromReader.personView(range, context);
        if (view == null) {
            return derived(range, range, name, Shape.UNKNOWN);
        }
        FromNode.Item item =
                plain.containsKey(range) ? null : FromReader.item(range, view, context);
        if (item == null) {
            String why = plain.getOrDefault(range, "alias-columns");
            bounds.putIfAbsent(view.table().toString(), why);
            return derived(range, range, name, Shape.UNKNOWN);
        }
        if (item.widened()) {
            readSecondView(range, view);
            widened.add(item);
        }
        return item;
    }

    private void readSecondView(JsonNode range, Plan.View view) throws MustStayPlain {
        int at = source.tokenOf(range);
        int tokens = range.has("schemaname") ? 3 : 1;
        boolean readable =
                range.path("inh").asBoolean(false)
                        && source.isName(at)
                        && source.isName(at + tokens - 1)
                        && !source.isSymbol(at + tokens, '*');
        if (!readable) {
            throw new MustStayPlain(range, "unreadable");
        }
        String name = Sql.name(view.table().name());
        String second = Sql.name(context.schema() + StoreNames.SUBJECT_SCHEMA_SUFFIX) + "." + name;
        edits.add(new Edit(at, tokens, range.has("alias") ? second : second + " AS " + name));
    }

    private FromNode join(JsonNode fields, @Nullable With with) throws MustStayPlain {
        FromNode left = from(fields.path("larg"), with);
        FromNode right = from(fields.path("rarg"), with);
        FromNode join = new FromNode.Join(left, right, Tree.strings(fields.path("usingClause")));
        bound(fields.path("quals"), with, "subquery");
        boolean natural = fields.path("isNatural").asBoolean(false);
        if (natural || fields.has("alias")) {
            for (FromNode.Item item : join.items().toList()) {
                if (!item.hidden().isEmpty()) {
                    throw new MustStayPlain(item.origin(), natural ? "natural-join" : "join-alias");
                }
            }
            return new FromNode.Item(fields, null, null, List.of(), false, false);
        }
        return join;
    }

    /** Calls every relation that is read inside {@code node} an upper bound. */
    private void bound(JsonNode node, @Nullable With with, String why) throws MustStayPlain {
        for (JsonNode range : node.findValues("RangeVar")) {
            With named =
                    range.has("schemaname")
                            ? null
                            : With.find(with, range.path("relname").asText());
            if (named != null && !named.shape().hidden().isEmpty()) {
                throw new MustStayPlain(named.select(), why);
            }
        }
        everyView(node, why);
    }

    private void everyView(JsonNode node, String why) {
        for (JsonNode range : node.findValues("RangeVar")) {
            Plan.View view = FromReader.personView(range, context);
            if (view != null) {
                bounds.putIfAbsent(view.table().toString(), why);
            }
        }
    }
}
