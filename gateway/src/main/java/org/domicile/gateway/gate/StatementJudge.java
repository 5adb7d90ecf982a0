package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Judges one parsed statement: which kind it is, and whether that kind may pass. */
final class StatementJudge {
    private static final String OWN_CURSORS = "domicile";

    /** PostgreSQL's {@code CURSOR_OPT_HOLD}. */
    private static final int CURSOR_HOLD = 0x20;

    private final GateContext context;
    private final SettingCalls settings = new SettingCalls();

    private final SourceMap source;
    private final List<Edit> edits = new ArrayList<>();

    StatementJudge(GateContext context, SourceMap source) {
        this.context = context;
        this.source = source;
    }

    /** What to change of the statement's text before the store sees it. */
    List<Edit> edits() {
        return List.copyOf(edits);
    }

    /** Whether the verdict holds for these literals only. */
    boolean lookedAtLiterals() {
        return settings.looked();
    }

    Verdict judge(JsonNode wrapped, String statement) {
        try {
            Map.Entry<String, JsonNode> typed = Tree.typed(wrapped);
            return judge(typed.getKey(), typed.getValue(), statement);
        } catch (RefusedException e) {
            return e.verdict(statement);
        }
    }

    private Verdict judge(String type, JsonNode fields, String statement) throws RefusedException {
        return switch (type) {
            case "SelectStmt" -> query(fields, statement);
            case "CopyStmt" -> copy(fields, statement);
            case "DeclareCursorStmt" ->
                    new Verdict.DeclareCursor(
                            cursor(fields),
                            (fields.path("options").asInt() & CURSOR_HOLD) != 0,
                            carried(fields.path("query"), statement));
            case "FetchStmt" ->
                    new Verdict.FetchCursor(
                            cursor(fields), fields.path("ismove").asBoolean(false), statement);
            case "ClosePortalStmt" ->
                    new Verdict.CloseCursor(
                            fields.has("portalname") ? cursor(fields) : null, statement);
            case "TransactionStmt" -> transaction(fields, statement);
            case "VariableSetStmt" -> set(fields, statement);
            case "VariableShowStmt" -> {
                String name = Token.lower(fields.path("name").asText());
                settings.requireShown(name);
                yield new Verdict.Show(name, statement);
            }
            case "DeallocateStmt" ->
                    new Verdict.Deallocate(
                            fields.has("name") ? fields.path("name").asText() : null, statement);
            case "DiscardStmt" -> new Verdict.Discard(target(fields), statement);
            case "UnlistenStmt" -> new Verdict.Tidy(statement);
            default -> throw refused(type);
        };
    }

    private Verdict.Query query(JsonNode select, String statement) throws RefusedException {
        SubjectRewriter rewriter = new SubjectRewriter(context, source);
        Subjects subjects = rewriter.rewrite(select);
        Verdict.Query query = query(select, subjects, statement);
        edits.addAll(rewriter.edits());
        edits.addAll(CatalogueFilter.edits(select, context, source));
        return query;
    }

    private Verdict.Query query(JsonNode select, Subjects subjects, String statement)
            throws RefusedException {
        Reads reads = new StatementWalker(context, settings).read(select);
        ReservedNames.check(select);
        return new Verdict.Query(reads.shape(), reads.columns(), subjects, statement);
    }

    /** A query inside another statement, where the grammar allows writes too. */
    private Verdict.Query carried(JsonNode wrapped, String statement) throws RefusedException {
        Map.Entry<String, JsonNode> typed = Tree.typed(wrapped);
        if (!typed.getKey().equals("SelectStmt")) {
            throw refused(typed.getKey());
        }
        return query(typed.getValue(), statement);
    }

    private Verdict copy(JsonNode fields, String statement) throws RefusedException {
        if (fields.path("is_from").asBoolean(false)) {
            throw refused("InsertStmt");
        }
        if (fields.has("filename") || fields.path("is_program").asBoolean(false)) {
            throw refused("CopyStmt");
        }
        CopyFormat format = CopyOptions.read(fields.path("options"));
        Verdict.Query query =
                fields.has("query")
                        ? carried(fields.path("query"), statement)
                        : copyOfView(Tree.selectOf(fields), statement);
        return new Verdict.Copy(query, format);
    }

    /** A SELECT that the text does not have, so that nothing can be edited there. */
    private Verdict.Query copyOfView(JsonNode select, String statement) throws RefusedException {
        CatalogueFilter.checkCopied(select);
        Subjects bounded = new SubjectRewriter(context, source).bounded(select, "copy-of-view");
        return query(select, bounded, statement);
    }

    private static String cursor(JsonNode fields) throws RefusedException {
        String name = fields.path("portalname").asText();
        if (name.startsWith(OWN_CURSORS)) {
            throw refused(
                    "cursors named " + OWN_CURSORS + "… are the gateway's own",
                    "Choose another name.");
        }
        return name;
    }

    private static Verdict transaction(JsonNode fields, String statement) throws RefusedException {
        String kind = fields.path("kind").asText();
        Verdict.Verb verb =
                switch (kind) {
                    case "TRANS_STMT_BEGIN", "TRANS_STMT_START" -> Verdict.Verb.BEGIN;
                    case "TRANS_STMT_COMMIT" -> Verdict.Verb.COMMIT;
                    case "TRANS_STMT_ROLLBACK" -> Verdict.Verb.ROLLBACK;
                    case "TRANS_STMT_SAVEPOINT" -> Verdict.Verb.SAVEPOINT;
                    case "TRANS_STMT_RELEASE" -> Verdict.Verb.RELEASE;
                    case "TRANS_STMT_ROLLBACK_TO" -> Verdict.Verb.ROLLBACK_TO;
                    default -> throw refused("two-phase commit");
                };
        return new Verdict.Transaction(verb, statement);
    }

    private Verdict set(JsonNode fields, String statement) throws RefusedException {
        String name = Token.lower(fields.path("name").asText());
        boolean local = fields.path("is_local").asBoolean(false);
        if (local && name.startsWith("domicile.")) {
            throw RefusedException.unsupported(
                    "setting-not-allowed",
                    "\"" + name + "\" holds for the session, not for a transaction",
                    "Leave LOCAL out.");
        }
        return switch (fields.path("kind").asText()) {
            case "VAR_SET_VALUE" -> {
                String value = settings.values(fields.path("args"));
                settings.requireSettable(name, value);
                yield new Verdict.SetSetting(name, value, local, statement);
            }
            case "VAR_SET_DEFAULT", "VAR_RESET" -> {
                settings.requireSettable(name, null);
                yield new Verdict.ResetSetting(name, local, statement);
            }
            case "VAR_RESET_ALL" -> new Verdict.ResetSetting("all", false, statement);
            case "VAR_SET_MULTI" -> {
                if (name.equals("transaction snapshot")) {
                    throw refused("SET TRANSACTION SNAPSHOT");
                }
                yield new Verdict.Transaction(Verdict.Verb.CHARACTERISTICS, statement);
            }
            default -> throw refused("SET FROM CURRENT");
        };
    }

    private static Verdict.Target target(JsonNode fields) {
        return switch (fields.path("target").asText()) {
            case "DISCARD_PLANS" -> Verdict.Target.PLANS;
            case "DISCARD_SEQUENCES" -> Verdict.Target.SEQUENCES;
            case "DISCARD_TEMP" -> Verdict.Target.TEMPORARY;
            default -> Verdict.Target.ALL;
        };
    }

    private static RefusedException refused(String type) {
        return switch (type) {
            case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt" ->
                    refused(
                            "this gateway only reads",
                            "Change data through the application, where it lives.");
            case "ExplainStmt" ->
                    refused(
                            "EXPLAIN is not allowed",
                            "Its estimates show rows past the views; time the query itself"
                                    + " instead, e.g. with psql's \\timing.");
            case "CopyStmt" ->
                    refused(
                            "COPY to the server's files and programs is not allowed",
                            "COPY … TO STDOUT sends it to you; psql writes it to your files with"
                                    + " \\copy.");
            case "PrepareStmt", "ExecuteStmt" ->
                    refused(
                            "PREPARE and EXECUTE are not allowed as statements",
                            "Prepare through your driver, in the protocol.");
            case "DoStmt", "CallStmt" ->
                    refused("code cannot be run here", "Write what you need as one SELECT.");
            case "ListenStmt", "NotifyStmt" ->
                    refused(
                            "notifications do not pass the gateway",
                            "Ask again with SELECT when you need news.");
            case "LockStmt" ->
                    refused(
                            "LOCK is not allowed",
                            "A transaction of isolation level REPEATABLE READ sees one state.");
            default -> {
                boolean makes = type.startsWith("Create") || type.startsWith("Alter");
                yield makes || type.startsWith("Drop") || type.startsWith("Grant")
                        ? refused(
                                "nothing can be made, changed or granted here",
                                "What an audience sees is decided in domicile.yaml; ask the"
                                        + " custodian.")
                        : refused(
                                type.replaceFirst("Stmt$", "") + " is not allowed",
                                "SELECT, VALUES, TABLE, WITH, COPY TO STDOUT, cursors, SHOW, some SET"
                                        + " and transactions are.");
            }
        };
    }

    private static RefusedException refused(String message, String hint) {
        return RefusedException.unsupported("statement-not-allowed", message, hint);
    }
}
