package org.domicile.gateway.gate;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts already found, by lifted text, audience and the store's release. Bounded by two
 * generations: when the young one is full it becomes the old one, and what was not used since is
 * forgotten.
 */
final class VerdictCache {
    /** Entries of one generation. */
    static final int GENERATION_ENTRIES = 1_024;

    /** Longer texts are judged anew each time; so the cache holds at most about 32 MiB of keys. */
    static final int MAX_KEY_CHARACTERS = 8_192;

    /**
     * The audience is compared by identity: sessions under one applied plan share it, a new plan
     * brings a new one. The columns are one map too, which equals itself at once.
     */
    private record Key(
            String text,
            Plan.@Nullable Audience audience,
            @Nullable String schema,
            Map<String, List<String>> columns,
            int storeMajor) {
        static Key of(String text, GateContext context) {
            return new Key(
                    text,
                    context.audience(),
                    context.schema(),
                    context.columns(),
                    context.storeMajor());
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // see above
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that
                    && audience == that.audience
                    && text.equals(that.text)
                    && Objects.equals(schema, that.schema)
                    && storeMajor == that.storeMajor
                    && columns.equals(that.columns);
        }

        @Override
        public int hashCode() {
            return 31 * text.hashCode() + System.identityHashCode(audience);
        }
    }

    private volatile ConcurrentHashMap<Key, List<Ruling>> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<Key, List<Ruling>> old = new ConcurrentHashMap<>();

    @Nullable List<Ruling> get(String text, GateContext context) {
        Key key = Key.of(text, context);
        List<Ruling> found = young.get(key);
        if (found == null) {
            found = old.get(key);
            if (found != null) {
                put(key, found);
            }
        }
        return found;
    }

    void put(String text, GateContext context, List<Ruling> rulings) {
        if (text.length() <= MAX_KEY_CHARACTERS) {
            put(Key.of(text, context), rulings);
        }
    }

    private void put(Key key, List<Ruling> rulings) {
        if (young.size() >= GENERATION_ENTRIES) {
            synchronized (this) {
                if (young.size() >= GENERATION_ENTRIES) {
                    old = young;
                    young = new ConcurrentHashMap<>();
                }
            }
        }
        young.put(key, rulings);
    }

    int size() {
        return young.size() + old.size();
    }
}
