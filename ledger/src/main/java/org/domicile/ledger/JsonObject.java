package org.domicile.ledger;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object as {@link CanonicalJsonReader} read it, member taken by member; {@link #end()}
 * refuses what nobody took. Cheapest when members are taken in their order.
 */
final class JsonObject {
    private static final int FEW = 8;
    private static final int SAMPLES = 32;
    private static final Object TAKEN = new Object();

    private String[] names = new String[FEW];

    /** Values are String, Long, Boolean, JsonObject or null; {@link #TAKEN} where one was taken. */
    private @Nullable Object[] values = new Object[FEW];

    private byte[] document = new byte[0];
    private int from;
    private int to;
    private int count;
    private int next;
    private int left;

    /**
     * Reads a document that is one object.
     *
     * @throws EntryFormatException when it is not, byte for byte as {@link CanonicalJson} would
     *     write it
     */
    static JsonObject parse(byte[] document) {
        return new CanonicalJsonReader(document).document();
    }

    /** For the reader: where in the document the object stands. */
    void source(byte[] read, int start, int end) {
        document = read;
        from = start;
        to = end;
    }

    /** How long the object is in the document. */
    int sourceLength() {
        return to - from;
    }

    /** A number from 0 to {@code below}, the same for objects that are written the same. */
    int sourceSlot(int below) {
        int hash = to - from;
        int step = 1 + (to - from) / SAMPLES;
        for (int i = from; i < to; i += step) {
            hash = 31 * hash + document[i];
        }
        return Integer.remainderUnsigned(hash, below);
    }

    boolean isSource(byte[] json) {
        return Arrays.equals(json, 0, json.length, document, from, to);
    }

    byte[] source() {
        return Arrays.copyOfRange(document, from, to);
    }

    /** For the reader: adds a member, whose name comes after the last one's. */
    void add(String name, @Nullable Object value) {
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        names[count] = name;
        values[count++] = value;
        left++;
    }

    String string(String name) {
        return take(name, String.class);
    }

    @Nullable String nullableString(String name) {
        int at = find(name);
        if (at >= 0 && values[at] == null) {
            taken(at);
            return null;
        }
        return string(name);
    }

    long number(String name) {
        return take(name, Long.class);
    }

    boolean bool(String name) {
        return take(name, Boolean.class);
    }

    JsonObject object(String name) {
        return take(name, JsonObject.class);
    }

    /** All members, which must be strings. */
    SortedMap<String, String> strings() {
        return all(String.class);
    }

    /** All members, which must be numbers. */
    SortedMap<String, Long> numbers() {
        return all(Long.class);
    }

    /** All members, which must be objects. */
    SortedMap<String, JsonObject> objects() {
        return all(JsonObject.class);
    }

    private <T> SortedMap<String, T> all(Class<T> type) {
        SortedMap<String, T> all = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            if (!isTaken(i)) {
                all.put(names[i], take(i, names[i], type));
            }
        }
        return all;
    }

    void end() {
        if (left > 0) {
            throw new EntryFormatException("has a member that does not belong there");
        }
    }

    private <T> T take(String name, Class<T> type) {
        return take(find(name), name, type);
    }

    private <T> T take(int at, String name, Class<T> type) {
        Object value = at < 0 ? null : values[at];
        if (!type.isInstance(value)) {
            throw new EntryFormatException("has no member \"" + name + "\" of the right kind");
        }
        taken(at);
        return type.cast(value);
    }

    /** Where a member is that was not taken yet, or -1. */
    @SuppressWarnings("ReferenceEquality") // the reader interns names, so this nearly always hits
    private int find(String name) {
        int at = next;
        for (int tried = 0; tried < count; tried++) {
            if (names[at] == name && !isTaken(at)) {
                return at;
            }
            at = at + 1 < count ? at + 1 : 0;
        }
        for (at = 0; at < count; at++) {
            if (!isTaken(at) && names[at].equals(name)) {
                return at;
            }
        }
        return -1;
    }

    @SuppressWarnings("ReferenceEquality") // no value of a document is this object
    private boolean isTaken(int at) {
        return values[at] == TAKEN;
    }

    private void taken(int at) {
        values[at] = TAKEN;
        next = at + 1 < count ? at + 1 : 0;
        left--;
    }
}
