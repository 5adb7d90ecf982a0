/** Tests of rule packs. */
@NullMarked
package org.domicile.control.rules;

import org.jspecify.annotations.NullMarked;
