@NullMarked
package org.domicile.testkit;

import org.jspecify.annotations.NullMarked;
