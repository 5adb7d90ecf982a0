/**
 * Search over a ledger: {@link org.domicile.ledger.index.LedgerIndex}, a SQLite file beside the
 * ledger, made from its entries and from nothing else, so that it may be deleted at any time. It
 * finds entries; what it says is proved by verifying them.
 */
@NullMarked
package org.domicile.ledger.index;

import org.jspecify.annotations.NullMarked;
