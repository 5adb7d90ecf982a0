package org.domicile.ledger;

import java.util.Map;

/** An append-only log with its one writer. */
public interface Ledger extends AutoCloseable {
    long append(Fact fact, Map<String, String> privateFields);

    void putDocument(byte[] document);

    @Override
    void close();
}
