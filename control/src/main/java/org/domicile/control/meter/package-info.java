/**
 * The bulk meter: how many different people's data each foreign counterparty was shown within the
 * window of a law, and the refusal of what would be too much.
 *
 * <p>{@link BulkMeters} holds one jurisdiction's meters and is asked before each release. {@link
 * MeterRebuild} makes the same from a ledger alone, with a snapshot where there is one. What one
 * disclosure counts is told by {@link Metered}, from the entry and its plan and nothing else, so
 * that a gateway, its successor and a verifier count alike. {@code
 * docs/decisions/0022-bulk-meter.md} gives the reasons.
 *
 * <p>Neighbours: {@code gateway} asks before it releases, {@link
 * org.domicile.control.DisclosureRules} counts again when a ledger is verified; thresholds are
 * data, of {@link org.domicile.control.rules.Rules}.
 */
@NullMarked
package org.domicile.control.meter;

import org.jspecify.annotations.NullMarked;
