/**
 * Freezes: one custodian or overseer stops a person, an entity, an audience or a jurisdiction, and
 * two end it (I6). A {@link Freeze} is a document that {@link
 * org.domicile.control.request.SignedAct}s name by its digest; {@link FreezeApproval} checks what a
 * store keeps of one, {@link Freezes} are those in force, and {@link FreezeRules} are what a ledger
 * is verified against.
 *
 * <p>Pure: nothing here reads a file, a store or a clock. Format: {@code docs/formats/freeze.md}.
 */
@NullMarked
package org.domicile.control.freeze;

import org.jspecify.annotations.NullMarked;
