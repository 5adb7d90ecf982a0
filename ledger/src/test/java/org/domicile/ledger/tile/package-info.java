@NullMarked
package org.domicile.ledger.tile;

import org.jspecify.annotations.NullMarked;
