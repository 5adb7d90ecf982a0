/** Tests of the policy file's reader and of the compiler. */
@NullMarked
package org.domicile.policy;

import org.jspecify.annotations.NullMarked;
