/**
 * A client's session, from the first byte to the last.
 *
 * <p>{@link GatewayConnection} is the entry type: it runs one connection on one virtual thread.
 * {@link Startup} settles version and encryption, {@link Login} who it is, {@link Session} reads
 * the client's messages and asks the statement gate, {@link StoreDialogue} sends them to the store
 * and matches the answers. What a refused statement does to a transaction or a pipeline is left to
 * the store itself: a statement that cannot succeed goes in its place, and the store's complaint is
 * replaced by the refusal.
 *
 * <p><b>Why one thread and not two.</b> A session never waits for both sides at once: it reads from
 * the client when the store owes nothing, and from the store when it owes an answer. What one
 * thread does in order cannot be out of order, which the invariant "record first" rests on. While
 * it waits for one side it looks at the other once a second, so that a client that vanished or a
 * store that ended the session is noticed.
 *
 * <p>Neighbours: {@code wire} for bytes, {@code gate} for statements, {@code upstream} for the
 * store, {@code disclosure} for the record.
 */
@NullMarked
package org.domicile.gateway.session;

import org.jspecify.annotations.NullMarked;
