package org.domicile.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema that editors use says what the reader says, as far as a schema can. */
class PolicySchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEMA_TEXT = PolicyTexts.resource("/domicile.schema.json");
    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(SCHEMA_TEXT);

    private static String json(String yaml) {
        try {
            return JSON.writeValueAsString(
                    new Load(LoadSettings.builder().build()).loadFromString(yaml));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean accepts(String json) {
        return SCHEMA.validate(json, InputFormat.JSON).isEmpty();
    }

    @Test
    void what_the_reader_reads_the_schema_accepts() {
        for (String yaml : List.of(PolicyTexts.small(), PolicyTexts.demo())) {
            assertThat(SCHEMA.validate(json(yaml), InputFormat.JSON)).isEmpty();
        }
    }

    @Test
    void it_lists_the_categories_in_use() throws JsonProcessingException {
        Set<String> listed = new TreeSet<>();
        JSON.readTree(SCHEMA_TEXT)
                .at("/$defs/category/enum")
                .forEach(name -> listed.add(name.asText()));
        assertThat(listed).isEqualTo(DataCategories.names());
    }

    @Test
    void it_describes_every_key() throws JsonProcessingException {
        assertDescribed(JSON.readTree(SCHEMA_TEXT), "");
    }

    private static void assertDescribed(JsonNode node, String path) {
        JsonNode properties = node.path("properties");
        properties
                .fieldNames()
                .forEachRemaining(name -> {
                    if (!path.contains("anyOf")) {
                        assertThat(properties.path(name).path("description").asText())
                                .as(path + "/" + name)
                                .isNotBlank();
                    }
                });
        node.fieldNames()
                .forEachRemaining(name -> assertDescribed(node.path(name), path + "/" + name));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            assertDescribed(node.get(i), path + "/" + i);
        }
    }

    /** Each one structural mistake: both say no. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "domicile: 1 | domicile: 2",
                "domicile: 1 | domicile: one",
                "secret: ${DOMICILE_US_SECRET} | secret: hunter2",
                "store: ${DOMICILE_US_STORE} | stores: ${DOMICILE_US_STORE}",
                "name: European Union | name: ''",
                "name: European Union | name: 5",
                "support: Answer a user's own request | support: ''",
                "support: Answer a user's own request | Support: Answer",
                "subject: [user_id] | subject: [user_id, user_id]",
                "subject: [user_id] | key: user_id",
                "subject: id | subject: {id: id}",
                "user.content.private | user.content.secret",
                "user.content.private | user.contact.url",
                "user.content.private | [user]",
                "{item: system.operations, price: system.operations} | {}",
                "{item: system.operations, price: system.operations} | {item: user.behavior}",
                "prices: | pg_catalog.pg_class:",
                "prices: | domicile.prices:",
                "generalise year | generalise day",
                "generalise year | bucket 0",
                "generalise year | bucket 05",
                "generalise year | bucket 1000000000000000",
                "generalise year | coarsen 20001 km",
                "generalise year | coarsen 010 km",
                "users.phone: hide | phone: hide",
                "user.device: truncate | device: truncate",
                "counterparty: parent | counterparty: [parent]",
                "jurisdictions: [us, eu] | jurisdictions: us",
                "purposes: [analytics] | like: [us_support]",
            })
    void both_refuse_a_structural_mistake(String written, String instead) {
        String yaml = PolicyTexts.smallWith(written, instead == null ? "" : instead);
        assertThat(PolicyTexts.problems(yaml)).isNotEmpty();
        assertThat(accepts(json(yaml))).isFalse();
    }

    /** Other ways to write what is meant: both say yes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subject: id | subject: [id]",
                "subject: [user_id] | subject: []",
                "categories: {user: show} | categories:",
                "generalise year | generalise month",
                "generalise year | bucket 999999999999999",
                "user.device: truncate | user.location: coarsen 20000 km",
                "users.phone: hide | public.users.phone: redact",
            })
    void both_accept_another_way(String written, String instead) {
        String yaml = PolicyTexts.smallWith(written, instead == null ? "" : instead);
        assertThat(PolicyTexts.problems(yaml)).isEmpty();
        assertThat(accepts(json(yaml))).isTrue();
    }

    /** Whatever the schema refuses, the reader does too: no editor objects to a good file. */
    @Test
    void the_reader_is_at_least_as_strict() throws JsonProcessingException {
        Random random = new Random(20261122);
        String small = json(PolicyTexts.small());
        int refused = 0;
        for (int round = 0; round < 500; round++) {
            JsonNode mutated = JSON.readTree(small);
            mutate(mutated, random);
            String text = JSON.writeValueAsString(mutated);
            if (!accepts(text)) {
                refused++;
                assertThat(PolicyTexts.problems(text)).as(text).isNotEmpty();
            }
        }
        assertThat(refused).isGreaterThan(150);
    }

    /** Takes out, empties, renames or replaces one member or element, anywhere. */
    private static void mutate(JsonNode root, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode container = containers.get(random.nextInt(containers.size()));
        JsonNode other =
                List.of(
                                JSON.getNodeFactory().textNode("us"),
                                JSON.getNodeFactory().textNode(""),
                                JSON.getNodeFactory().textNode("show"),
                                JSON.getNodeFactory().numberNode(7),
                                JSON.getNodeFactory().nullNode(),
                                JSON.getNodeFactory().booleanNode(true),
                                JSON.createArrayNode(),
                                JSON.createArrayNode().add("us"),
                                JSON.createObjectNode(),
                                JSON.createObjectNode().put("us", "show"))
                        .get(random.nextInt(10));
        if (container instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(3)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(name, other);
                default -> object.set(name + "s", object.remove(name));
            }
        } else if (container instanceof ArrayNode array && !array.isEmpty()) {
            if (random.nextBoolean()) {
                array.remove(random.nextInt(array.size()));
            } else {
                array.set(random.nextInt(array.size()), other);
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }
}
