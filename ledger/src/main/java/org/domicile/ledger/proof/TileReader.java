package org.domicile.ledger.proof;

import java.io.IOException;
import org.domicile.ledger.tile.TilePath;

/** Reads hash tiles: from a directory, or from a web server. */
@FunctionalInterface
public interface TileReader {
    /**
     * The tile's {@link TilePath#width} hashes, one after the other. Where an unfinished tile has
     * given way to a wider one, its first hashes do.
     *
     * @throws IOException when the tile is not to be had
     */
    byte[] hashes(TilePath path) throws IOException;
}
