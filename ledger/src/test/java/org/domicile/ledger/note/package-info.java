@NullMarked
package org.domicile.ledger.note;

import org.jspecify.annotations.NullMarked;
