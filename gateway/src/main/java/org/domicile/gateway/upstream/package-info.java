/**
 * The gateway as a client of region stores.
 *
 * <p>{@link StoreConnection} is the entry type: one connection, logged in as the role of one
 * accessor acting as one audience. It logs in with SCRAM-SHA-256 and nothing else, so a store that
 * asks for a password in the clear, or for none, is not trusted.
 *
 * <p>Neighbours: {@code session} owns one connection at a time; bytes are in {@code wire}.
 */
@NullMarked
package org.domicile.gateway.upstream;

import org.jspecify.annotations.NullMarked;
