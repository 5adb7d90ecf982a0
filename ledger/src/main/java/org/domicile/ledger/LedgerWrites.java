package org.domicile.ledger;

/**
 * What a ledger made durable since it was opened.
 *
 * @param entries acknowledged
 * @param groups of entries, each with one write and one fsync
 * @param bytes of leaves and bodies
 */
public record LedgerWrites(long entries, long groups, long bytes) {}
