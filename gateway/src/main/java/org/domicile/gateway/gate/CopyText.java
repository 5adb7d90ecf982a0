package org.domicile.gateway.gate;

import java.util.List;

/**
 * A COPY as it can go to a store. PostgreSQL copies no view by its name; an audience sees nothing
 * but views, so {@code COPY view (a, b)} becomes a copy of {@code SELECT a, b FROM view}.
 */
final class CopyText {
    private CopyText() {}

    /** The text of a statement that is {@code copy}, with its options written out. */
    static String forStore(String sql, Verdict.Copy copy) {
        return "COPY ("
                + copied(sql, Lexer.lex(sql).tokens())
                + ") TO STDOUT "
                + copy.format().sql();
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
