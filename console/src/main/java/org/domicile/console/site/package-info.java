/**
 * What a console is told about: jurisdictions, their ledgers, the organisation. Whoever starts a
 * console fills it in; everything in it may be called from many threads.
 */
@NullMarked
package org.domicile.console.site;

import org.jspecify.annotations.NullMarked;
