package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The way back from a parse tree to the tokens of one statement. The tree places nodes by bytes of
 * the parsed text in UTF-8, tokens lie in Java's characters of the client's text.
 */
final class SourceMap {
    private final String sql;
    private final List<Token> tokens;
    private final Map<Integer, Integer> tokenAtByte;

    private SourceMap(String sql, List<Token> tokens, Map<Integer, Integer> tokenAtByte) {
        this.sql = sql;
        this.tokens = tokens;
        this.tokenAtByte = tokenAtByte;
    }

    /** One map for each statement of a text. */
    static List<SourceMap> of(String sql, LiftedText lifted) {
        Walk walk = new Walk(sql);
        return lifted.statements().stream()
                .map(tokens -> {
                    Map<Integer, Integer> places = new HashMap<>();
                    for (int i = 0; i < tokens.size(); i++) {
                        Token token = tokens.get(i);
                        int place = lifted.folded() ? walk.at : walk.bytesTo(token.start());
                        places.put(place, i);
                        if (lifted.folded()) {
                            walk.at += Walk.bytes(sql, token.start(), token.end()) + 1;
                        }
                    }
                    if (lifted.folded()) {
                        // The semicolon.
                        walk.at++;
                    }
                    return new SourceMap(sql, tokens, places);
                })
                .toList();
    }

    /** Counts bytes in one pass over a text. */
    private static final class Walk {
        private final String sql;
        private int character;
        private int at;

        Walk(String sql) {
            this.sql = sql;
        }

        int bytesTo(int end) {
            at += bytes(sql, character, end);
            character = end;
            return at;
        }

        static int bytes(String sql, int start, int end) {
            int bytes = 0;
            for (int i = start; i < end; i++) {
                char c = sql.charAt(i);
                // Each half of a surrogate pair is two of four bytes.
                bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
            return bytes;
        }
    }

    /** The token a node begins at, or -1 where the tree does not say. */
    int tokenOf(JsonNode fields) {
        return tokenAtByte.getOrDefault(fields.path("location").asInt(-1), -1);
    }

    int size() {
        return tokens.size();
    }

    boolean isSymbol(int token, char symbol) {
        return token >= 0 && token < tokens.size() && tokens.get(token).is(sql, symbol);
    }

    /** Whether a key word stands there, without quotes. */
    boolean isWord(int token, String word) {
        return token >= 0
                && token < tokens.size()
                && tokens.get(token).kind() == Token.Kind.WORD
                && Token.lower(tokens.get(token).text(sql)).equals(word);
    }

    /** Whether a name stands there that is one token; {@code U&"…" UESCAPE '…'} is three. */
    boolean isName(int token) {
        if (token < 0 || token >= tokens.size()) {
            return false;
        }
        return switch (tokens.get(token).kind()) {
            case WORD, QUOTED_IDENTIFIER -> true;
            case UNICODE_IDENTIFIER -> !isWord(token + 1, "uescape");
            case INTEGER, NUMBER, STRING, UNICODE_STRING, BITS, HEX, PARAMETER, SYMBOL -> false;
        };
    }
}
