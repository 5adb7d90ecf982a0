package org.domicile.gateway.gate;

/** One token of a statement, as PostgreSQL's scanner cuts it; comments and white space are none. */
record Token(Kind kind, int start, int end) {

    /** What the grammar takes a token for, as far as the gate must know. */
    enum Kind {
        /** An identifier or key word without quotes. */
        WORD(""),
        QUOTED_IDENTIFIER(""),
        UNICODE_IDENTIFIER(""),
        INTEGER("0"),
        /** Also an integer of more than 32 bits, as in PostgreSQL. */
        NUMBER("0.0"),
        STRING("''"),
        UNICODE_STRING("u&''"),
        BITS("b''"),
        HEX("x''"),
        PARAMETER(""),
        SYMBOL("");

        private final String placeholder;

        Kind(String placeholder) {
            this.placeholder = placeholder;
        }

        boolean isLiteral() {
            return !placeholder.isEmpty();
        }

        /** A literal that stands for all of this kind; no other token is written so. */
        String placeholder() {
            return placeholder;
        }
    }

    String text(String sql) {
        return sql.substring(start, end);
    }

    /** Folds case as PostgreSQL does in UTF-8: ASCII letters only. */
    static String lower(String name) {
        StringBuilder out = new StringBuilder(name);
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                out.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return out.toString();
    }

    /** Whether it is this key word, written in any case but without quotes. */
    boolean isWord(String sql, String word) {
        return kind == Kind.WORD && lower(text(sql)).equals(word);
    }

    boolean is(String sql, char symbol) {
        return kind == Kind.SYMBOL && end == start + 1 && sql.charAt(start) == symbol;
    }
}
