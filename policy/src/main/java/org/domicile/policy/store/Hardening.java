package org.domicile.policy.store;

/**
 * A right that stands open in a store as PostgreSQL makes it, and how it is closed or given.
 *
 * @param id a stable name
 * @param closes what a login role could do with it
 * @param restsOnGate what the statement gate alone has to refuse where it stays open; empty where
 *     nothing can be applied without it
 * @param open a query for the statements still needed, in their order; none when all is done
 */
record Hardening(String id, String closes, String restsOnGate, String open) {
    /** Whether plan and apply cannot do without. */
    boolean required() {
        return restsOnGate.isEmpty();
    }
}
