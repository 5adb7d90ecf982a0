package org.domicile.ledger;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.domicile.ledger.tile.Bundle;
import org.jspecify.annotations.Nullable;

/**
 * One group of entries as it lies in a write-ahead file, specified in {@code
 * docs/formats/ledger.md}: a header of 28 bytes with its own checksum, then each entry's leaf and
 * body, under the header's second checksum. Big-endian.
 *
 * @param first the index of the first entry
 */
record WriteAheadRecord(long first, List<StoredEntry> entries) {
    static final int HEADER_BYTES = 28;
    static final int MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

    private static final int MAGIC = 0x444f4d31; // "DOM1"
    private static final int HEADER_CHECKED_BYTES = 24;
    private static final int ENTRY_OVERHEAD_BYTES = 6;

    /** The bytes of an entry: its leaf, and its body beside it. */
    record StoredEntry(byte[] leaf, byte[] body) {}

    /** How many bytes the record of these entries has. */
    static int encodedBytes(List<PendingEntry> entries) {
        int bytes = HEADER_BYTES;
        for (PendingEntry entry : entries) {
            bytes += ENTRY_OVERHEAD_BYTES + entry.bytes();
        }
        return bytes;
    }

    /** Writes the record; {@code out} has room for it. */
    static void encode(long first, List<PendingEntry> entries, ByteBuffer out) {
        int start = out.position();
        out.position(start + HEADER_BYTES);
        for (PendingEntry entry : entries) {
            encode(entry.leaf(), entry.body(), out);
        }
        encodeHeader(start, first, entries.size(), out);
    }

    /** As {@link #encode}, of entries that were read from a record. */
    static void encodeStored(long first, List<StoredEntry> entries, ByteBuffer out) {
        int start = out.position();
        out.position(start + HEADER_BYTES);
        for (StoredEntry entry : entries) {
            encode(entry.leaf(), entry.body(), out);
        }
        encodeHeader(start, first, entries.size(), out);
    }

    private static void encode(byte[] leaf, byte[] body, ByteBuffer out) {
        out.putShort((short) leaf.length).put(leaf);
        out.putInt(body.length).put(body);
    }

    private static void encodeHeader(int start, long first, int count, ByteBuffer out) {
        int end = out.position();
        int payloadBytes = end - start - HEADER_BYTES;
        out.putInt(start, MAGIC)
                .putLong(start + 4, first)
                .putInt(start + 12, count)
                .putInt(start + 16, payloadBytes)
                .putInt(start + 20, checksum(out, start + HEADER_BYTES, payloadBytes))
                .putInt(start + 24, checksum(out, start, HEADER_CHECKED_BYTES));
    }

    private static int checksum(ByteBuffer bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(from, length));
        return (int) crc.getValue();
    }

    /** What reading a write-ahead file came to. */
    record Scan(List<WriteAheadRecord> records, int intactBytes, End end, String problem) {
        Scan {
            records = List.copyOf(records);
        }

        /** The index after the last intact entry; {@code first} where there is none. */
        long next(long first) {
            return records.isEmpty()
                    ? first
                    : records.getLast().first() + records.getLast().entries().size();
        }
    }

    /** How a write-ahead file ends. */
    enum End {
        /** With a whole record, or empty. */
        WHOLE,
        /**
         * Within a record, as a write that was cut off leaves it; nobody was told of that record.
         */
        CUT_OFF,
        /** In bytes that are no record, with no record after them. */
        UNREADABLE,
        /**
         * As {@link #UNREADABLE}, but a whole record follows: what lies before was acknowledged.
         */
        DAMAGED
    }

    /** Reads a file whose first entry has the index {@code first}. */
    static Scan scan(byte[] file, long first) {
        ByteBuffer whole = ByteBuffer.wrap(file);
        List<WriteAheadRecord> records = new ArrayList<>();
        long next = first;
        int position = 0;
        while (position < file.length) {
            if (file.length - position < HEADER_BYTES) {
                return new Scan(records, position, End.CUT_OFF, "the file ends within a header");
            }
            if (!headerIntact(whole, position)) {
                return unreadable(
                        records, file, position, next, "a header's checksum does not fit");
            }
            ByteBuffer header = whole.slice(position, HEADER_BYTES);
            int count = header.getInt(12);
            int payloadBytes = header.getInt(16);
            if (header.getLong(4) != next) {
                return unreadable(
                        records, file, position, next, "a record has the index of another");
            }
            if (payloadBytes > file.length - position - HEADER_BYTES) {
                return new Scan(records, position, End.CUT_OFF, "the file ends within a record");
            }
            List<StoredEntry> entries =
                    header.getInt(20) == checksum(whole, position + HEADER_BYTES, payloadBytes)
                            ? decodePayload(file, position + HEADER_BYTES, payloadBytes, count)
                            : null;
            if (entries == null) {
                return unreadable(
                        records, file, position, next, "a record's checksum does not fit");
            }
            records.add(new WriteAheadRecord(next, entries));
            next += count;
            position += HEADER_BYTES + payloadBytes;
        }
        return new Scan(records, position, End.WHOLE, "");
    }

    private static boolean headerIntact(ByteBuffer file, int position) {
        return file.getInt(position) == MAGIC
                && file.getInt(position + 24) == checksum(file, position, HEADER_CHECKED_BYTES)
                && file.getLong(position + 4) >= 0
                && file.getInt(position + 12) > 0
                && file.getInt(position + 16) >= 0
                && file.getInt(position + 16) <= MAX_PAYLOAD_BYTES;
    }

    private static Scan unreadable(
            List<WriteAheadRecord> records, byte[] file, int position, long next, String problem) {
        ByteBuffer whole = ByteBuffer.wrap(file);
        for (int later = position + 1; later <= file.length - HEADER_BYTES; later++) {
            if (headerIntact(whole, later) && whole.getLong(later + 4) > next) {
                return new Scan(records, position, End.DAMAGED, problem);
            }
        }
        return new Scan(records, position, End.UNREADABLE, problem);
    }

    private static @Nullable List<StoredEntry> decodePayload(
            byte[] file, int from, int length, int count) {
        ByteBuffer in = ByteBuffer.wrap(file, from, length);
        List<StoredEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] leaf = take(in, in.remaining() < 2 ? -1 : in.getShort() & 0xffff);
            byte[] body = take(in, in.remaining() < 4 ? -1 : in.getInt());
            if (leaf == null || body == null || body.length > Bundle.MAX_BODY_BYTES) {
                return null;
            }
            entries.add(new StoredEntry(leaf, body));
        }
        return in.hasRemaining() ? null : entries;
    }

    private static byte @Nullable [] take(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            return null;
        }
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }
}
