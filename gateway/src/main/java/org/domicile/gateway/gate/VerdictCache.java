package org.domicile.gateway.gate;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts already found, by lifted text and audience. Bounded by two generations: when the young
 * one is full it becomes the old one, and what was not used since is forgotten.
 */
final class VerdictCache {
    /** Entries of one generation. */
    static final int GENERATION_ENTRIES = 1_024;

    /** Longer texts are judged anew each time; so the cache holds at most about 32 MiB of keys. */
    static final int MAX_KEY_CHARACTERS = 8_192;

    /**
     * The audience is compared by identity: sessions under one applied plan share it, a new plan
     * brings a new one.
     */
    private record Key(String text, Plan.@Nullable Audience audience, @Nullable String schema) {
        @Override
        @SuppressWarnings("ReferenceEquality") // see above
        public boolean equals(@Nullable Object other) {
            return other instanceof Key that
                    && audience == that.audience
                    && text.equals(that.text)
                    && java.util.Objects.equals(schema, that.schema);
        }

        @Override
        public int hashCode() {
            return 31 * text.hashCode() + System.identityHashCode(audience);
        }
    }

    private volatile ConcurrentHashMap<Key, List<Verdict>> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<Key, List<Verdict>> old = new ConcurrentHashMap<>();

    @Nullable List<Verdict> get(String text, GateContext context) {
        Key key = new Key(text, context.audience(), context.schema());
        List<Verdict> found = young.get(key);
        if (found == null) {
            found = old.get(key);
            if (found != null) {
                put(key, found);
            }
        }
        return found;
    }

    void put(String text, GateContext context, List<Verdict> verdicts) {
        if (text.length() <= MAX_KEY_CHARACTERS) {
            put(new Key(text, context.audience(), context.schema()), verdicts);
        }
    }

    private void put(Key key, List<Verdict> verdicts) {
        if (young.size() >= GENERATION_ENTRIES) {
            synchronized (this) {
                if (young.size() >= GENERATION_ENTRIES) {
                    old = young;
                    young = new ConcurrentHashMap<>();
                }
            }
        }
        young.put(key, verdicts);
    }

    int size() {
        return young.size() + old.size();
    }
}
