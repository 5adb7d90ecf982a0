package org.domicile.plan;

import java.util.List;
import java.util.Map;

/** The plan's document form, {@code docs/formats/plan.md}. */
final class PlanDocument {
    static final String FORMAT = "domicile-plan-1";

    private PlanDocument() {}

    static String write(Plan plan) {
        return Json.write(
                Map.of(
                        "format",
                        FORMAT,
                        "jurisdiction",
                        plan.jurisdiction(),
                        "custodian",
                        plan.custodian(),
                        "entities",
                        plan.entities().stream()
                                .map(e -> Map.of("id", e.id(), "country", e.country()))
                                .toList(),
                        "tables",
                        plan.tables().stream().map(PlanDocument::table).toList(),
                        "audiences",
                        plan.audiences().stream().map(PlanDocument::audience).toList()));
    }

    private static Map<String, Object> table(Plan.Table table) {
        return Map.of(
                "schema",
                table.name().schema(),
                "name",
                table.name().name(),
                "subjects",
                table.subjects(),
                "columns",
                table.columns().stream()
                        .map(c -> Map.of("name", c.name(), "category", c.category()))
                        .toList());
    }

    private static Map<String, Object> audience(Plan.Audience audience) {
        return Map.of(
                "name",
                audience.name(),
                "counterparty",
                audience.counterparty(),
                "purposes",
                audience.purposes(),
                "views",
                audience.views().stream().map(PlanDocument::view).toList());
    }

    private static Map<String, Object> view(Plan.View view) {
        return Map.of(
                "schema",
                view.table().schema(),
                "name",
                view.table().name(),
                "columns",
                view.columns().stream()
                        .map(c -> Map.of("name", c.name(), "transform", c.transform().text()))
                        .toList());
    }

    static Plan read(String json) {
        JsonObject document =
                JsonObject.of(
                        Json.readCanonical(json),
                        "format",
                        "jurisdiction",
                        "custodian",
                        "entities",
                        "tables",
                        "audiences");
        if (!document.string("format").equals(FORMAT)) {
            throw new PlanFormatException(
                    "format \"" + document.string("format") + "\" is not \"" + FORMAT + "\"");
        }
        Plan plan =
                new Plan(
                        document.string("jurisdiction"),
                        document.string("custodian"),
                        document.list("entities", PlanDocument::readEntity),
                        document.list("tables", PlanDocument::readTable),
                        document.list("audiences", PlanDocument::readAudience));
        if (!write(plan).equals(json)) {
            throw new PlanFormatException("the document's lists are not sorted by name");
        }
        return plan;
    }

    private static Plan.Entity readEntity(Object value) {
        JsonObject entity = JsonObject.of(value, "id", "country");
        return new Plan.Entity(entity.string("id"), entity.string("country"));
    }

    private static Plan.Table readTable(Object value) {
        JsonObject table = JsonObject.of(value, "schema", "name", "subjects", "columns");
        return new Plan.Table(
                new RelationName(table.string("schema"), table.string("name")),
                table.list("subjects", JsonObject::asString),
                table.list(
                        "columns",
                        element -> {
                            JsonObject column = JsonObject.of(element, "name", "category");
                            return new Plan.Column(
                                    column.string("name"), column.string("category"));
                        }));
    }

    private static Plan.Audience readAudience(Object value) {
        JsonObject audience = JsonObject.of(value, "name", "counterparty", "purposes", "views");
        List<Plan.View> views = audience.list("views", PlanDocument::readView);
        return new Plan.Audience(
                audience.string("name"),
                audience.string("counterparty"),
                audience.list("purposes", JsonObject::asString),
                views);
    }

    private static Plan.View readView(Object value) {
        JsonObject view = JsonObject.of(value, "schema", "name", "columns");
        return new Plan.View(
                new RelationName(view.string("schema"), view.string("name")),
                view.list(
                        "columns",
                        element -> {
                            JsonObject column = JsonObject.of(element, "name", "transform");
                            return new Plan.ViewColumn(
                                    column.string("name"),
                                    Transform.parse(column.string("transform")));
                        }));
    }
}
