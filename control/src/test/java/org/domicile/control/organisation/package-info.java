/** Tests of the organisation. */
@NullMarked
package org.domicile.control.organisation;

import org.jspecify.annotations.NullMarked;
