package org.domicile.plan;

import java.util.List;

/** The roster's document form, {@code docs/formats/plan.md}. */
final class RosterDocument {
    static final String FORMAT = "domicile-roster-1";

    private RosterDocument() {}

    static String write(Roster roster) {
        JsonWriter out =
                new JsonWriter()
                        .beginObject()
                        .member("accessors", roster.accessors(), RosterDocument::write)
                        .member("format", FORMAT);
        if (!roster.grants().isEmpty()) {
            out.member("grants", roster.grants(), RosterDocument::write);
        }
        return out.member("jurisdiction", roster.jurisdiction()).endObject().toString();
    }

    private static void write(JsonWriter out, Roster.Accessor accessor) {
        out.beginObject()
                .member("audiences", accessor.audiences(), JsonWriter::string)
                .member("entity", accessor.entity())
                .member("id", accessor.id());
        if (!accessor.limits().isEmpty()) {
            out.member("limits", accessor.limits(), RosterDocument::write);
        }
        out.member("resides_in", accessor.residesIn())
                .member("sits_in", accessor.sitsIn())
                .endObject();
    }

    private static void write(JsonWriter out, Roster.Limit limit) {
        out.beginObject()
                .member("audience", limit.audience())
                .member("purposes", limit.purposes(), JsonWriter::string)
                .endObject();
    }

    private static void write(JsonWriter out, Roster.Granted granted) {
        out.beginObject()
                .member("audience", granted.audience())
                .member("salt", granted.salt())
                .member("subjects", granted.subjects(), JsonWriter::string)
                .endObject();
    }

    static Roster read(String json) {
        JsonObject document =
                JsonObject.ofOptional(
                        Json.read(json), "grants", "format", "jurisdiction", "accessors");
        if (!document.string("format").equals(FORMAT)) {
            throw new PlanFormatException(
                    "format \"" + document.string("format") + "\" is not \"" + FORMAT + "\"");
        }
        Roster roster =
                new Roster(
                        document.string("jurisdiction"),
                        document.list("accessors", RosterDocument::readAccessor),
                        document.has("grants")
                                ? document.list("grants", RosterDocument::readGranted)
                                : List.of());
        Json.requireCanonical(json, write(roster));
        return roster;
    }

    private static Roster.Granted readGranted(Object value) {
        JsonObject granted = JsonObject.of(value, "audience", "salt", "subjects");
        return new Roster.Granted(
                granted.string("audience"),
                granted.string("salt"),
                granted.list("subjects", JsonObject::asString));
    }

    private static Roster.Accessor readAccessor(Object value) {
        JsonObject accessor =
                JsonObject.ofOptional(
                        value, "limits", "id", "entity", "sits_in", "resides_in", "audiences");
        return new Roster.Accessor(
                accessor.string("id"),
                accessor.string("entity"),
                accessor.string("sits_in"),
                accessor.string("resides_in"),
                accessor.list("audiences", JsonObject::asString),
                accessor.has("limits")
                        ? accessor.list("limits", RosterDocument::readLimit)
                        : List.of());
    }

    private static Roster.Limit readLimit(Object value) {
        JsonObject limit = JsonObject.of(value, "audience", "purposes");
        return new Roster.Limit(
                limit.string("audience"), limit.list("purposes", JsonObject::asString));
    }
}
