/**
 * A ledger's public files over HTTP, for the small case: C2SP tlog-tiles as a static site.
 *
 * <p>{@link org.domicile.ledger.serve.LedgerServer} is the entry; {@code PublicFile} is the list of
 * what may be asked for, {@code Conditions} the conditional and range requests of RFC 9110. Any web
 * server can do the same with the directory, as {@code docs/mirror.md} says.
 */
@NullMarked
package org.domicile.ledger.serve;

import org.jspecify.annotations.NullMarked;
