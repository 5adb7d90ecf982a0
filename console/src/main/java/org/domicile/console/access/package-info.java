/**
 * Who may come in, and what each may read: sign-in by password, sessions, limits, and {@link
 * org.domicile.console.access.Door}, the one table of authorisation.
 */
@NullMarked
package org.domicile.console.access;

import org.jspecify.annotations.NullMarked;
