/**
 * The record of who saw what: an append-only transparency log in a directory, and its verifier.
 *
 * <p>{@link Ledger} writes: {@link Fact}s come in, are made durable ({@code WriteAhead}), and are
 * put under a signed checkpoint ({@code Integrator}). {@link LedgerVerifier} reads, from the files
 * and a {@link org.domicile.ledger.note.VerifierKey} alone; its {@link EntryVisitor} is where rules
 * about what was allowed are added by others. The formats are specified in {@code
 * docs/formats/entry.md} and {@code docs/formats/ledger.md}.
 *
 * <p>Neighbours: {@link org.domicile.ledger.note} for what is signed, {@link
 * org.domicile.ledger.tile} for the Merkle tree. Depends on no other module of ours.
 */
@NullMarked
package org.domicile.ledger;

import org.jspecify.annotations.NullMarked;
