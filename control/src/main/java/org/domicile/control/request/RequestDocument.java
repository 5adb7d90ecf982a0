package org.domicile.control.request;

import java.util.List;
import org.domicile.plan.Json;
import org.domicile.plan.JsonObject;
import org.domicile.plan.JsonWriter;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;

/** The request's document form, {@code docs/formats/request.md}. */
final class RequestDocument {
    static final String FORMAT = "domicile-request-1";

    private RequestDocument() {}

    static String digest(String json) {
        return Json.sha256Hex(json);
    }

    static String write(Request request) {
        String json =
                new JsonWriter()
                        .beginObject()
                        .member("counterparty", request.counterparty())
                        .member("filed_at", request.filedAt())
                        .member("format", FORMAT)
                        .member("jurisdiction", request.jurisdiction())
                        .member("purpose", request.purpose())
                        .member("requester", request.requester())
                        .member("salt", request.salt())
                        .member("subjects", request.subjects(), JsonWriter::string)
                        .member("tables", request.views(), RequestDocument::write)
                        .member("ticket", request.ticket())
                        .member("until", request.until())
                        .endObject()
                        .toString();
        Request.requireSize(json);
        return json;
    }

    private static void write(JsonWriter out, Plan.View view) {
        out.beginObject()
                .member(
                        "columns",
                        view.columns(),
                        (columns, column) -> columns.string(column.name()))
                .member("name", view.table().name())
                .member("schema", view.table().schema())
                .endObject();
    }

    static Request read(String json) {
        if (json.length() > Request.MAX_BYTES) {
            throw new PlanFormatException("a request has at most " + Request.MAX_BYTES + " bytes");
        }
        JsonObject document =
                JsonObject.of(
                        Json.read(json),
                        "counterparty",
                        "filed_at",
                        "format",
                        "jurisdiction",
                        "purpose",
                        "requester",
                        "salt",
                        "subjects",
                        "tables",
                        "ticket",
                        "until");
        if (!document.string("format").equals(FORMAT)) {
            throw new PlanFormatException("the format is not \"" + FORMAT + "\"");
        }
        Request request =
                new Request(
                        document.string("requester"),
                        document.string("counterparty"),
                        document.string("jurisdiction"),
                        document.string("purpose"),
                        document.string("ticket"),
                        document.list("tables", RequestDocument::readView),
                        document.list("subjects", JsonObject::asString),
                        document.string("until"),
                        document.string("filed_at"),
                        document.string("salt"));
        Json.requireCanonical(json, write(request));
        return request;
    }

    private static Plan.View readView(Object value) {
        JsonObject view = JsonObject.of(value, "columns", "name", "schema");
        List<Plan.ViewColumn> columns =
                view.list(
                        "columns",
                        column ->
                                new Plan.ViewColumn(
                                        JsonObject.asString(column), new Transform.Show()));
        return new Plan.View(new RelationName(view.string("schema"), view.string("name")), columns);
    }
}
