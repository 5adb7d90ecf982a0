package org.domicile.control.organisation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.domicile.yaml.Values;

/**
 * Reads people from SCIM 2.0 JSON: a ListResponse (RFC 7644 section 3.4.2), a list of users, or one
 * user (RFC 7643 section 4.1) with the enterprise extension (section 4.3). The country they sit in
 * is that of their {@code work} address, where they reside that of {@code home}.
 */
public final class ScimPeople {
    /** More are refused. */
    public static final int MAX_PEOPLE = 100_000;

    private static final String ENTERPRISE =
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private ScimPeople() {}

    /**
     * Reads a document.
     *
     * @throws ImportFormatException when it is none
     */
    public static List<ImportedPerson> read(String json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new ImportFormatException("this is not JSON");
        }
        List<JsonNode> users = users(root);
        Map<String, String> idOf = new HashMap<>();
        for (int i = 0; i < users.size(); i++) {
            JsonNode scimId = users.get(i).path("id");
            String id = id(users.get(i), i);
            if (scimId.isTextual() && idOf.put(scimId.asText(), id) != null) {
                throw new ImportFormatException("user " + (i + 1) + " has another one's \"id\"");
            }
        }
        List<ImportedPerson> people = new ArrayList<>();
        for (int i = 0; i < users.size(); i++) {
            people.add(person(users.get(i), i, idOf));
        }
        return people;
    }

    private static List<JsonNode> users(JsonNode root) {
        JsonNode list = root.isObject() && root.has("Resources") ? root.get("Resources") : root;
        List<JsonNode> users = new ArrayList<>();
        if (list.isArray()) {
            list.forEach(users::add);
        } else if (list.isObject() && list.has("userName")) {
            users.add(list);
        } else if (!(root.isObject() && root.path("totalResults").asInt(-1) == 0)) {
            throw new ImportFormatException(
                    "this is no SCIM ListResponse (\"Resources\"), list of users, or user");
        }
        if (root.path("totalResults").asInt(users.size()) > users.size()) {
            throw new ImportFormatException(
                    "this is one page of "
                            + root.path("totalResults").asInt()
                            + " users; ask for all of them with \"count\"");
        }
        if (users.size() > MAX_PEOPLE) {
            throw new ImportFormatException("there are more than " + MAX_PEOPLE + " users");
        }
        return users;
    }

    private static String id(JsonNode user, int index) {
        return text(user, "userName", index)
                .flatMap(ImportedPerson::id)
                .orElseThrow(() ->
                        new ImportFormatException(
                                "user "
                                        + (index + 1)
                                        + " has no \"userName\" of which an id could be made"));
    }

    private static ImportedPerson person(JsonNode user, int index, Map<String, String> idOf) {
        JsonNode enterprise = user.path(ENTERPRISE);
        Optional<String> manager =
                text(enterprise.path("manager"), "value", index)
                        .map(scimId -> {
                            String id = idOf.get(scimId);
                            if (id == null) {
                                throw new ImportFormatException(
                                        "the manager of user "
                                                + (index + 1)
                                                + " is not in the file");
                            }
                            return id;
                        });
        JsonNode active = user.path("active");
        if (!active.isMissingNode() && !active.isBoolean()) {
            throw new ImportFormatException(
                    "\"active\" of user " + (index + 1) + " is neither true nor false");
        }
        return new ImportedPerson(
                id(user, index),
                text(user, "displayName", index)
                        .or(() -> text(user.path("name"), "formatted", index)),
                text(enterprise, "organization", index),
                country(user, "work", index),
                country(user, "home", index),
                manager,
                active.asBoolean(true));
    }

    private static Optional<String> country(JsonNode user, String type, int index) {
        Optional<String> found = Optional.empty();
        for (JsonNode address : user.path("addresses")) {
            if (address.path("type").asText("").toLowerCase(Locale.ROOT).equals(type)) {
                Optional<String> country =
                        text(address, "country", index).map(c -> c.toUpperCase(Locale.ROOT));
                if (country.isPresent() && !Values.isCountry(country.get())) {
                    throw new ImportFormatException(
                            "a country of user "
                                    + (index + 1)
                                    + " is no code of ISO 3166-1 (RFC 7643 section 4.1.2)");
                }
                if (country.isPresent() && found.isPresent() && !found.equals(country)) {
                    throw new ImportFormatException(
                            "user "
                                    + (index + 1)
                                    + " has \""
                                    + type
                                    + "\" addresses in several countries");
                }
                found = country.isPresent() ? country : found;
            }
        }
        return found;
    }

    private static Optional<String> text(JsonNode object, String member, int index) {
        JsonNode value = object.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new ImportFormatException(
                    "\"" + member + "\" of user " + (index + 1) + " is not a text");
        }
        return Optional.of(value.asText().strip()).filter(text -> !text.isEmpty());
    }
}
