package org.domicile.gateway.gate;

import java.util.List;

/**
 * A change to a statement's text, placed by tokens and not by characters, so that it fits every
 * text with the same verdict, however long its literals.
 *
 * @param token index of the first token it replaces, or of the one it stands before
 * @param replaced how many tokens go; none for an insertion
 */
record Edit(int token, int replaced, String text) {

    /**
     * The statement with edits, which ascend and do not overlap, applied.
     *
     * @param tokens the statement's, runs of literals folded; what is between them stays
     */
    static String apply(String sql, List<Token> tokens, List<Edit> edits) {
        int at = tokens.get(0).start();
        int end = tokens.get(tokens.size() - 1).end();
        if (edits.isEmpty()) {
            return sql.substring(at, end);
        }
        StringBuilder out = new StringBuilder(end - at + 64 * edits.size());
        for (Edit edit : edits) {
            out.append(sql, at, tokens.get(edit.token).start()).append(edit.text);
            at =
                    edit.replaced == 0
                            ? tokens.get(edit.token).start()
                            : tokens.get(edit.token + edit.replaced - 1).end();
        }
        return out.append(sql, at, end).toString();
    }
}
