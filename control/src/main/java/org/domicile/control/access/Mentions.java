package org.domicile.control.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a policy names, found in Cedar's JSON form of it. */
final class Mentions {
    private Mentions() {}

    static Set<AccessPolicy.Mention> of(JsonNode policy) {
        Set<AccessPolicy.Mention> found = new LinkedHashSet<>();
        collect(policy, found);
        return found;
    }

    /** A literal of an entity is an object of two texts, {@code type} and {@code id}. */
    private static void collect(JsonNode node, Set<AccessPolicy.Mention> found) {
        JsonNode type = node.get("type");
        JsonNode id = node.get("id");
        if (type != null && id != null && type.isTextual() && id.isTextual()) {
            found.add(new AccessPolicy.Mention(type.textValue(), id.textValue()));
        }
        node.forEach(below -> collect(below, found));
    }
}
