/**
 * A client's session, from the first byte to the last.
 *
 * <p>{@link GatewayConnection} is the entry type: it logs a client in on a virtual thread, and
 * starts its session on an event loop. {@link Startup} settles encryption and version, {@link
 * Login} who it is, {@link Session} takes the client's messages and asks the statement gate, {@link
 * StoreDialogue} sends them to the store and matches the answers. What a refused statement does to
 * a transaction or a pipeline is left to the store itself: a statement that cannot succeed goes in
 * its place, and the store's complaint is replaced by the refusal.
 *
 * <p><b>Why one loop for both sides.</b> The client's connection and the store's belong to one
 * event loop, which does one thing at a time: no lock, and nothing out of order. What must not
 * leave before its entry is durable stands behind a {@link ClientChannel#barrier barrier}, which
 * the invariant "record first" rests on. Whatever takes time, a parse or another connection, is
 * done on a virtual thread, and the message that waits for it is put back and taken again.
 *
 * <p>Neighbours: {@code wire} for bytes, {@code gate} for statements, {@code upstream} for the
 * store, {@code disclosure} for the record.
 */
@NullMarked
package org.domicile.gateway.session;

import org.jspecify.annotations.NullMarked;
