/**
 * Witnesses: independent parties that cosign a log's checkpoints, each only where it continues all
 * it has cosigned before, so that a log cannot show two histories to people who ask for their
 * signatures.
 *
 * <p>{@link org.domicile.ledger.witness.Witness} is one, served by {@link
 * org.domicile.ledger.witness.WitnessServer} (C2SP <a
 * href="https://c2sp.org/tlog-witness">tlog-witness</a>). {@link
 * org.domicile.ledger.witness.Witnessing} asks them for a ledger of ours. {@link
 * org.domicile.ledger.witness.WitnessPolicy} says whose cosignatures are enough (C2SP <a
 * href="https://c2sp.org/tlog-policy">tlog-policy</a>).
 */
@NullMarked
package org.domicile.ledger.witness;

import org.jspecify.annotations.NullMarked;
