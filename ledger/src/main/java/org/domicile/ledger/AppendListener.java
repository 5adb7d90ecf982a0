package org.domicile.ledger;

/**
 * Is told, once, what became of an entry: exactly one of the two methods is called, on a thread of
 * the ledger's. Every entry of the log waits meanwhile, so a listener only hands the news on to its
 * own thread; it may append without waiting, never with.
 */
public interface AppendListener {
    /**
     * The entry is on disk, under this index, and as far as {@link LedgerOptions#release} asks;
     * what it counts may be released.
     */
    void durable(long index);

    /**
     * The log has stopped, and the entry may or may not be in it; or it is in it, and what release
     * waits for did not come in time. What it counts must not be released.
     */
    void failed(LedgerException reason);
}
