package org.domicile.gateway.gate.grammar;

/** PostgreSQL's scanner, for tests of our lexer in another package. */
public final class Scanner implements AutoCloseable {
    private final GrammarPool pool = new GrammarPool(1);

    public String scan(String sql) throws GrammarException {
        return pool.scan(sql);
    }

    @Override
    public void close() {
        pool.close();
    }
}
