/**
 * An overseer's own copy of a log: fetched over HTTP (C2SP tlog-tiles), believed only as far as it
 * leads to a signed root, never replaced by less or by something else.
 *
 * <p>{@link org.domicile.ledger.mirror.Mirror} is the entry. {@code LogSource} asks the log, {@code
 * RightEdge} is a checkpoint with the unfinished tiles it stands on, {@code SignedTree} believes
 * tiles below them, {@code Download} brings the full ones, {@code MirrorFiles} is the copy. Neither
 * bodies nor write-ahead files are ever asked for.
 */
@NullMarked
package org.domicile.ledger.mirror;

import org.jspecify.annotations.NullMarked;
