@NullMarked
package org.domicile.control.freeze;

import org.jspecify.annotations.NullMarked;
