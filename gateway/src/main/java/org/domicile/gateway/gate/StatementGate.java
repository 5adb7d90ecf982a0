package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.domicile.gateway.gate.grammar.GrammarException;
import org.domicile.gateway.gate.grammar.GrammarPool;
import org.jspecify.annotations.Nullable;

/**
 * Judges statements. One instance serves all sessions; {@link #judge} may be called from any
 * thread, virtual ones included.
 */
public final class StatementGate implements AutoCloseable {
    /** A longer text is refused unread. */
    public static final int MAX_STATEMENT_BYTES = 1 << 20;

    /**
     * Tokens of a text, with runs of literals folded. Parsing costs about 0.4 ms for each, so a
     * text holds a parser for less than two seconds.
     */
    public static final int MAX_TOKENS = 4_000;

    /** Texts that may be parsed at once; of those with one key one is. */
    private static final int TURNS = 64;

    private final GrammarPool grammar = new GrammarPool();
    private final VerdictCache cache = new VerdictCache();
    private final ReentrantLock[] turns =
            Stream.generate(ReentrantLock::new).limit(TURNS).toArray(ReentrantLock[]::new);

    private StatementGate() {}

    /** Makes a gate with its pool of parsers. */
    public static StatementGate open() {
        return new StatementGate();
    }

    /**
     * Judges each statement of a client's text, in order. A text that is no SQL, or too long, gives
     * one refusal; an empty text gives an empty list. Nothing of the text may go upstream when any
     * verdict is a refusal, as PostgreSQL too reads a text whole before it runs any of it.
     */
    public List<Judged> judge(String sql, GateContext context) {
        return Objects.requireNonNull(judge(sql, context, true));
    }

    /** Likewise, but null where that would take the time to parse: then ask {@link #judge}. */
    public @Nullable List<Judged> judgeAtOnce(String sql, GateContext context) {
        return judge(sql, context, false);
    }

    private @Nullable List<Judged> judge(String sql, GateContext context, boolean mayParse) {
        if (sql.length() > MAX_STATEMENT_BYTES
                || sql.getBytes(StandardCharsets.UTF_8).length > MAX_STATEMENT_BYTES) {
            return refusal(sql, tooLong("more than " + MAX_STATEMENT_BYTES + " bytes"), "");
        }
        if (!isPlainText(sql)) {
            return refusal(
                    sql,
                    new RefusedException(
                            "22021",
                            "encoding",
                            "the statement is not valid text in UTF-8",
                            "Send it in UTF-8, without NUL."),
                    "");
        }
        Lexer.Result lexed = Lexer.lex(sql);
        LiftedText lifted = LiftedText.of(sql, lexed.tokens());
        if (!lexed.complete()) {
            String statement = NormalisedText.of(sql, lexed.tokens(), false, context);
            return refusal(sql, notSql("it ends in an unclosed or malformed token"), statement);
        }
        if (lifted.tokenCount() > MAX_TOKENS) {
            String statement = NormalisedText.of(sql, lexed.tokens(), false, context);
            return refusal(
                    sql, tooLong("more than " + MAX_TOKENS + " words and symbols"), statement);
        }
        List<Ruling> rulings = cache.get(lifted.key(), context);
        if (rulings == null && !mayParse) {
            return null;
        }
        if (rulings == null) {
            try {
                rulings = parseOnce(sql, lifted, context);
            } catch (RefusedException e) {
                return refusal(sql, e, NormalisedText.of(sql, lexed.tokens(), true, context));
            }
        }
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < rulings.size(); i++) {
            judged.add(rulings.get(i).of(sql, lifted, i));
        }
        return List.copyOf(judged);
    }

    /** So that many sessions that begin with one statement wait for one parse, not for many. */
    private List<Ruling> parseOnce(String sql, LiftedText lifted, GateContext context)
            throws RefusedException {
        ReentrantLock turn = turns[Math.floorMod(lifted.key().hashCode(), turns.length)];
        turn.lock();
        try {
            List<Ruling> found = cache.get(lifted.key(), context);
            return found == null ? parseAndJudge(sql, lifted, context) : found;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Judges some statements that nobody asked, so that the first client does not wait for the code
     * that reads statements to be compiled.
     */
    public void warmUp() {
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            for (String sql : WARM_UP) {
                var _ = judge(sql.replace("#", Integer.toString(round)), GateContext.undecided(""));
            }
        }
    }

    private static final int WARM_UP_ROUNDS = 5;

    /** Each round's texts differ in a name, so that each is parsed. */
    private static final List<String> WARM_UP =
            List.of(
                    "SELECT a#.b, c.d FROM a# JOIN c ON a#.e = c.e WHERE c.f = 'x' ORDER BY 1",
                    "SELECT a#.b, sum(c.d) OVER (PARTITION BY c.e) FROM a#, LATERAL (SELECT 1) c",
                    "WITH a# AS (SELECT 1 AS b) SELECT b, CASE WHEN b > 2 THEN 'y' END FROM a#");

    private List<Ruling> parseAndJudge(String sql, LiftedText lifted, GateContext context)
            throws RefusedException {
        List<JsonNode> trees = Tree.statements(parse(lifted.parseText()));
        if (trees.size() != lifted.statements().size()) {
            // A semicolon inside a statement: only routines and rules have that.
            throw RefusedException.unsupported(
                    "statement-not-allowed",
                    "nothing can be made here",
                    "SELECT, VALUES, TABLE, WITH, SHOW, some SET and transactions are allowed.");
        }
        List<SourceMap> sources = SourceMap.of(sql, lifted);
        List<Ruling> rulings = new ArrayList<>();
        boolean lookedAtLiterals = false;
        for (int i = 0; i < trees.size(); i++) {
            String statement = NormalisedText.of(sql, lifted.statements().get(i), true, context);
            StatementJudge judge = new StatementJudge(context, sources.get(i));
            Verdict verdict = judge.judge(trees.get(i), statement);
            rulings.add(new Ruling(verdict, judge.edits()));
            lookedAtLiterals |= judge.lookedAtLiterals();
        }
        if (lookedAtLiterals && lifted.folded()) {
            throw tooLong("a list of literals where each one matters");
        }
        if (!lookedAtLiterals) {
            cache.put(lifted.key(), context, List.copyOf(rulings));
        }
        return rulings;
    }

    private String parse(String sql) throws RefusedException {
        try {
            return grammar.parse(sql);
        } catch (GrammarException e) {
            throw switch (e.kind()) {
                case SYNTAX -> notSql(String.valueOf(e.getMessage()));
                case TOO_COMPLEX -> Tree.tooComplex();
                case BUSY ->
                        new RefusedException(
                                "53000",
                                "gate-busy",
                                "too many statements wait to be read",
                                "Try again in a moment.");
            };
        }
    }

    private static RefusedException notSql(String message) {
        return new RefusedException(
                "42601",
                "syntax-error",
                message,
                "The text was read by PostgreSQL's own grammar and did not reach a store.");
    }

    private static RefusedException tooLong(String what) {
        return new RefusedException(
                "54000",
                "too-long",
                "the statement has " + what,
                "Split it, or pass long lists as one array parameter: = ANY($1).");
    }

    private static List<Judged> refusal(String sql, RefusedException refused, String statement) {
        return List.of(new Judged(sql, refused.verdict(statement), sql));
    }

    /** Whether the text survives UTF-8 and C strings: no NUL, no lone surrogate. */
    private static boolean isPlainText(String sql) {
        return sql.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(sql);
    }

    @Override
    public void close() {
        grammar.close();
    }
}
