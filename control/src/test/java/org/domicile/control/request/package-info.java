@NullMarked
package org.domicile.control.request;

import org.jspecify.annotations.NullMarked;
