package org.domicile.gateway.gate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A text with its literals lifted out, so that statements which differ in literals only are judged
 * once.
 *
 * @param key white space folded, comments out, words in lower case, each literal replaced by one of
 *     its kind, a run of literals of one kind by two of them; the options of a COPY and positions
 *     in ORDER BY as they are, since their values matter. Texts with the same key have the same
 *     parse tree but for the literals' values and the length of lists of them.
 * @param parseText what to parse: the text itself, or a shorter one where a run was folded
 * @param folded whether a run was
 * @param statements the tokens of each statement that is not empty, with runs folded
 */
record LiftedText(String key, String parseText, boolean folded, List<List<Token>> statements) {

    static LiftedText of(String sql, List<Token> tokens) {
        StringBuilder key = new StringBuilder();
        List<List<Token>> statements = new ArrayList<>();
        List<Token> statement = new ArrayList<>();
        boolean folded = false;
        boolean copyOptions = false;
        int depth = 0;
        Positions positions = new Positions();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean position = positions.is(sql, tokens, i);
            if (!copyOptions && !positions.areHere() && inRun(sql, tokens, i)) {
                // The comma and the literal after it say nothing new.
                folded = true;
                i++;
                continue;
            }
            depth += token.is(sql, '(') ? 1 : token.is(sql, ')') ? -1 : 0;
            key.append(copyOptions || position ? token.text(sql) : spelling(sql, token))
                    .append(' ');
            if (depth == 0 && token.isWord(sql, "to")) {
                copyOptions |= !statement.isEmpty() && statement.get(0).isWord(sql, "copy");
            }
            if (token.is(sql, ';') && depth == 0) {
                addUnlessEmpty(statements, statement);
                statement = new ArrayList<>();
                copyOptions = false;
            } else {
                statement.add(token);
            }
        }
        addUnlessEmpty(statements, statement);
        String parseText = folded ? rewritten(sql, statements) : sql;
        return new LiftedText(key.toString(), parseText, folded, List.copyOf(statements));
    }

    /** Finds numbers in ORDER BY that may be positions; one too many only costs a parse. */
    private static final class Positions {
        private final BitSet sorting = new BitSet();
        private int depth;

        /** Whether the last token stood in an ORDER BY, and not inside brackets there. */
        boolean areHere() {
            return sorting.get(depth);
        }

        /** To be asked of every token in turn. */
        boolean is(String sql, List<Token> tokens, int i) {
            Token token = tokens.get(i);
            if (token.is(sql, '(')) {
                depth++;
            } else if (token.is(sql, ')')) {
                sorting.clear(depth);
                depth = Math.max(0, depth - 1);
            } else if (token.is(sql, ';')) {
                sorting.clear();
                depth = 0;
            } else if (token.isWord(sql, "by") && i > 0 && tokens.get(i - 1).isWord(sql, "order")) {
                sorting.set(depth);
            }
            return token.kind() == Token.Kind.INTEGER
                    && sorting.get(depth)
                    && (tokens.get(i - 1).is(sql, ',') || tokens.get(i - 1).isWord(sql, "by"));
        }
    }

    private static void addUnlessEmpty(List<List<Token>> statements, List<Token> statement) {
        if (!statement.isEmpty()) {
            statements.add(List.copyOf(statement));
        }
    }

    /** Whether token {@code i} is the comma after two equal-kind literals and before a third. */
    private static boolean inRun(String sql, List<Token> tokens, int i) {
        return i >= 3
                && i + 1 < tokens.size()
                && tokens.get(i).is(sql, ',')
                && tokens.get(i - 2).is(sql, ',')
                && tokens.get(i - 1).kind().isLiteral()
                && tokens.get(i - 3).kind() == tokens.get(i - 1).kind()
                && tokens.get(i + 1).kind() == tokens.get(i - 1).kind();
    }

    private static String spelling(String sql, Token token) {
        return switch (token.kind()) {
            case WORD -> Token.lower(token.text(sql));
            case QUOTED_IDENTIFIER, UNICODE_IDENTIFIER, PARAMETER, SYMBOL -> token.text(sql);
            case INTEGER, NUMBER, STRING, UNICODE_STRING, BITS, HEX -> token.kind().placeholder();
        };
    }

    private static String rewritten(String sql, List<List<Token>> statements) {
        StringBuilder text = new StringBuilder();
        for (List<Token> statement : statements) {
            statement.forEach(token -> text.append(token.text(sql)).append(' '));
            text.append(';');
        }
        return text.toString();
    }

    /** The i-th statement as the client wrote it. */
    String source(String sql, int i) {
        List<Token> tokens = statements.get(i);
        return sql.substring(tokens.get(0).start(), tokens.get(tokens.size() - 1).end());
    }

    int tokenCount() {
        return statements.stream().mapToInt(List::size).sum();
    }
}
