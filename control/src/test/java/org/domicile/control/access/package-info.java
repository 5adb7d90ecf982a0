/** Tests of who may act as which audience. */
@NullMarked
package org.domicile.control.access;

import org.jspecify.annotations.NullMarked;
