package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * Walks one query's tree: every node and field must be in {@code nodes.txt}, and what they read
 * goes to {@link Reads}.
 */
final class StatementWalker {
    private static final String CATALOGUE = "pg_catalog";
    private static final String INFORMATION = "information_schema";

    /** Functions outside {@code pg_catalog} that drivers call; pure. */
    private static final Set<String> INFORMATION_FUNCTIONS = Set.of("_pg_expandarray");

    /** Names of common table expressions in force, innermost first. */
    private record Scope(Set<String> names, @Nullable Scope outer) {
        boolean has(String name) {
            return names.contains(name) || (outer != null && outer.has(name));
        }
    }

    /** One SELECT: the relations directly in its FROM, and whether it has a bare star. */
    private static final class Level {
        final List<Reads.Use> uses = new ArrayList<>();
        boolean star;
    }

    private final GateContext context;
    private final Reads reads = new Reads();
    private final Deque<Level> levels = new ArrayDeque<>();
    private final List<String[]> qualified = new ArrayList<>();
    private final SettingCalls settings;
    private @Nullable Scope scope;

    StatementWalker(GateContext context, SettingCalls settings) {
        this.context = context;
        this.settings = settings;
    }

    /** Walks a SelectStmt. */
    Reads read(JsonNode select) throws RefusedException {
        node("SelectStmt", select);
        for (String[] pair : qualified) {
            checkFieldNotation(pair[0], pair[1]);
        }
        reads.checkCatalogue();
        return reads;
    }

    /** A list element or field of any type; PostgreSQL writes an absent element as {@code {}}. */
    private void wrapped(JsonNode wrapped) throws RefusedException {
        if (!wrapped.isObject() || wrapped.size() > 1) {
            throw unknown("this construct");
        }
        if (!wrapped.isEmpty()) {
            Map.Entry<String, JsonNode> typed = Tree.typed(wrapped);
            node(typed.getKey(), typed.getValue());
        }
    }

    private void node(String type, JsonNode fields) throws RefusedException {
        if (!Lists.NODES.containsKey(type)) {
            throw unknown(type);
        }
        switch (type) {
            case "SelectStmt" -> select(fields);
            case "RangeVar" -> relation(fields);
            case "JoinExpr" -> join(fields);
            case "RangeSubselect", "RangeFunction" -> {
                reads.otherAlias(fields.path("alias").path("aliasname").asText());
                fields(type, fields);
            }
            case "ColumnRef" -> column(fields.path("fields"));
            case "A_Indirection" -> indirection(fields);
            case "FuncCall" -> function(fields);
            case "JsonObjectAgg", "JsonArrayAgg" -> {
                reads.aggregates();
                fields(type, fields);
            }
            case "TypeName" -> type(fields);
            case "CollateClause" -> {
                requireOwnSchema(Tree.strings(fields.path("collname")), "collation");
                fields(type, fields);
            }
            default -> fields(type, fields);
        }
    }

    private void fields(String type, JsonNode node) throws RefusedException {
        Map<String, String> known = Lists.NODES.getOrDefault(type, Map.of());
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name = field.getKey();
            String content = known.get(name);
            if (content == null) {
                if (isPosition(name, field.getValue())) {
                    continue;
                }
                throw unknownField(type, name);
            }
            field(content, field.getValue());
        }
    }

    private void field(String content, JsonNode value) throws RefusedException {
        switch (content) {
            case "node" -> wrapped(value);
            case "nodes" -> {
                for (JsonNode element : value) {
                    wrapped(element);
                }
            }
            case "names" -> Tree.strings(value).forEach(reads::name);
            case "operator" -> requireOwnSchema(Tree.strings(value), "operator");
            case "word", "new", "hook" -> {}
            default -> {
                String wanted = content.substring(1);
                boolean wrapped = value.size() == 1 && value.has(wanted);
                node(wanted, wrapped ? value.path(wanted) : value);
            }
        }
    }

    private static boolean isPosition(String field, JsonNode value) {
        return value.isInt()
                && (field.endsWith("location")
                        || field.endsWith("list_start")
                        || field.endsWith("list_end"));
    }

    private void select(JsonNode fields) throws RefusedException {
        if (fields.has("intoClause")) {
            throw RefusedException.unsupported(
                    "statement-not-allowed",
                    "SELECT INTO makes a table",
                    "Leave INTO out; keep the rows in your client.");
        }
        if (fields.has("lockingClause")) {
            throw RefusedException.unsupported(
                    "statement-not-allowed",
                    "FOR UPDATE and FOR SHARE lock rows",
                    "Leave the locking clause out; reads here are never followed by writes.");
        }
        if (fields.has("distinctClause")
                || fields.has("groupClause")
                || fields.has("havingClause")
                || !fields.path("op").asText("SETOP_NONE").equals("SETOP_NONE")) {
            reads.aggregates();
        }
        Scope outer = scope;
        Level level = new Level();
        levels.push(level);
        if (fields.has("withClause")) {
            with(fields.path("withClause"));
        }
        fields("SelectStmt", fields);
        if (level.star) {
            level.uses.forEach(Reads.Use::readWhole);
        }
        levels.pop();
        scope = outer;
    }

    /**
     * Brings common table expressions into scope as PostgreSQL does: with RECURSIVE all at once,
     * else each after its own query. Called before the rest of the SELECT is walked.
     */
    private void with(JsonNode with) throws RefusedException {
        boolean recursive = with.path("recursive").asBoolean(false);
        Set<String> names = new HashSet<>();
        scope = new Scope(names, scope);
        if (recursive) {
            for (JsonNode cte : with.path("ctes")) {
                names.add(cte.path("CommonTableExpr").path("ctename").asText());
            }
        }
        for (JsonNode cte : with.path("ctes")) {
            JsonNode query = cte.path("CommonTableExpr").path("ctequery");
            if (!query.has("SelectStmt")) {
                throw RefusedException.unsupported(
                        "statement-not-allowed",
                        "WITH may only hold queries",
                        "Nothing can be written through this gateway; use SELECT inside WITH.");
            }
            wrapped(cte);
            names.add(cte.path("CommonTableExpr").path("ctename").asText());
        }
    }

    private void relation(JsonNode fields) throws RefusedException {
        fields("RangeVar", fields);
        String name = fields.path("relname").asText();
        String schema = fields.has("schemaname") ? fields.path("schemaname").asText() : null;
        JsonNode alias = fields.path("alias");
        String aliasName = alias.has("aliasname") ? alias.path("aliasname").asText() : null;
        if (fields.has("catalogname")) {
            throw unknownRelation(fields.path("catalogname").asText() + "." + schema + "." + name);
        }
        if (schema == null && scope != null && scope.has(name)) {
            reads.otherAlias(aliasName == null ? name : aliasName);
            return;
        }
        Reads.Use use = resolve(schema, name, aliasName);
        if (!alias.path("colnames").isEmpty()) {
            use.readWhole();
        }
        Level level = levels.peek();
        if (level != null) {
            level.uses.add(use);
        }
    }

    private Reads.Use resolve(@Nullable String schema, String name, @Nullable String alias)
            throws RefusedException {
        boolean own = schema != null && (schema.equals(CATALOGUE) || schema.equals(INFORMATION));
        // PostgreSQL looks in pg_catalog first, and all its relations begin so.
        if (own || (schema == null && name.startsWith("pg_"))) {
            String full = (schema == null ? CATALOGUE : schema) + "." + name;
            Lists.Relation relation = Lists.RELATIONS.get(full);
            if (relation == null) {
                throw unknownRelation(full);
            }
            if (!relation.allowed()) {
                throw RefusedException.forbidden(
                        "relation-not-allowed",
                        "relation " + full + " may not be read",
                        "It would show rows, people or the server past the views; "
                                + "SHOW tells settings, \\d tells tables and columns.");
            }
            return reads.catalogue(full, alias);
        }
        Plan.Audience audience = context.audience();
        if (audience == null) {
            throw RefusedException.forbidden(
                    "purpose-unset",
                    "no purpose is declared for this session",
                    "Declare one first: SET domicile.purpose = '<purpose>'.");
        }
        if (schema != null && !schema.equals(context.schema())) {
            throw unknownRelation(schema + "." + name);
        }
        Plan.View view = audience.view(name).orElse(null);
        if (view == null) {
            throw unknownRelation(name);
        }
        return reads.person(view, alias);
    }

    private void join(JsonNode fields) throws RefusedException {
        Level level = levels.peek();
        int before = level == null ? 0 : level.uses.size();
        fields("JoinExpr", fields);
        boolean unnamed =
                fields.path("isNatural").asBoolean(false)
                        || fields.has("alias")
                        || fields.has("join_using_alias");
        if (unnamed && level != null) {
            level.uses.subList(before, level.uses.size()).forEach(Reads.Use::readWhole);
        }
    }

    private void column(JsonNode parts) throws RefusedException {
        List<String> names = Tree.strings(parts);
        boolean star = names.size() < parts.size();
        if (star && !parts.path(parts.size() - 1).has("A_Star")) {
            throw unknown("ColumnRef");
        }
        if (star && names.isEmpty()) {
            Level level = levels.peek();
            if (level != null) {
                level.star = true;
            }
        } else if (star) {
            reads.whole(names.get(names.size() - 1));
        } else {
            String last = names.get(names.size() - 1);
            reads.name(last);
            reads.whole(last);
            if (names.size() > 1) {
                qualified.add(new String[] {names.get(names.size() - 2), last});
            }
        }
    }

    private void indirection(JsonNode fields) throws RefusedException {
        fields("A_Indirection", fields);
        for (JsonNode part : fields.path("indirection")) {
            wrapped(part);
            String name = part.path("String").path("sval").asText("");
            if (!name.isEmpty()) {
                reads.name(name);
                checkCalledLikeAField(name);
            }
        }
    }

    /**
     * {@code q.f} calls the function f on q's row when q has no column f, and {@code (x).f} calls f
     * on x: PostgreSQL's functional notation.
     */
    private void checkFieldNotation(String qualifier, String name) throws RefusedException {
        boolean column = reads.isColumn(qualifier, name);
        if (!column) {
            reads.whole(qualifier);
        }
        if (!column || reads.isOtherAlias(qualifier)) {
            checkCalledLikeAField(name);
        }
    }

    private void checkCalledLikeAField(String name) throws RefusedException {
        if (Lists.isAggregate(name)) {
            reads.aggregates();
        }
        Lists.Entry entry = Lists.FUNCTIONS.get(name);
        if (entry != null && !entry.allowed()) {
            throw functionRefused(name);
        }
    }

    private void function(JsonNode fields) throws RefusedException {
        List<String> name = Tree.strings(fields.path("funcname"));
        String last = name.isEmpty() ? "" : name.get(name.size() - 1);
        boolean information =
                name.size() == 2
                        && name.get(0).equals(INFORMATION)
                        && INFORMATION_FUNCTIONS.contains(last);
        if (!information) {
            requireOwnSchema(name, "function");
            Lists.Entry entry = Lists.FUNCTIONS.get(last);
            if (entry != null && entry.reason().equals("by-argument")) {
                settings.check(last, fields.path("args"));
            } else if (entry == null || !entry.allowed()) {
                throw functionRefused(last);
            }
        }
        if (Lists.isAggregate(last)) {
            reads.aggregates();
        }
        reads.name(last);
        // In FROM, a function without an alias goes by its own name.
        reads.otherAlias(last);
        fields("FuncCall", fields);
    }

    private static RefusedException functionRefused(String name) {
        Lists.Entry entry = Lists.FUNCTIONS.get(name);
        return RefusedException.forbidden(
                "function-not-allowed",
                "function " + name + " may not be called",
                entry == null
                        ? "Only PostgreSQL's own functions may be called; write a column as"
                                + " alias.column, not column(alias)."
                        : "It is on the refused list for \""
                                + entry.reason()
                                + "\"; docs/statements.md says what that means.");
    }

    private void type(JsonNode fields) throws RefusedException {
        List<String> names = Tree.strings(fields.path("names"));
        requireOwnSchema(names, "type");
        String last = names.isEmpty() ? "" : names.get(names.size() - 1);
        String element = last.startsWith("_") ? last.substring(1) : last;
        Lists.Entry entry = Lists.TYPES.get(element);
        if (entry == null || !entry.allowed() || fields.has("setof") || fields.has("pct_type")) {
            throw RefusedException.forbidden(
                    "type-not-allowed",
                    "type " + last + " may not be named",
                    "Cast to one of PostgreSQL's plain types, or leave the cast out.");
        }
        fields("TypeName", fields);
    }

    private static void requireOwnSchema(List<String> name, String what) throws RefusedException {
        boolean own = name.size() == 1 || (name.size() == 2 && name.get(0).equals(CATALOGUE));
        if (!own) {
            throw RefusedException.forbidden(
                    what + "-not-allowed",
                    "only PostgreSQL's own " + what + "s may be named",
                    "Leave the schema out, or write pg_catalog.");
        }
    }

    private static RefusedException unknownRelation(String name) {
        return new RefusedException(
                "42P01",
                "relation-unknown",
                "relation \"" + name + "\" does not exist for you",
                "\\d lists the tables you may read; write their names without a schema.");
    }

    private static RefusedException unknown(String type) {
        return RefusedException.unsupported(
                "statement-not-allowed",
                type + " is not among the constructs that may be used",
                "docs/statements.md lists what a query may be made of.");
    }

    private static RefusedException unknownField(String type, String field) {
        return unknown(type + " with " + field);
    }
}
