/**
 * Who may act as which audience: the Cedar policies of {@code access.cedar}, read and validated by
 * {@link AccessPolicy} against the schema {@code access.cedarschema}; {@link Access} asks them
 * about the people and jobs of an organisation, {@link Rosters} makes each jurisdiction's roster
 * from the answers, and {@link Standing} says whether somebody on a roster still may what it says.
 *
 * <p>The file is described for its writers in {@code docs/access.md}.
 */
@NullMarked
package org.domicile.control.access;

import org.jspecify.annotations.NullMarked;
