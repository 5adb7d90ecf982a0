/**
 * The compiled policy as data: what each audience of one region store sees.
 *
 * <p>{@link Plan} is the entry type. {@code policy} writes it, the store keeps it, the gateway
 * serves by it ({@link AppliedPlan}), and anyone verifies a ledger against it. Its document form is
 * specified in {@code docs/formats/plan.md}; {@link Plan#digest()} names it in ledger entries.
 *
 * <p>{@link Roster} is the private half: who may log in. It never enters a ledger in the clear, so
 * that a plan can be public for ever while people remain erasable.
 *
 * <p>Depends on nothing, and runs on Java 17, so that connectors on older runtimes can read a plan.
 */
@NullMarked
package org.domicile.plan;

import org.jspecify.annotations.NullMarked;
