/**
 * Signed notes, checkpoints and cosignatures: what a log says about itself, and what witnesses say
 * of it, in the form other people's tools read.
 *
 * <p>Follows C2SP <a href="https://c2sp.org/signed-note">signed-note</a> and <a
 * href="https://c2sp.org/tlog-checkpoint">tlog-checkpoint</a>, with Ed25519 keys, and <a
 * href="https://c2sp.org/tlog-cosignature">tlog-cosignature</a>, with Ed25519 and ML-DSA-44 ones.
 * {@link org.domicile.ledger.note.LogSigner} holds a log's private key, {@link
 * org.domicile.ledger.note.Cosigner} a witness's, {@link org.domicile.ledger.note.VerifierKey} is
 * what everybody else holds, and {@link org.domicile.ledger.note.Checkpoint} is what is signed.
 * People sign with an {@link org.domicile.ledger.note.ApprovalSigner} or a passkey, {@link
 * org.domicile.ledger.note.PasskeySignature}. Knows nothing of entries or files in a ledger.
 */
@NullMarked
package org.domicile.ledger.note;

import org.jspecify.annotations.NullMarked;
