/**
 * PostgreSQL's frontend/backend protocol 3 as a pure codec: bytes in, values out, and back. Nothing
 * here knows a socket, a session or a clock.
 *
 * <p>{@link FrameReader} cuts a stream into {@link Frame}s within bounds; {@link FrontendType} and
 * {@link BackendType} are the tables of message types, {@link FrontendMessage} and {@link
 * BackendMessage} the formats of those the gateway reads or writes itself (PostgreSQL
 * documentation, "Message Formats"). What is not exactly in its format is a {@link WireException};
 * text is strict UTF-8.
 *
 * <p>Neighbours: {@code session} speaks it with clients, {@code upstream} with stores.
 */
@NullMarked
package org.domicile.gateway.wire;

import org.jspecify.annotations.NullMarked;
