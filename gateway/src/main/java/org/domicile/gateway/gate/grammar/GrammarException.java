package org.domicile.gateway.gate.grammar;

/** A text of which no parse tree was made; {@link Kind} says whose fault that is. */
public final class GrammarException extends Exception {
    private static final long serialVersionUID = 1;

    /** Why there is no tree. */
    public enum Kind {
        /** The text is not SQL; the message is PostgreSQL's own and may repeat parts of it. */
        SYNTAX,
        /** The text nests too deeply or needs too much memory; the instance was replaced. */
        TOO_COMPLEX,
        /** Too many texts wait already. */
        BUSY
    }

    private final Kind kind;

    GrammarException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
