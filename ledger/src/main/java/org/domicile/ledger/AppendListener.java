package org.domicile.ledger;

/**
 * Is told, once, what became of an entry: exactly one of the two methods is called, on the ledger's
 * writer thread. Every entry of the log waits meanwhile, so a listener only hands the news on to
 * its own thread; it may append without waiting, never with.
 */
public interface AppendListener {
    /** The entry is on disk, under this index; what it counts may be released. */
    void durable(long index);

    /** The log has stopped; the entry may or may not be in it. */
    void failed(LedgerException reason);
}
