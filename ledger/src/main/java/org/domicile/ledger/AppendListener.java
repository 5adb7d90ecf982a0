package org.domicile.ledger;

/** Told once what became of an entry, on the ledger's writer thread: it must be quick. */
public interface AppendListener {
    /** The entry is durable at this index. */
    void durable(long index);

    /** The log has stopped; the entry may or may not be in it. */
    void failed(LedgerException reason);
}
