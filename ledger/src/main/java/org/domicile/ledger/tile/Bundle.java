package org.domicile.ledger.tile;

import java.io.IOException;
import java.nio.ByteBuffer;
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
    private final List<byte[]> elements = new ArrayList<>(TileTree.TILE_WIDTH);
    private int bytes;

    public Bundle(TilePath.Kind kind) {
        this.kind = kind;
    }

    /** Takes the next record; it is kept as it is and not copied. */
    public void add(byte[] element) {
        if (element.length > maxBytes(kind) || elements.size() == TileTree.TILE_WIDTH) {
            throw new IllegalArgumentException("does not fit a bundle");
        }
        elements.add(element);
        bytes += lengthBytes(kind) + element.length;
    }

    public int count() {
        return elements.size();
    }

    public byte[] toBytes() {
        ByteBuffer whole = ByteBuffer.allocate(bytes);
        for (byte[] element : elements) {
            putLength(element.length, whole);
            whole.put(element);
        }
        return whole.array();
    }

    /** Takes a file's next bytes. */
    public interface Sink {
        void write(ByteBuffer piece) throws IOException;
    }

    /**
     * Gives the file on in pieces of {@code buffer}, so that a large one needs no second copy.
     *
     * @param buffer of at least four bytes
     */
    public void writeTo(Sink sink, ByteBuffer buffer) throws IOException {
        buffer.clear();
        for (byte[] element : elements) {
            if (buffer.remaining() < lengthBytes(kind)) {
                flush(sink, buffer);
            }
            putLength(element.length, buffer);
            int from = 0;
            while (from < element.length) {
                if (!buffer.hasRemaining()) {
                    flush(sink, buffer);
                }
                int piece = Math.min(buffer.remaining(), element.length - from);
                buffer.put(element, from, piece);
                from += piece;
            }
        }
        flush(sink, buffer);
    }

    private static void flush(Sink sink, ByteBuffer buffer) throws IOException {
        sink.write(buffer.flip());
        buffer.clear();
    }

    private void putLength(int length, ByteBuffer out) {
        for (int shift = 8 * (lengthBytes(kind) - 1); shift >= 0; shift -= 8) {
            out.put((byte) (length >>> shift));
        }
    }

    public void clear() {
        elements.clear();
        bytes = 0;
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
