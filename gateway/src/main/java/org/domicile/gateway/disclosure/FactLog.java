package org.domicile.gateway.disclosure;

import java.util.Map;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;

/**
 * Where facts are recorded: a {@link Ledger}, or a test's with a disk that fails on demand. Both
 * methods return once what they were given is durable, and throw {@code LedgerException} when it
 * cannot be.
 */
public interface FactLog {
    void append(Fact fact, Map<String, String> privateFields);

    void putDocument(byte[] document);

    /** The real one. */
    static FactLog of(Ledger ledger) {
        return new FactLog() {
            @Override
            public void append(Fact fact, Map<String, String> privateFields) {
                ledger.append(fact, privateFields);
            }

            @Override
            public void putDocument(byte[] document) {
                ledger.putDocument(document);
            }
        };
    }
}
