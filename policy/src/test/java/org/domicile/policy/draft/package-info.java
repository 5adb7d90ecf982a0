/** Tests of the drafted file. */
@NullMarked
package org.domicile.policy.draft;

import org.jspecify.annotations.NullMarked;
