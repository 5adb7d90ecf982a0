package org.domicile.ledger;

/** What must have happened to an entry before its writer may act on it. */
public enum Release {
    /** It is on disk. */
    DURABLE,
    /** A signed checkpoint covers it. */
    CHECKPOINTED,
    /** A checkpoint that a quorum of witnesses cosigned covers it. */
    WITNESSED
}
