package org.domicile.ledger;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The columns that statements disclose, with the JSON they become. Whoever runs a prepared
 * statement again gives the same unmodifiable maps again; these are known by their identity, so
 * that they are checked and written once.
 */
final class DisclosedColumns {
    /** A slot is taken over by the next statement that falls on it. */
    private static final int SLOTS = 1024;

    /** Longer ones are rare, and written each time. */
    private static final int MAX_KEPT_BYTES = 4096;

    private static final AtomicReferenceArray<@Nullable Known> KNOWN =
            new AtomicReferenceArray<>(SLOTS);

    /** The same, by how they are written. */
    private static final AtomicReferenceArray<@Nullable Known> READ =
            new AtomicReferenceArray<>(SLOTS);

    private DisclosedColumns() {}

    private record Known(Map<String, Map<String, String>> columns, byte[] json) {}

    /** A checked copy that nobody can change; the same object where that is so already. */
    static Map<String, Map<String, String>> copyOf(Map<String, Map<String, String>> columns) {
        if (find(columns) != null) {
            return columns;
        }
        Map<String, Map<String, String>> copies = new HashMap<>();
        boolean unmodifiable = isSame(Map.copyOf(columns), columns);
        for (Map.Entry<String, Map<String, String>> relation : columns.entrySet()) {
            FactRules.requireShortText("columns", relation.getKey());
            relation.getValue()
                    .forEach((column, transform) -> {
                        FactRules.requireShortText("columns", column);
                        FactRules.requireShortText("columns", transform);
                    });
            Map<String, String> copy = Map.copyOf(relation.getValue());
            unmodifiable &= isSame(copy, relation.getValue());
            copies.put(relation.getKey(), copy);
        }
        return unmodifiable ? columns : Map.copyOf(copies);
    }

    /** Writes what {@link #copyOf} gave. */
    static void write(Map<String, Map<String, String>> columns, CanonicalJson json) {
        Known known = find(columns);
        if (known != null) {
            json.raw(known.json());
            return;
        }
        int start = json.length();
        json.beginObject();
        new TreeMap<>(columns).forEach(json::member);
        json.endObject();
        if (json.length() - start <= MAX_KEPT_BYTES) {
            KNOWN.set(slot(columns), new Known(columns, json.toBytes(start)));
        }
    }

    /** What a leaf says was disclosed; the same maps again for the same JSON. */
    static Map<String, Map<String, String>> read(JsonObject json) {
        int slot = json.sourceSlot(SLOTS);
        Known before = READ.get(slot);
        if (before != null && json.isSource(before.json())) {
            return before.columns();
        }
        Map<String, Map<String, String>> columns = new HashMap<>();
        int length = json.sourceLength();
        for (Map.Entry<String, JsonObject> relation : json.objects()) {
            columns.put(relation.getKey(), relation.getValue().strings());
        }
        Map<String, Map<String, String>> checked = copyOf(Map.copyOf(columns));
        if (length <= MAX_KEPT_BYTES) {
            Known known = new Known(checked, json.source());
            READ.set(slot, known);
            KNOWN.set(slot(checked), known);
        }
        return checked;
    }

    private static @Nullable Known find(Map<String, Map<String, String>> columns) {
        Known known = KNOWN.get(slot(columns));
        return known != null && isSame(known.columns(), columns) ? known : null;
    }

    private static int slot(Map<?, ?> columns) {
        return System.identityHashCode(columns) % SLOTS;
    }

    @SuppressWarnings(
            "ReferenceEquality") // equal maps may be changed apart, and take long to compare
    private static boolean isSame(Map<?, ?> one, Map<?, ?> other) {
        return one == other;
    }
}
