/**
 * The gateway: the one official way to a region store.
 *
 * <p>{@link GatewayServer} is the entry type: it listens, and gives each connection a virtual
 * thread that runs a {@link org.domicile.gateway.session.GatewayConnection}.
 *
 * <pre>
 * session ─▶ gate         may this statement run, and what does it read?
 *    ├─────▶ upstream     the store's connection, as the accessor's own role
 *    ├─────▶ disclosure   record, then release
 *    └─────▶ wire         the protocol's bytes
 * </pre>
 *
 * <p>Neighbours: {@code control} decides as what somebody acts, {@code plan} says what that shows,
 * {@code ledger} keeps the record. {@code app} wires them together.
 */
@NullMarked
package org.domicile.gateway;

import org.jspecify.annotations.NullMarked;
