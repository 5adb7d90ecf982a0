/**
 * Proofs about a tree, small enough to be handed on: that an entry is in it, and that it only grew.
 *
 * <p>Follows RFC 9162 section 2.1. {@link org.domicile.ledger.proof.ProofBuilder} makes them from
 * hash tiles, wherever these lie ({@link org.domicile.ledger.proof.TileReader}); {@link
 * org.domicile.ledger.proof.MerkleProof} checks them. Knows nothing of entries, files or
 * signatures.
 */
@NullMarked
package org.domicile.ledger.proof;

import org.jspecify.annotations.NullMarked;
