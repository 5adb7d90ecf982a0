@NullMarked
package org.domicile.gateway;

import org.jspecify.annotations.NullMarked;
