/**
 * Signed notes and checkpoints: what a log says about itself, in the form other people's tools
 * read.
 *
 * <p>Follows C2SP <a href="https://c2sp.org/signed-note">signed-note</a> and <a
 * href="https://c2sp.org/tlog-checkpoint">tlog-checkpoint</a>, with Ed25519 keys. {@link
 * org.domicile.ledger.note.LogSigner} holds a log's private key, {@link
 * org.domicile.ledger.note.VerifierKey} is what everybody else holds, and {@link
 * org.domicile.ledger.note.Checkpoint} is what is signed. Knows nothing of entries or files in a
 * ledger.
 */
@NullMarked
package org.domicile.ledger.note;

import org.jspecify.annotations.NullMarked;
