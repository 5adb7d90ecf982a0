package org.domicile.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object as it was read, member taken by member; {@link #end()} refuses what nobody took.
 * Reads what {@link CanonicalJson} writes; whether it was written canonically is the caller's to
 * check, by writing it again.
 */
final class JsonObject {
    /** An entry nests three objects: itself, {@code columns}, a relation. */
    static final int MAX_DEPTH = 3;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

    /** Values are String, Long, Boolean, JsonObject or null. */
    private final Map<String, @Nullable Object> members;

    private JsonObject(Map<String, @Nullable Object> members) {
        this.members = members;
    }

    /**
     * Reads a document that is one object.
     *
     * @throws EntryFormatException when it is not, or has a kind of value an entry has not
     */
    static JsonObject parse(byte[] document) {
        try (JsonParser parser = FACTORY.createParser(document)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new EntryFormatException("is not a JSON object");
            }
            JsonObject object = readObject(parser);
            if (parser.nextToken() != null) {
                throw new EntryFormatException("goes on after its JSON object");
            }
            return object;
        } catch (IOException e) {
            // Jackson's message may repeat content; only its place is told.
            throw new EntryFormatException("is not well-formed JSON");
        }
    }

    private static JsonObject readObject(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            members.put(name, readValue(parser));
        }
        return new JsonObject(members);
    }

    private static @Nullable Object readValue(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        return switch (token) {
            case VALUE_STRING -> parser.getText();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case START_OBJECT -> readObject(parser);
            default -> throw new EntryFormatException("has a kind of value that no entry has");
        };
    }

    String string(String name) {
        return take(name, String.class);
    }

    @Nullable String nullableString(String name) {
        if (members.containsKey(name) && members.get(name) == null) {
            members.remove(name);
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
    Map<String, String> strings() {
        Map<String, String> strings = new LinkedHashMap<>();
        for (String name : members.keySet().toArray(String[]::new)) {
            strings.put(name, string(name));
        }
        return strings;
    }

    /** All members, which must be numbers. */
    Map<String, Long> numbers() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (String name : members.keySet().toArray(String[]::new)) {
            numbers.put(name, number(name));
        }
        return numbers;
    }

    /** All members, which must be objects. */
    Map<String, JsonObject> objects() {
        Map<String, JsonObject> objects = new LinkedHashMap<>();
        for (String name : members.keySet().toArray(String[]::new)) {
            objects.put(name, object(name));
        }
        return objects;
    }

    void end() {
        if (!members.isEmpty()) {
            throw new EntryFormatException("has a member that does not belong there");
        }
    }

    private <T> T take(String name, Class<T> type) {
        Object value = members.remove(name);
        if (!type.isInstance(value)) {
            throw new EntryFormatException("has no member \"" + name + "\" of the right kind");
        }
        return type.cast(value);
    }
}
