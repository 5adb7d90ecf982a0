package org.domicile.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One object of a document, read member by member; what is missing or unknown is refused. */
public final class JsonObject {
    private final Map<?, ?> members;

    private JsonObject(Map<?, ?> members) {
        this.members = members;
    }

    public static JsonObject of(@Nullable Object value, String... keys) {
        if (!(value instanceof Map<?, ?> members)) {
            throw new PlanFormatException("expected an object with the keys " + List.of(keys));
        }
        if (members.size() != keys.length || !Arrays.stream(keys).allMatch(members::containsKey)) {
            throw new PlanFormatException(
                    "expected exactly the keys " + List.of(keys) + ", found " + members.keySet());
        }
        return new JsonObject(members);
    }

    /** As {@link #of}, with one key more that may be missing. */
    static JsonObject ofOptional(Object value, String optional, String... keys) {
        if (value instanceof Map<?, ?> members && members.containsKey(optional)) {
            String[] all = Arrays.copyOf(keys, keys.length + 1);
            all[keys.length] = optional;
            return of(value, all);
        }
        return of(value, keys);
    }

    boolean has(String key) {
        return members.containsKey(key);
    }

    Optional<JsonObject> optionalObject(String key, String... keys) {
        return members.containsKey(key)
                ? Optional.of(of(members.get(key), keys))
                : Optional.empty();
    }

    public String string(String key) {
        return asString(members.get(key));
    }

    public <T> List<T> list(String key, Function<Object, T> read) {
        if (!(members.get(key) instanceof List<?> elements)) {
            throw new PlanFormatException("\"" + key + "\" must be an array");
        }
        return elements.stream().map(read).toList();
    }

    public static String asString(@Nullable Object value) {
        if (!(value instanceof String text)) {
            throw new PlanFormatException("expected a string");
        }
        return text;
    }
}
