package org.domicile.gateway.disclosure;

import java.util.Map;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerException;

/**
 * Where facts are recorded: a {@link Ledger}, or a test's with a disk that fails on demand. What
 * cannot be recorded is a {@code LedgerException}, thrown or told to the listener.
 */
public interface FactLog {
    /** Returns its index once the entry is durable. */
    long append(Fact fact, Map<String, String> privateFields);

    /** Returns at once; the listener is told when the entry is durable. */
    void append(Fact fact, Map<String, String> privateFields, AppendListener listener);

    /** Returns once the document is durable. */
    void putDocument(byte[] document);

    /** The real one. */
    static FactLog of(Ledger ledger) {
        return new FactLog() {
            @Override
            public long append(Fact fact, Map<String, String> privateFields) {
                return ledger.append(fact, privateFields);
            }

            @Override
            public void append(
                    Fact fact, Map<String, String> privateFields, AppendListener listener) {
                if (!ledger.append(fact, privateFields, listener)) {
                    // Its disk lags far behind; entries of one session cannot overtake each other.
                    throw new LedgerException("too much waits for the ledger's disk");
                }
            }

            @Override
            public void putDocument(byte[] document) {
                ledger.putDocument(document);
            }
        };
    }
}
