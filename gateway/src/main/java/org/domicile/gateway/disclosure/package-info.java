/**
 * Record, then release (I1): what stands between a store's bytes and a client.
 *
 * <p>{@link HeldResult} keeps a result's rows until {@link SessionRecord} has made the entry that
 * counts them durable. {@link PlanRecorder} puts a plan into the ledger before the first entry that
 * names it. {@link StoreErrors} closes the other door, the text of errors and notices.
 *
 * <p>Neighbours: {@code session} calls it for everything a store answers; it writes to {@code
 * ledger} and knows no socket.
 */
@NullMarked
package org.domicile.gateway.disclosure;

import org.jspecify.annotations.NullMarked;
