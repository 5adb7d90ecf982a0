/**
 * The Merkle tree as files: RFC 6962 hashes, C2SP <a
 * href="https://c2sp.org/tlog-tiles">tlog-tiles</a> names and contents.
 *
 * <p>Pure computation; touches no file. {@link org.domicile.ledger.tile.TileTree} grows a tree and
 * hands out its tiles, {@link org.domicile.ledger.tile.TilePath} names them, {@link
 * org.domicile.ledger.tile.Bundle} frames the entries and bodies of one tile. The writer and the
 * verifier of a ledger both stand on it.
 */
@NullMarked
package org.domicile.ledger.tile;

import org.jspecify.annotations.NullMarked;
