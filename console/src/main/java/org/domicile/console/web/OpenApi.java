package org.domicile.console.web;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.domicile.console.access.Door;
import org.domicile.console.page.Pages;
import org.domicile.control.organisation.Organisation;

/** The OpenAPI 3.1 document of the pages' twins, made from the doors and their models' records. */
final class OpenApi {
    private static final Pattern PARAMETER = Pattern.compile("\\{([a-z]+)\\}");

    private final Map<String, Object> schemas = new TreeMap<>();

    private OpenApi() {}

    static Map<String, Object> document() {
        return new OpenApi().make();
    }

    private Map<String, Object> make() {
        Map<String, Object> paths = new LinkedHashMap<>();
        for (Door door : Door.values()) {
            if (door.kind() == Door.Kind.PAGE) {
                paths.put(Door.API + door.path(), Map.of("get", operation(door)));
            }
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "Domicile console", "version", "1"));
        document.put("paths", paths);
        document.put("components", Map.of("schemas", schemas));
        return document;
    }

    private Map<String, Object> operation(Door door) {
        List<Object> parameters = new ArrayList<>();
        PARAMETER
                .matcher(door.path())
                .results()
                .forEach(found ->
                        parameters.add(
                                Map.of(
                                        "name",
                                        found.group(1),
                                        "in",
                                        "path",
                                        "required",
                                        true,
                                        "schema",
                                        Map.of("type", "string"))));
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put("200", response("The page's content", schema(Pages.type(door))));
        responses.put("401", response("Nobody is signed in", schema(Errors.Problem.class)));
        responses.put("403", response("Not with these roles", schema(Errors.Problem.class)));
        return Map.of(
                "operationId",
                door.name().toLowerCase(java.util.Locale.ROOT),
                "parameters",
                parameters,
                "responses",
                responses,
                "x-roles",
                door.who().roles().stream().map(Organisation.Role::text).sorted().toList());
    }

    private static Map<String, Object> response(String says, Object schema) {
        return Map.of(
                "description",
                says,
                "content",
                Map.of("application/json", Map.of("schema", schema)));
    }

    private Map<String, Object> schema(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type last =
                    generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            return generic.getRawType() == Map.class
                    ? Map.of("type", "object", "additionalProperties", schema(last))
                    : Map.of("type", "array", "items", schema(last));
        }
        if (!(type instanceof Class<?> plain)) {
            throw new IllegalStateException("a model has plain values only, not " + type);
        }
        if (plain.isRecord()) {
            return record(plain);
        }
        if (plain == String.class) {
            return Map.of("type", "string");
        }
        if (plain == Instant.class) {
            return Map.of("type", "string", "format", "date-time");
        }
        if (plain == boolean.class) {
            return Map.of("type", "boolean");
        }
        if (plain == long.class || plain == int.class || plain == Long.class) {
            return Map.of("type", "integer");
        }
        throw new IllegalStateException("a model has plain values only, not " + type);
    }

    private Map<String, Object> record(Class<?> type) {
        String name =
                type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
        if (!schemas.containsKey(name)) {
            schemas.put(name, Map.of());
            Map<String, Object> properties = new LinkedHashMap<>();
            List<String> required = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                properties.put(component.getName(), schema(component.getGenericType()));
                if (!component
                        .getAnnotatedType()
                        .isAnnotationPresent(org.jspecify.annotations.Nullable.class)) {
                    required.add(component.getName());
                }
            }
            schemas.put(
                    name,
                    Map.of(
                            "type",
                            "object",
                            "properties",
                            properties,
                            "required",
                            required,
                            "additionalProperties",
                            false));
        }
        return Map.of("$ref", "#/components/schemas/" + name);
    }
}
