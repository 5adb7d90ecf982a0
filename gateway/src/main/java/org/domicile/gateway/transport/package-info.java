/**
 * Connections: sockets on event loops, and the frames that pass over them.
 *
 * <p>{@link Transport} is the entry type: it listens and connects. {@link WireChannel} is one
 * connection; it is read by a waiting thread while somebody logs in, and by a {@link
 * WireChannel.Listener} on its event loop from then on.
 *
 * <p>Neighbours: {@code wire} cuts bytes into frames; {@code session} and {@code upstream} say what
 * frames mean.
 */
@NullMarked
package org.domicile.gateway.transport;

import org.jspecify.annotations.NullMarked;
