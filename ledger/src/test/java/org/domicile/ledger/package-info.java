@NullMarked
package org.domicile.ledger;

import org.jspecify.annotations.NullMarked;
