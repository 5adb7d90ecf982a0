package org.domicile.gateway.gate;

import java.util.List;

/**
 * The query inside a COPY or a DECLARE, and what stands around it, so that another query can take
 * its place. PostgreSQL copies no view by its name; an audience sees nothing but views, so {@code
 * COPY view (a, b)} carries {@code SELECT a, b FROM view}.
 */
public record CarriedQuery(String before, String query, String after) {

    /**
     * Cuts a statement the gate let pass.
     *
     * @throws IllegalArgumentException when the verdict is neither {@link Verdict.Copy} nor {@link
     *     Verdict.DeclareCursor}
     */
    public static CarriedQuery of(Judged judged) {
        String sql = judged.sql();
        List<Token> tokens = Lexer.lex(sql).tokens();
        if (judged.verdict() instanceof Verdict.Copy copy) {
            return new CarriedQuery(
                    "COPY (", copied(sql, tokens), ") TO STDOUT " + copy.format().sql());
        }
        if (judged.verdict() instanceof Verdict.DeclareCursor) {
            int query = first(sql, tokens, "for") + 1;
            return new CarriedQuery(
                    text(sql, tokens, 0, query) + " ", text(sql, tokens, query, tokens.size()), "");
        }
        throw new IllegalArgumentException("the statement carries no query");
    }

    /** The statement as it can go to a store. */
    public String sql() {
        return before + query + after;
    }

    /** The statement with another query, which returns the same columns first. */
    public CarriedQuery with(String otherQuery) {
        return new CarriedQuery(before, otherQuery, after);
    }

    private static String copied(String sql, List<Token> tokens) {
        if (tokens.get(1).is(sql, '(')) {
            return text(sql, tokens, 2, closing(sql, tokens, 1));
        }
        int relation = tokens.get(1).isWord(sql, "binary") ? 2 : 1;
        int end = first(sql, tokens, "to");
        for (int i = relation; i < end; i++) {
            if (tokens.get(i).is(sql, '(')) {
                String columns = text(sql, tokens, i + 1, closing(sql, tokens, i));
                return "SELECT " + columns + " FROM " + text(sql, tokens, relation, i);
            }
        }
        return "SELECT * FROM " + text(sql, tokens, relation, end);
    }

    private static int closing(String sql, List<Token> tokens, int opening) {
        int depth = 0;
        for (int i = opening; i < tokens.size(); i++) {
            depth += tokens.get(i).is(sql, '(') ? 1 : tokens.get(i).is(sql, ')') ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("a bracket is open");
    }

    /** A key word that nothing before it can be, as FOR and TO are reserved. */
    private static int first(String sql, List<Token> tokens, String word) {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).isWord(sql, word)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no " + word);
    }

    private static String text(String sql, List<Token> tokens, int from, int to) {
        return sql.substring(tokens.get(from).start(), tokens.get(to - 1).end());
    }
}
