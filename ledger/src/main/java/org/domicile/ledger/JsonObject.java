package org.domicile.ledger;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object as {@link CanonicalJsonReader} read it, member taken by member; {@link #end()}
 * refuses what nobody took. Cheapest when members are taken in their order. The reader uses it
 * again for the next document that looks alike, so nobody keeps one.
 */
final class JsonObject {
    private static final int FEW = 4;
    private static final int SAMPLES = 32;

    private String[] names = new String[FEW];

    /** Values are String, Long, Boolean, JsonObject or null. */
    private @Nullable Object[] values = new Object[FEW];

    private boolean[] isTaken = new boolean[FEW];

    /** Where each member begins, its value begins and ends, counted from the object's start. */
    private int[] places = new int[3 * FEW];

    private byte[] document = new byte[0];
    private int from;
    private int to;
    private int count;
    private int next;
    private int left;
    private @Nullable Object made;

    /**
     * Reads a document that is one object.
     *
     * @throws EntryFormatException when it is not, byte for byte as {@link CanonicalJson} would
     *     write it
     */
    static JsonObject parse(byte[] document) {
        return new CanonicalJsonReader().read(document);
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
    void add(String name, @Nullable Object value, int nameAt, int valueAt, int end) {
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
            isTaken = Arrays.copyOf(isTaken, 2 * count);
            places = Arrays.copyOf(places, 6 * count);
        }
        names[count] = name;
        count++;
        left++;
        set(count - 1, value, nameAt, valueAt, end);
    }

    /** For the reader: a member has another value now. */
    void set(int member, @Nullable Object value, int nameAt, int valueAt, int end) {
        values[member] = value;
        places[3 * member] = nameAt;
        places[3 * member + 1] = valueAt;
        places[3 * member + 2] = end;
    }

    /** For the reader: a member is the same as before, so many bytes further from the start. */
    void keep(int member, int further) {
        if (further != 0) {
            places[3 * member] += further;
            places[3 * member + 1] += further;
            places[3 * member + 2] += further;
        }
        if (values[member] instanceof JsonObject same) {
            same.again();
        }
    }

    /** For the reader: nothing was taken yet. */
    void again() {
        if (made == null) {
            next = 0;
            left = count;
            Arrays.fill(isTaken, 0, count, false);
            for (int i = 0; i < count; i++) {
                if (values[i] instanceof JsonObject inner) {
                    inner.again();
                }
            }
        }
    }

    /** For the reader: something in it will change. */
    void changes() {
        made = null;
        next = 0;
        left = count;
        Arrays.fill(isTaken, 0, count, false);
    }

    int count() {
        return count;
    }

    int nameAt(int member) {
        return places[3 * member];
    }

    int valueAt(int member) {
        return places[3 * member + 1];
    }

    int end(int member) {
        return places[3 * member + 2];
    }

    @Nullable Object value(int member) {
        return values[member];
    }

    byte[] document() {
        return document;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /**
     * What {@code making} makes of this object, all of it. It is asked once for an object that is
     * the same in one document after the other, so the result cannot be changed.
     */
    <T> T made(Class<T> type, Function<JsonObject, T> making) {
        Object before = made;
        if (before == null) {
            T result = making.apply(this);
            made = result;
            return result;
        }
        return type.cast(before);
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

    @Nullable Long nullableNumber(String name) {
        int at = find(name);
        if (at >= 0 && values[at] == null) {
            taken(at);
            return null;
        }
        return number(name);
    }

    boolean bool(String name) {
        return take(name, Boolean.class);
    }

    JsonObject object(String name) {
        return take(name, JsonObject.class);
    }

    /** All members, which must be strings; cannot be changed. */
    Map<String, String> strings() {
        return all(String.class);
    }

    /** All members, which must be numbers; cannot be changed. */
    Map<String, Long> numbers() {
        return all(Long.class);
    }

    /** All members, which must be objects, in their order. */
    List<Map.Entry<String, JsonObject>> objects() {
        return List.of(entries(JsonObject.class));
    }

    private <T> Map<String, T> all(Class<T> type) {
        return Map.ofEntries(entries(type));
    }

    private <T> Map.Entry<String, T>[] entries(Class<T> type) {
        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other way
        Map.Entry<String, T>[] all = new Map.Entry[left];
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (!isTaken[i]) {
                all[at++] = Map.entry(names[i], take(i, names[i], type));
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
            if (names[at] == name && !isTaken[at]) {
                return at;
            }
            at = at + 1 < count ? at + 1 : 0;
        }
        for (at = 0; at < count; at++) {
            if (!isTaken[at] && names[at].equals(name)) {
                return at;
            }
        }
        return -1;
    }

    private void taken(int at) {
        isTaken[at] = true;
        next = at + 1 < count ? at + 1 : 0;
        left--;
    }
}
