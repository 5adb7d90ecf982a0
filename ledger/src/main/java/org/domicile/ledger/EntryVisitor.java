package org.domicile.ledger;

/** Is shown each entry of a ledger in order while it is verified, and may object. */
@FunctionalInterface
public interface EntryVisitor {
    /**
     * Looks at an entry.
     *
     * @throws Objection to make the entry a finding
     */
    void visit(VerifiedEntry entry) throws Objection;

    /** Why a genuine entry should not have come about. The message repeats no private value. */
    final class Objection extends Exception {
        public Objection(String message) {
            super(message);
        }
    }
}
