package org.domicile.ledger.tile;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Up to 256 records, each after its big-endian length: two bytes of length for entries (C2SP
 * tlog-tiles), four for bodies. For one thread.
 */
public final class Bundle {
    /** What two bytes of length can say. */
    public static final int MAX_ENTRY_BYTES = 65_535;

    /**
     * A bundle is written anew while it fills, so bodies are bounded too. 12,000 tokens of 22
     * characters, each after a space, and a statement of 32,768 characters fit, however escaped.
     */
    public static final int MAX_BODY_BYTES = 524_288;

    private final TilePath.Kind kind;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int count;

    public Bundle(TilePath.Kind kind) {
        this.kind = kind;
    }

    public void add(byte[] element) {
        if (element.length > maxBytes(kind) || count == TileTree.TILE_WIDTH) {
            throw new IllegalArgumentException("does not fit a bundle");
        }
        for (int shift = 8 * (lengthBytes(kind) - 1); shift >= 0; shift -= 8) {
            bytes.write(element.length >>> shift);
        }
        bytes.writeBytes(element);
        count++;
    }

    public int count() {
        return count;
    }

    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    public void clear() {
        bytes.reset();
        count = 0;
    }

    /**
     * Takes a file apart.
     *
     * @throws BundleFormatException when it is not exactly {@code count} records
     */
    public static List<byte[]> split(TilePath.Kind kind, byte[] file, int count) {
        List<byte[]> elements = new ArrayList<>(count);
        int position = 0;
        for (int element = 0; element < count; element++) {
            int start = position + lengthBytes(kind);
            if (start > file.length) {
                throw new BundleFormatException(element, "the file ends before it");
            }
            int length = 0;
            for (; position < start; position++) {
                length = (length << 8) | (file[position] & 0xff);
            }
            if (length < 0 || length > maxBytes(kind)) {
                throw new BundleFormatException(element, "its length is out of bounds");
            }
            if (length > file.length - start) {
                throw new BundleFormatException(element, "the file ends within it");
            }
            position = start + length;
            elements.add(Arrays.copyOfRange(file, start, position));
        }
        if (position != file.length) {
            throw new BundleFormatException(
                    Math.max(0, count - 1),
                    "the file goes on for " + (file.length - position) + " bytes after it");
        }
        return elements;
    }

    /** The file that the first {@code count} records of an intact one make. */
    public static byte[] prefix(TilePath.Kind kind, byte[] file, int count) {
        int position = 0;
        for (int element = 0; element < count; element++) {
            int length = 0;
            for (int end = position + lengthBytes(kind); position < end; position++) {
                length = (length << 8) | (file[position] & 0xff);
            }
            position += length;
        }
        return Arrays.copyOf(file, position);
    }

    private static int maxBytes(TilePath.Kind kind) {
        return kind == TilePath.Kind.ENTRIES ? MAX_ENTRY_BYTES : MAX_BODY_BYTES;
    }

    private static int lengthBytes(TilePath.Kind kind) {
        return kind == TilePath.Kind.ENTRIES ? 2 : 4;
    }
}
