/** Tests of the plan's records and documents. */
@NullMarked
package org.domicile.plan;

import org.jspecify.annotations.NullMarked;
