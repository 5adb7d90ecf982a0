package org.domicile.plan;

import java.util.List;

/** The plan's document form, {@code docs/formats/plan.md}. */
final class PlanDocument {
    static final String FORMAT = "domicile-plan-1";

    private PlanDocument() {}

    static String write(Plan plan) {
        return new JsonWriter()
                .beginObject()
                .member("audiences", plan.audiences(), PlanDocument::write)
                .member("custodian", plan.custodian())
                .member("entities", plan.entities(), PlanDocument::write)
                .member("format", FORMAT)
                .member("jurisdiction", plan.jurisdiction())
                .member("tables", plan.tables(), PlanDocument::write)
                .endObject()
                .toString();
    }

    private static void write(JsonWriter out, Plan.Entity entity) {
        out.beginObject().member("country", entity.country()).member("id", entity.id()).endObject();
    }

    private static void write(JsonWriter out, Plan.Table table) {
        out.beginObject()
                .member("columns", table.columns(), PlanDocument::write)
                .member("name", table.name().name())
                .member("schema", table.name().schema())
                .member("subjects", table.subjects(), JsonWriter::string)
                .endObject();
    }

    private static void write(JsonWriter out, Plan.Column column) {
        out.beginObject()
                .member("category", column.category())
                .member("name", column.name())
                .endObject();
    }

    private static void write(JsonWriter out, Plan.Audience audience) {
        out.beginObject().member("counterparty", audience.counterparty());
        audience.grant()
                .ifPresent(grant ->
                        out.name("grant")
                                .beginObject()
                                .member("request", grant.request())
                                .member("until", grant.until())
                                .endObject());
        out.member("name", audience.name())
                .member("purposes", audience.purposes(), JsonWriter::string)
                .member("views", audience.views(), PlanDocument::write)
                .endObject();
    }

    private static void write(JsonWriter out, Plan.View view) {
        out.beginObject()
                .member("columns", view.columns(), PlanDocument::write)
                .member("name", view.table().name())
                .member("schema", view.table().schema())
                .endObject();
    }

    private static void write(JsonWriter out, Plan.ViewColumn column) {
        out.beginObject()
                .member("name", column.name())
                .member("transform", column.transform().text())
                .endObject();
    }

    static Plan read(String json) {
        JsonObject document =
                JsonObject.of(
                        Json.read(json),
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
        Json.requireCanonical(json, write(plan));
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
        JsonObject audience =
                JsonObject.ofOptional(value, "grant", "name", "counterparty", "purposes", "views");
        List<Plan.View> views = audience.list("views", PlanDocument::readView);
        return new Plan.Audience(
                audience.string("name"),
                audience.string("counterparty"),
                audience.list("purposes", JsonObject::asString),
                views,
                audience.optionalObject("grant", "request", "until")
                        .map(grant ->
                                new Plan.Grant(grant.string("request"), grant.string("until"))));
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
