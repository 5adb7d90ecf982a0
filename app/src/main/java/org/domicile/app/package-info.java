@NullMarked
package org.domicile.app;

import org.jspecify.annotations.NullMarked;
