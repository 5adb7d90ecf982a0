@NullMarked
package org.domicile.policy;

import org.jspecify.annotations.NullMarked;
