package org.domicile.gateway.gate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into tokens by PostgreSQL 18's lexical rules ({@code src/backend/parser/scan.l}, with
 * {@code standard_conforming_strings} on, which the gateway pins). It is exact: a test compares it
 * with PostgreSQL's own scanner over a corpus and random texts.
 */
final class Lexer {
    private static final String OPERATOR = "~!@#^&|`?+-*/%<>=";

    /** An operator may end in + or - only if one of these is in it. */
    private static final String KEEPS_SIGN = "~!@#^&|`?%";

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String sql) {
        this.sql = sql;
    }

    /** Tokens up to the end, or up to where PostgreSQL's scanner would stop with an error. */
    record Result(List<Token> tokens, boolean complete) {}

    static Result lex(String sql) {
        Lexer lexer = new Lexer(sql);
        boolean complete = true;
        while (complete && lexer.skipBlank()) {
            int start = lexer.at;
            Token.Kind kind = lexer.next();
            if (kind != null) {
                lexer.tokens.add(new Token(kind, start, lexer.at));
            }
            complete = kind != null;
        }
        return new Result(List.copyOf(lexer.tokens), complete && lexer.at >= sql.length());
    }

    private char peek(int ahead) {
        int index = at + ahead;
        return index < sql.length() ? sql.charAt(index) : '\0';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\u000b';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || isDigit(c) || c == '$';
    }

    /** Skips white space and comments; false at the text's end or in an unclosed comment. */
    private boolean skipBlank() {
        while (at < sql.length()) {
            if (isSpace(peek(0))) {
                at++;
            } else if (peek(0) == '-' && peek(1) == '-') {
                skipLine();
            } else if (peek(0) == '/' && peek(1) == '*') {
                int start = at;
                if (!skipComment()) {
                    at = start;
                    return false;
                }
            } else {
                return true;
            }
        }
        return false;
    }

    private void skipLine() {
        while (at < sql.length() && peek(0) != '\n' && peek(0) != '\r') {
            at++;
        }
    }

    private boolean skipComment() {
        int depth = 0;
        do {
            if (peek(0) == '/' && peek(1) == '*') {
                depth++;
                at += 2;
            } else if (peek(0) == '*' && peek(1) == '/') {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
        return depth == 0;
    }

    /** The token that begins here, or null where PostgreSQL's scanner gives an error. */
    private Token.@Nullable Kind next() {
        char c = peek(0);
        char quoteNext = peek(1);
        return switch (c) {
            case '\'' -> string(0, false, Token.Kind.STRING);
            case '"' -> quoted(0, Token.Kind.QUOTED_IDENTIFIER);
            case '$' -> dollar();
            default -> {
                if (quoteNext == '\'' && "eEbBxX".indexOf(c) >= 0) {
                    yield switch (c) {
                        case 'e', 'E' -> string(1, true, Token.Kind.STRING);
                        case 'b', 'B' -> string(1, false, Token.Kind.BITS);
                        default -> string(1, false, Token.Kind.HEX);
                    };
                }
                if ((c == 'u' || c == 'U') && quoteNext == '&' && peek(2) == '\'') {
                    yield string(2, false, Token.Kind.UNICODE_STRING);
                }
                if ((c == 'u' || c == 'U') && quoteNext == '&' && peek(2) == '"') {
                    yield quoted(2, Token.Kind.UNICODE_IDENTIFIER);
                }
                if (isWordStart(c)) {
                    yield word();
                }
                if (isDigit(c) || (c == '.' && isDigit(quoteNext))) {
                    yield number();
                }
                yield symbol(c);
            }
        };
    }

    private Token.Kind word() {
        // n'…' is the key word NCHAR and then a string, and the word ends at its quote anyway.
        while (isWordPart(peek(0))) {
            at++;
        }
        return Token.Kind.WORD;
    }

    private Token.@Nullable Kind string(int prefix, boolean escapes, Token.Kind kind) {
        at += prefix + 1;
        // In bit strings two quotes end one and begin another.
        boolean doubled = kind != Token.Kind.BITS && kind != Token.Kind.HEX;
        while (at < sql.length()) {
            char c = peek(0);
            if (c == '\\' && escapes) {
                at += 2;
            } else if (c != '\'') {
                at++;
            } else if (peek(1) == '\'' && doubled) {
                at += 2;
            } else {
                at++;
                int continued = continuation();
                if (continued < 0) {
                    return kind;
                }
                at = continued;
            }
        }
        return null;
    }

    /** Where a string goes on after white space with a line's end in it, or -1. */
    private int continuation() {
        int index = at;
        boolean newLine = false;
        while (index < sql.length()) {
            char c = sql.charAt(index);
            if (isSpace(c)) {
                newLine |= c == '\n' || c == '\r';
                index++;
            } else if (sql.startsWith("--", index)) {
                while (index < sql.length()
                        && sql.charAt(index) != '\n'
                        && sql.charAt(index) != '\r') {
                    index++;
                }
            } else {
                return c == '\'' && newLine ? index + 1 : -1;
            }
        }
        return -1;
    }

    private Token.@Nullable Kind quoted(int prefix, Token.Kind kind) {
        int open = at + prefix;
        at = open + 1;
        while (at < sql.length()) {
            if (peek(0) != '"') {
                at++;
            } else if (peek(1) == '"') {
                at += 2;
            } else {
                at++;
                return at > open + 2 ? kind : null;
            }
        }
        return null;
    }

    private Token.@Nullable Kind dollar() {
        if (isDigit(peek(1))) {
            int start = ++at;
            while (isDigit(peek(0))) {
                at++;
            }
            // A name right after it is an error; so is a number beyond 32 bits.
            return !isWordStart(peek(0)) && fitsInteger(sql.substring(start, at))
                    ? Token.Kind.PARAMETER
                    : null;
        }
        int end = at + 1;
        if (end < sql.length() && isWordStart(sql.charAt(end))) {
            while (end < sql.length() && isWordPart(sql.charAt(end)) && sql.charAt(end) != '$') {
                end++;
            }
        }
        if (end >= sql.length() || sql.charAt(end) != '$') {
            at++;
            return Token.Kind.SYMBOL;
        }
        String delimiter = sql.substring(at, end + 1);
        int close = sql.indexOf(delimiter, end + 1);
        at = close < 0 ? sql.length() : close + delimiter.length();
        return close < 0 ? null : Token.Kind.STRING;
    }

    private Token.@Nullable Kind number() {
        int start = at;
        if (peek(0) == '0' && "xXoObB".indexOf(peek(1)) >= 0 && at + 1 < sql.length()) {
            String digits =
                    switch (peek(1)) {
                        case 'x', 'X' -> "0123456789abcdefABCDEF";
                        case 'o', 'O' -> "01234567";
                        default -> "01";
                    };
            at += 2;
            if (!digits(digits, true) || isDigit(peek(0))) {
                return null;
            }
        } else {
            if (isDigit(peek(0))) {
                digits("0123456789", false);
            }
            if (peek(0) == '.' && peek(1) != '.') {
                at++;
                if (isDigit(peek(0))) {
                    digits("0123456789", false);
                }
            }
            if (peek(0) == 'e' || peek(0) == 'E') {
                int sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
                if (!isDigit(peek(1 + sign))) {
                    return null;
                }
                at += 1 + sign;
                digits("0123456789", false);
            }
        }
        if (isWordStart(peek(0)) || (peek(0) == '$' && endsLikeAName(sql.substring(start, at)))) {
            return null;
        }
        return fitsInteger(sql.substring(start, at)) ? Token.Kind.INTEGER : Token.Kind.NUMBER;
    }

    /** With a $ after it, {@code 0x1F} or {@code 1e5} is a digit and a name to PostgreSQL: junk. */
    private static boolean endsLikeAName(String number) {
        int tail = Math.max(number.lastIndexOf('.'), number.lastIndexOf('-'));
        tail = Math.max(tail, number.lastIndexOf('+'));
        return number.substring(tail + 1).chars().anyMatch(c -> isWordStart((char) c));
    }

    /** Digits, single underscores between them; with {@code leading}, before them too. */
    private boolean digits(String allowed, boolean leading) {
        int start = at;
        while (at < sql.length()) {
            if (allowed.indexOf(peek(0)) >= 0) {
                at++;
            } else if (peek(0) == '_'
                    && (leading || at > start)
                    && peek(1) != '\0'
                    && allowed.indexOf(peek(1)) >= 0) {
                at += 2;
            } else {
                break;
            }
        }
        return at > start;
    }

    private static boolean fitsInteger(String text) {
        try {
            String digits = text.replace("_", "");
            char base = digits.length() > 1 ? digits.charAt(1) : ' ';
            switch (base) {
                case 'x', 'X' -> Integer.parseInt(digits.substring(2), 16);
                case 'o', 'O' -> Integer.parseInt(digits.substring(2), 8);
                case 'b', 'B' -> Integer.parseInt(digits.substring(2), 2);
                default -> Integer.parseInt(digits);
            }
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private Token.@Nullable Kind symbol(char c) {
        for (String pair : new String[] {"::", "..", ":="}) {
            if (sql.startsWith(pair, at)) {
                at += 2;
                return Token.Kind.SYMBOL;
            }
        }
        if (OPERATOR.indexOf(c) < 0) {
            at++;
            return c == '\0' ? null : Token.Kind.SYMBOL;
        }
        int end = at;
        while (end < sql.length()
                && OPERATOR.indexOf(sql.charAt(end)) >= 0
                && !sql.startsWith("--", end)
                && !sql.startsWith("/*", end)) {
            end++;
        }
        String operator = sql.substring(at, end);
        int length = operator.length();
        while (length > 1
                && (operator.charAt(length - 1) == '+' || operator.charAt(length - 1) == '-')
                && operator.substring(0, length - 1)
                        .chars()
                        .noneMatch(o -> KEEPS_SIGN.indexOf(o) >= 0)) {
            length--;
        }
        at += length;
        return length <= MAX_OPERATOR ? Token.Kind.SYMBOL : null;
    }

    /** PostgreSQL's {@code NAMEDATALEN - 1}. */
    private static final int MAX_OPERATOR = 63;
}
