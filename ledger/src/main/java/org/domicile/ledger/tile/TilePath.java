package org.domicile.ledger.tile;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of one tile or bundle, relative to the ledger's directory: {@code
 * tile/<level>/<N>[.p/<W>]}, {@code tile/entries/<N>[.p/<W>]} (C2SP tlog-tiles) or, ours, {@code
 * bodies/<N>[.p/<W>]}.
 *
 * @param kind what the file holds
 * @param level of hashes; 0 for bundles
 * @param tile its number within its level
 * @param width how many of 256 it holds
 */
public record TilePath(Kind kind, int level, long tile, int width) {
    /** The families of files that follow the tree. */
    public enum Kind {
        ENTRIES("tile/entries/"),
        HASHES("tile/"),
        BODIES("bodies/");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** A tree of 2^63 - 1 entries has no tile above this level. */
    static final int MAX_LEVEL = 7;

    private static final Pattern SPELLING =
            Pattern.compile(
                    "(?:(?:tile/(?:(entries)|([0-7])))|bodies)/((?:x[0-9]{3}/){0,5})([0-9]{3})"
                            + "(?:\\.p/([1-9][0-9]{0,2}))?");

    public TilePath {
        if (level < 0
                || level > MAX_LEVEL
                || (level > 0 && kind != Kind.HASHES)
                || tile < 0
                || width < 1
                || width > TileTree.TILE_WIDTH) {
            throw new IllegalArgumentException("not a place of a tile");
        }
    }

    public boolean isFull() {
        return width == TileTree.TILE_WIDTH;
    }

    /** The path with {@code /} as separator. */
    public String text() {
        StringBuilder number = new StringBuilder(threeDigits(tile));
        for (long rest = tile / 1000; rest > 0; rest /= 1000) {
            number.insert(0, "x" + threeDigits(rest) + "/");
        }
        return kind.prefix
                + (kind == Kind.HASHES ? level + "/" : "")
                + number
                + (isFull() ? "" : ".p/" + width);
    }

    private static String threeDigits(long number) {
        return Long.toString(1000 + number % 1000).substring(1);
    }

    /** The tile's own path without its width: {@code <N>} of {@code <N>.p/<W>}. */
    public TilePath full() {
        return new TilePath(kind, level, tile, TileTree.TILE_WIDTH);
    }

    /** The path of {@code text}, where that is exactly one's spelling. */
    public static Optional<TilePath> parse(String text) {
        Matcher matcher = SPELLING.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Kind kind =
                matcher.group(2) != null
                        ? Kind.HASHES
                        : matcher.group(1) != null ? Kind.ENTRIES : Kind.BODIES;
        int level = kind == Kind.HASHES ? Integer.parseInt(matcher.group(2)) : 0;
        long tile = Long.parseLong((matcher.group(3) + matcher.group(4)).replaceAll("[x/]", ""));
        int width =
                matcher.group(5) == null ? TileTree.TILE_WIDTH : Integer.parseInt(matcher.group(5));
        if (width > TileTree.TILE_WIDTH) {
            return Optional.empty();
        }
        TilePath path = new TilePath(kind, level, tile, width);
        return path.text().equals(text) ? Optional.of(path) : Optional.empty();
    }
}
